"""The scripts of the verbs on machines and port groups: pure, for a real ash to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.esxi.paths import name_word, quote
from esxlab.backends.esxi.scripts import IS_NOT_ON, IS_OFF, ITS_OWN, VMX_ID, let, sealed, write_over
from esxlab.backends.esxi.sidecar import SIDECAR_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.writer import Seal

PORT_GROUP = "esxcli network vswitch standard portgroup"
OWN_FILES = (
    "{name}.vmx",
    "{name}.vmx~",
    "{name}.vmx.new",
    "{name}.vmxf",
    "{name}.vmsd",
    "{name}.nvram",
    SIDECAR_FILE,
)
"""What a machine has beside its disks: by name, so that nothing of anybody else's goes with it."""


def add_port_group(name: str, vswitch: str) -> str:
    """On VLAN 0. `set_vlan` is a script of its own: hostd may restart between, then it alone is run again."""
    return f"{PORT_GROUP} add -p {name_word(name)} -v {name_word(vswitch)}"


def set_vlan(name: str, vlan: int) -> str:
    """In `set`, -v is the VLAN."""
    return f"{PORT_GROUP} set -p {name_word(name)} -v {vlan:d}"


def remove_port_group(name: str, vswitch: str) -> str:
    """Refused by the host while a running machine uses it."""
    return f"{PORT_GROUP} remove -p {name_word(name)} -v {name_word(vswitch)}"


def create(*, folder: str, name: str, vmx_path: str, content: str, seal: Seal) -> str:
    """Write the configuration file whole, then register it; a machine that has this file is never touched."""
    return "\n".join(
        [
            let(P=folder, M=name, X=vmx_path),
            sealed('"$P"', seal.file, seal.words),
            VMX_ID,
            '[ -z "$id" ] || no exists',
            '[ -e "$P/$M.vmdk" ] || no missing',
            write_over('"$P/$M.vmx"', '"$P/$M.vmx.new"', content) + " || exit 1",
            f'rm -f "$P/{SIDECAR_FILE}"',
            'vim-cmd solo/registervm "$P/$M.vmx" "$M"',
        ]
    )


def change_sidecar(folder: str, sidecar: str) -> str:
    """What the guest was configured with, and cards that wait for the machine to be off."""
    return let(P=folder) + "\n" + write_over(f'"$P/{SIDECAR_FILE}"', f'"$P/{SIDECAR_FILE}.new"', sidecar)


def edit(*, vmx: str, vmx_path: str, old: str, new: str) -> str:
    """Change the configuration of a machine that is off, if it is still as it was read; then reload.

    A file that is as it has to be is reloaded all the same: a run may have died before hostd read it.
    """
    write = [] if new == old else [write_over('"$F"', '"$F.new"', new) + " || exit 1"]
    return "\n".join(
        [
            let(F=vmx, X=vmx_path, OLD=old.rstrip("\n")),
            VMX_ID,
            '[ -n "$id" ] || no gone',
            IS_OFF,
            '[ "$(cat "$F")" = "$OLD" ] || no changed',
            *write,
            'vim-cmd vmsvc/reload "$id" || exit 1',
        ]
    )


def plug(vmx_path: str, keys: Sequence[tuple[int, bool]]) -> str:
    """Cables of a machine that runs, by the device's key."""
    orders = [f'vim-cmd vmsvc/device.connection "$id" {key:d} {int(on)} || exit 1' for key, on in keys]
    return "\n".join([let(X=vmx_path), VMX_ID, '[ -n "$id" ] || no gone', ITS_OWN, *orders])


def power(vmx_path: str, verb: str) -> str:
    """power.on, .off, .shutdown or .suspend of the machine that says itself that its file is this.

    What fails is looked at: `Power on failed` is all that some versions say of one that is on already.
    """
    there = {"power.on": "Powered on", "power.suspend": "Suspended"}.get(verb, "Powered off")
    return "\n".join(
        [
            let(X=vmx_path),
            VMX_ID,
            '[ -n "$id" ] || no gone',
            ITS_OWN,
            f'vim-cmd vmsvc/{verb} "$id" && exit',
            f'case "$(vim-cmd vmsvc/power.getstate "$id" 2>&1)" in *"{there}"*) no power;; esac',
            "exit 1",
        ]
    )


def destroy(*, folder: str, name: str, vmx_path: str, seal: Seal) -> str:
    """Take the machine out of the inventory, then delete its own files by name.

    Not vmsvc/destroy, which deletes every attached disk, whosever it is. What a snapshot of ours has left,
    and the logs, have names that begin with the machine's.
    """
    files = " ".join(f'"$P/"{quote(file.format(name=name))}' for file in OWN_FILES)
    return "\n".join(
        [
            let(P=folder, M=name, X=vmx_path),
            VMX_ID,
            'if [ -n "$id" ]; then',
            ITS_OWN,
            IS_NOT_ON,
            'o=$(vim-cmd vmsvc/unregister "$id" 2>&1) || { printf \'%s\\n\' "$o"; exit 1; }',
            'case "$o" in *".fault."*) printf \'%s\\n\' "$o"; exit 1;; esac',
            "fi",
            '[ -d "$P" ] || exit 0',
            sealed('"$P"', seal.file, seal.words),
            'for d in "$P/$M"-[0-9][0-9][0-9][0-9][0-9][0-9].vmdk "$P/$M.vmdk"; do',
            '[ ! -e "$d" ] || vmkfstools -U "$d" || exit 1',
            "done",
            f'rm -f {files} "$P"/vmware.log "$P"/vmware-[0-9]*.log',
            'rm -f "$P/$M"-[0-9a-f]*.vswp "$P/$M"-[0-9a-f]*.hlog',
        ]
    )


def look(volumes: Sequence[str]) -> str:
    """What is free now, and the sidecar of every machine on these datastores.

    First esxcli's table, each line behind a blank: hostd counts a datastore's space now and then only, and
    our copies are no tasks of its own. Then each sidecar behind a line `$N mark PATH`.
    """
    words = " ".join(quote(volume) for volume in volumes)
    return "\n".join(
        [
            "esxcli --formatter=csv storage filesystem list 2>&1 | sed 's/^/ /'",
            f"for v in {words}; do",
            f'for f in "$v"/*/{SIDECAR_FILE}; do',
            '[ -f "$f" ] || continue',
            """printf '\\n%s mark %s\\n' "$N" "$f\"""",
            'head -c 65536 "$f"',
            "done",
            "done",
        ]
    )
