"""The simulated host's programs print what hosts have printed: each sample is from a public transcript."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from pyVmomi import VmomiSupport, vim

from esxlab.sim.esxi.programs import esxcli
from esxlab.sim.esxi.programs.cli_network import PORT_GROUP, PROCESS
from esxlab.sim.esxi.programs.cli_system import VOLUME
from esxlab.sim.esxi.programs.formatter import Answer, show
from esxlab.sim.esxi.programs.machines import invalid_power
from esxlab.sim.esxi.programs.snapshots import tree
from esxlab.sim.esxi.programs.vim_cmd import FOLDERS, columns
from esxlab.sim.esxi.programs.vmsvc import table
from esxlab.sim.esxi.release import RELEASES
from esxlab.sim.esxi.vmodl import Printer

SEVEN, EIGHT = (RELEASES[version].api for version in ("7.0", "8.0"))

# vim-cmd vmsvc/getallvms of an ESXi 8 (Jim Klimov, VimCmdParsersTest, ESXI8_ONE_VM and ESXI8_NO_VMS)
ONE_VM = """\
Vmid   Name          File              Guest OS       Version   Annotation
1      x8     [pve-esx] x8/x8.vmx   centos9_64Guest   vmx-20              \n"""
NO_VMS = "Vmid   Name   File   Guest OS   Version   Annotation\n"

# vim-cmd vmsvc/power.reset of a machine that is off, ESXi 9.0.0 (a public transcript of 2025-12-21)
RESET = """\
(vim.fault.InvalidPowerState) {
   faultCause = (vmodl.MethodFault) null,\x20
   faultMessage = <unset>,\x20
   requestedState = "poweredOn",\x20
   existingState = "poweredOff"
   msg = "The attempted operation cannot be performed in the current state (Powered off)."
}
"""

# vim-cmd hostsvc/datastore/listsummary of an ESXi 6.x host (a public script's comment)
SUMMARY = """\
(vim.Datastore.Summary) [
   (vim.Datastore.Summary) {
      datastore = 'vim.Datastore:5f3215f2-49c43e04-00b5-002481827d55',\x20
      name = "dataStorage",\x20
      url = "/vmfs/volumes/5f3215f2-49c43e04-00b5-002481827d55",\x20
      capacity = 239981297664,\x20
      freeSpace = 214053158912,\x20
      uncommitted = 0,\x20
      accessible = true,\x20
      multipleHostAccess = <unset>,\x20
      type = "VMFS",\x20
      maintenanceMode = <unset>
   }
]
"""

# esxcli network vswitch standard portgroup list of an ESXi 8, and a mistyped set (a public transcript)
GROUPS = """\
Name        Virtual Switch  Active Clients  VLAN ID
----------  --------------  --------------  -------
VM Network  vSwitch0                     0        0
eno1        vSwitch0                     1        0
"""
MISTYPED = """\
Error: While processing '--vlan-id'. Argument type mismatch. Expecting integer value. Got 'LT-3100'

Usage: esxcli network vswitch standard portgroup set [cmd options]

Description:\x20
  set                   Set the vlan id for the given port group

Cmd options:
  -p|--portgroup-name=<str>
                        The name of the port group to set vlan id for. (required)
  -v|--vlan-id=<long>   The vlan id for this port group. This value is in the range (0 - 4095)
"""

# esxcli --formatter=csv network vswitch standard portgroup list (a public script's comment)
GROUPS_CSV = (
    "ActiveClients,Name,VLANID,VirtualSwitch,\n1,Management Network,0,vSwitch0,\n3,VM Network,0,vSwitch0,\n"
)

# esxcli --formatter=xml vm process list (a public test suite's sample of a host's answer)
PROCESSES_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">
<root>
   <list type="structure">
      <structure typeName="VirtualMachine">
         <field name="ConfigFile">
            <string>/vmfs/volumes/656f00b6/a/a.vmx</string>
         </field>
         <field name="DisplayName">
            <string>a</string>
         </field>
         <field name="ProcessID">
            <integer>0</integer>
         </field>
         <field name="UUID">
            <string>42 36 49 50 7c 48 2a 8b-18 b5 48 e1 0d db 9a 37</string>
         </field>
         <field name="VMXCartelID">
            <integer>22541452</integer>
         </field>
         <field name="WorldID">
            <integer>22541454</integer>
         </field>
      </structure>
   </list>
</root>
</output>
"""

# vim-cmd vmsvc/snapshot.get of an ESXi 7: two snapshots in a row (VimCmdParsersTest)
SNAPSHOTS = """\
|-ROOT
--Snapshot Name        : snap1
--Snapshot Id        : 1
--Snapshot Desciption  : Shapshot #1
--Snapshot Created On  : 10/4/2026 19:0:52
--Snapshot State       : powered off
--|-CHILD
----Snapshot Name        : Corelinux running
----Snapshot Id        : 2
----Snapshot Desciption  :\x20
----Snapshot Created On  : 10/4/2026 19:22:55
----Snapshot State       : powered on
"""

# vim-cmd without a command (a public transcript; the end of its last line is cut there)
TOP = (
    "hbrsvc/       internalsvc/  solo/         vmsvc/        \nhostsvc/      proxysvc/     vimsvc/       help"
)


def printer(api=EIGHT):
    return Printer(api, lambda reference: f"vim.Datastore:{reference._moId}")


def test_the_list_of_machines_is_laid_out_as_a_host_does():
    assert table([("1", "x8", "[pve-esx] x8/x8.vmx", "centos9_64Guest", "vmx-20", "")]) == ONE_VM
    assert table([]) == NO_VMS


def test_an_annotation_goes_over_several_lines():
    rows = table([("12", "a", "[d] a/a.vmx", "otherGuest", "vmx-13", "first line\nsecond line")]).splitlines()
    assert rows[1].endswith("otherGuest   vmx-13    first line")
    assert rows[2].rstrip() == "second line"


def test_a_fault_ends_with_its_message():
    assert printer().fault(invalid_power("poweredOn", "poweredOff")) == RESET


def test_objects_are_printed_field_by_field():
    store = "5f3215f2-49c43e04-00b5-002481827d55"
    summary = vim.Datastore.Summary(
        datastore=vim.Datastore(store, None),
        name="dataStorage",
        url=f"/vmfs/volumes/{store}",
        capacity=239981297664,
        freeSpace=214053158912,
        uncommitted=0,
        accessible=True,
        type="VMFS",
    )
    assert printer().show(VmomiSupport.GetVmodlType("vim.Datastore.Summary[]")([summary])) == SUMMARY


def test_an_older_release_lacks_the_fields_of_a_newer_one():
    """GuestInfo.customizationInfo is there since API 7.0.2, RuntimeInfo.iommuActive since 8.0.1."""
    runtime = vim.vm.RuntimeInfo(connectionState="connected", powerState="poweredOff", numMksConnections=0)
    guest = vim.vm.GuestInfo(
        toolsRunningStatus="guestToolsNotRunning", toolsVersion="0", guestState="notRunning"
    )
    assert "customizationInfo" in printer(SEVEN).show(guest)
    assert "customizationInfo" not in printer(RELEASES["6.7"].api).show(guest)
    assert "iommuActive" in printer(EIGHT).show(runtime)
    assert "iommuActive" not in printer(SEVEN).show(runtime)


def test_the_commands_are_listed_in_columns():
    assert columns(FOLDERS).rstrip() == TOP


def test_tables_of_esxcli():
    rows = [("VM Network", "vSwitch0", 0, 0), ("eno1", "vSwitch0", 1, 0)]
    assert show(Answer("PortGroup", PORT_GROUP, rows), "") == GROUPS


def test_csv_of_esxcli():
    rows = [("Management Network", "vSwitch0", 1, 0), ("VM Network", "vSwitch0", 3, 0)]
    assert show(Answer("PortGroup", PORT_GROUP, rows), "csv") == GROUPS_CSV


def test_csv_quotes_what_has_a_comma():
    rows = [('a, "b"', "vSwitch0", 1, 0)]
    assert show(Answer("PortGroup", PORT_GROUP, rows), "csv").splitlines()[1] == '1,"a, ""b""",0,vSwitch0,'


def test_xml_and_keyvalue_of_esxcli():
    row = (22541454, 0, 22541452, "42 36 49 50 7c 48 2a 8b-18 b5 48 e1 0d db 9a 37", "a")
    answer = Answer("VirtualMachine", PROCESS, [(*row, "/vmfs/volumes/656f00b6/a/a.vmx")])
    assert show(answer, "xml") == PROCESSES_XML
    # structure[7].Nic.MTU.integer=1500, as `esxcli --formatter=keyvalue network nic list` has it
    assert "structure[0].VirtualMachine.WorldID.integer=22541454" in show(answer, "keyvalue").splitlines()


def test_a_table_of_datastores_is_aligned_as_a_hosts():
    """esxi-ssh.md, "Reading": `true` and the numbers stand to the right."""
    uuid = "5f1a2b3c-aaaaaaaa-bbbb-001122334455"
    row = (f"/vmfs/volumes/{uuid}", "groupe07", uuid, True, "VMFS-6", 479693111296, 301989888000)
    last = show(Answer("VolumeInfo", VOLUME, [row]), "").splitlines()[2]
    assert last == f"/vmfs/volumes/{uuid}  groupe07     {uuid}     true  VMFS-6  479693111296  301989888000"


def test_a_mistyped_option_shows_the_usage():
    words = (
        "network",
        "vswitch",
        "standard",
        "portgroup",
        "set",
        "--portgroup-name=bond0",
        "--vlan-id=LT-3100",
    )
    with pytest.raises(esxcli.WrongError) as wrong:
        esxcli.parse(words, json=True)
    assert f"Error: {wrong.value}\n\n{esxcli.usage(wrong.value.usage)}" == MISTYPED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("system", "uptime", "get"),
            "Unknown command or namespace system uptime get",
        ),  # an ESXi 9.0's words
        (("vm", "process", "list", "-x"), "Invalid option -x"),
        (("--formatter=yaml", "vm", "process", "list"), "Unable to find requested formatter: yaml"),
        (("--frobnicate", "vm", "process", "list"), "Invalid option --frobnicate"),
        (
            ("network", "vswitch", "standard", "portgroup", "add", "-p", "x"),
            "Missing required parameter -v|--vswitch-name",
        ),
        (("network", "vswitch", "standard", "portgroup", "add", "-p"), "-p must have value"),
    ],
)
def test_what_esxcli_does_not_know_is_an_error(words, said):
    with pytest.raises(esxcli.WrongError, match=f"^{said.replace('|', '[|]')}$"):
        esxcli.parse(words, json=False)


def test_json_is_there_since_7():
    words = ("--formatter=json", "vm", "process", "list")
    assert esxcli.parse(words, json=True).form == "json"
    with pytest.raises(esxcli.WrongError):
        esxcli.parse(words, json=False)


def snapshot(name, number, description, *, moment, state, children=()):
    return SimpleNamespace(
        name=name,
        id=number,
        description=description,
        createTime=datetime(2026, 10, 4, *moment, tzinfo=UTC),
        state=state,
        childSnapshotList=children,
    )


def test_snapshots_are_a_tree():
    child = snapshot("Corelinux running", 2, "", moment=(19, 22, 55), state="poweredOn")
    root = snapshot("snap1", 1, "Shapshot #1", moment=(19, 0, 52), state="poweredOff", children=[child])
    found = SimpleNamespace(found={"snapshot": SimpleNamespace(rootSnapshotList=[root])})
    assert tree(SimpleNamespace(release=RELEASES["7.0"]), found) == SNAPSHOTS
    later = tree(SimpleNamespace(release=RELEASES["8.0"]), found)
    assert "Created On  : 10/4/2026 19:00:52" in later
