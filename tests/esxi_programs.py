"""Stand-ins of ESXi's own programs, for scripts that a real ash runs; they print as real hosts do.

Their state is a JSON file (ESXI_STATE), and every call is written down there to the letter. Whatever they do
not know ends with status 64. The layouts are those of public projects' recordings (docs/sources.md).
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

HEADER = "Vmid   Name   File   Guest OS   Version   Annotation"
FAULT = """\
({name}) {{
   faultCause = (vmodl.MethodFault) null,
   faultMessage = <unset>
   msg = "{words}"
}}"""


def vim_cmd(state, verb, *words):
    machines = state["machines"]
    match verb, words:
        case "vmsvc/getallvms", ():
            print(HEADER)
            for vmid, vm in machines.items():
                row = f"{vmid:<6} {vm['name']}   {vm['file']}   debian9Guest   vmx-13   {vm.get('note', '')}"
                print(row)
            return 0
        case "solo/registervm", (path, name):
            file = f"[{Path(path).parts[-3]}] {'/'.join(Path(path).parts[-2:])}"
            if any(vm["file"] == file for vm in machines.values()):
                print(FAULT.format(name="vim.fault.AlreadyExists", words="The specified key already exists"))
                return 1
            vmid = str(max(map(int, machines), default=0) + 1)
            machines[vmid] = {"name": name, "file": file, "power": "Powered off"}
            print(vmid)
            return 0
    vmid, *more = words
    if vmid not in machines:
        print(FAULT.format(name="vim.fault.NotFound", words=f'Unable to find a VM corresponding to "{vmid}"'))
        return 1
    return on_machine(state, machines, verb, vmid, more)


def on_machine(state, machines, verb, vmid, more):
    vm = machines[vmid]
    match verb, more:
        case "vmsvc/power.getstate", []:
            print(f"Retrieved runtime info\n{vm['power']}")
        case "vmsvc/get.config", [] if vmid in state.get("silent", []):
            print("Failed to read the configuration.")
            return 1
        case "vmsvc/get.config", []:
            print("Configuration:\n\n(vim.vm.ConfigInfo) {\n   files = (vim.vm.FileInfo) {")
            print(f'      vmPathName = "{vm["file"]}",')
        case "vmsvc/power.on" | "vmsvc/power.off" | "vmsvc/power.shutdown" as power, []:
            wanted = "Powered on" if power.endswith("on") else "Powered off"
            print(f"{wanted.replace('ed', 'ing')} VM:")
            if vm["power"] == wanted and "failing" in state:
                print(state["failing"])
                return 1
            if vm["power"] == wanted:
                print(FAULT.format(name="vim.fault.InvalidPowerState", words="The attempted operation"))
                return 1
            vm["power"] = wanted
        case "vmsvc/reload", []:
            state["reloaded"] = vmid
        case "vmsvc/unregister", []:
            del machines[vmid]
        case "vmsvc/device.connection", [key, ("0" | "1") as on]:
            vm.setdefault("cables", {})[key] = on
        case _:
            return 64
    return 0


def vmkfstools(state, *words):
    match words:
        case "-i", source, target, "-d", "thin":
            print(f"Destination disk format: VMFS thin-provisioned\nCloning disk '{source}'...")
            if state.get("full"):
                Path(target).write_text("half")
                print("Failed to clone disk: There is not enough space on the file system (13).")
                return 1
            for done in (0, 37, 100):
                print(f"\rClone: {done}% done.", end="", flush=True)
            Path(target).write_bytes(Path(source).read_bytes())
            Path(target.replace(".vmdk", "-flat.vmdk")).write_text("extent")
        case "-E", old, new:
            Path(old).rename(new)
            Path(old.replace(".vmdk", "-flat.vmdk")).rename(new.replace(".vmdk", "-flat.vmdk"))
        case "-U", disk:
            flat = Path(disk.replace(".vmdk", "-flat.vmdk"))
            if disk in state.get("locked", []):
                print("Failed to delete virtual disk: Failed to lock the file (16392).")
                return 1
            if Path(disk).read_text() in {"", "half"}:
                print(f"DiskLib_Check() failed for '{disk}': The file specified is not a virtual disk (15).")
                return 1
            Path(disk).unlink()
            flat.unlink(missing_ok=True)
            print("Destroy: 100% done.")
        case _:
            return 64
    return 0


def esxcli(state, *words):
    groups = state["port_groups"]
    match words:
        case "network", "vswitch", "standard", "portgroup", "add", "-p", name, "-v", switch:
            if name in groups:
                print(f"A portgroup with the name {name} already exists")
                return 1
            groups[name] = [switch, 0]
        case "network", "vswitch", "standard", "portgroup", "set", "-p", name, "-v", vlan:
            groups[name][1] = int(vlan)
        case "network", "vswitch", "standard", "portgroup", "remove", "-p", name, "-v", _:
            del groups[name]
        case "--formatter=csv", "storage", "filesystem", "list":
            print("Free,MountPoint,Mounted,Size,Type,UUID,VolumeName,")
            for name, free in state.get("free", {}).items():
                print(f"{free},/vmfs/volumes/5f1a,true,{2 * free},VMFS-6,5f1a,{name},")
        case _:
            return 64
    return 0


def ps(state, *words):
    if words != ("-c",):
        return 64
    print("WID      CID      World Name   Command line")
    print("\n".join(state.get("processes", [])))
    return 0


PROGRAMS = {"vim-cmd": vim_cmd, "vmkfstools": vmkfstools, "esxcli": esxcli, "ps": ps}


def main(program, words):
    file = Path(os.environ["ESXI_STATE"])
    state = json.loads(file.read_text())
    state["calls"].append([program, *words])
    status = PROGRAMS[program](state, *words)
    file.write_text(json.dumps(state))
    return status


if __name__ == "__main__":
    sys.exit(main(re.sub(r".*/", "", sys.argv[1]), sys.argv[2:]))
