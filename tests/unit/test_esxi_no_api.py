"""A host that is looked at by its shell: what its programs print, and the scripts that ask, in a real ash."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from esxlab.backends.esxi import asking
from esxlab.backends.esxi.doubts import doubts_of
from esxlab.backends.esxi.framing import Answer, Frame
from esxlab.backends.esxi.host_look import HostLook, read_look, table
from esxlab.backends.esxi.in_flight import tasks_in
from esxlab.backends.esxi.inventory import inventory_of, machines_of
from esxlab.backends.esxi.machine import guest_identifier, isos_at_power_on, joined_uuid, machine_of
from esxlab.backends.esxi.shown import read_shown
from esxlab.errors import LabError
from tests.borrowed import borrows

GUEST = """\
Guest information:

(vim.vm.GuestInfo) {
   toolsRunningStatus = "guestToolsRunning",
   hostName = "the "first" one",
   ipAddress = "172.16.20.31",
   net = (vim.vm.GuestInfo.NicInfo) [
      (vim.vm.GuestInfo.NicInfo) {
         network = "VM Network",
         ipAddress = (string) [
            "172.16.20.31",
            "fe80::250:56ff:fe07:101"
         ],
         macAddress = "00:50:56:07:01:01",
         connected = true,
         deviceConfigId = 4000,
         dnsConfig = (vim.net.DnsConfigInfo) null
      }
   ],
   annotation = "first line
},
ipAddress = 1",
   disk = <unset>,
   vm = 'vim.VirtualMachine:12'
}
"""


def test_an_object_is_read_as_vim_cmd_prints_it():
    shown = read_shown(GUEST.replace(",\n", ", \n"))
    assert (shown["hostName"], shown["ipAddress"], shown["vm"]) == (
        'the "first" one',
        "172.16.20.31",
        "vim.VirtualMachine:12",
    )
    [nic] = shown["net"]
    assert (nic["ipAddress"][1], nic["connected"], nic["deviceConfigId"], nic["dnsConfig"]) == (
        "fe80::250:56ff:fe07:101",
        True,
        4000,
        None,
    )
    assert (shown["annotation"], shown["disk"]) == ("first line\n}, \nipAddress = 1", None)


@pytest.mark.parametrize("text", ["", "}\n]\n", "(vim.vm.GuestInfo) {\n", 'x = "a', "(a) {\n" * 500])
def test_what_is_no_object_is_none(text):
    assert isinstance(read_shown(text), dict)


LIST = """\
Vmid    Name           File                                       Guest OS       Version   Annotation
7       modeleD9       [datastore1] modeleD9/modeleD9.vmx         debian9Guest   vmx-13
15      [a] b.vmx x    [data store 2] mon serveur/mon serveur.vmx   otherGuest   vmx-10    first line
16 [datastore1] modeleD9/modeleD9.vmx second line
Skipping invalid VM '9'
21      deep           [datastore1] a/b/c/d.vmx                   otherGuest     vmx-10
"""


def test_the_list_of_machines_is_cut_where_files_are_told():
    look = HostLook(machines=LIST)
    look.vmx[("datastore1", "modeleD9/modeleD9.vmx")] = 'displayName = "x"\n'
    look.vmx[("data store 2", "mon serveur/mon serveur.vmx")] = ""
    found = {machine.moref: (machine.name, machine.vmx_path) for machine in machines_of(look)}
    assert found["7"] == ("modeleD9", "[datastore1] modeleD9/modeleD9.vmx")
    assert found["21"] == ("deep", "[datastore1] a/b/c/d.vmx")


BRACKETS = """\
Vmid  Name                     File                                     Guest OS     Version  Annotation
6     srvweb1 [old]            [datastore1] srvweb1/srvweb1.vmx         debian9Guest vmx-13
7     [datastore1] x/x.vmx     [datastore1] y/y.vmx                     debian9Guest vmx-13   [ds] z/z.vmx
8     modele [old] D9          [datastore1] modele [old] D9/m.vmx       debian9Guest vmx-13
9     deep [x]                 [datastore1] a/b/c/d.vmx                 otherGuest   vmx-10
"""


def test_a_name_with_brackets_is_a_name():
    look = HostLook(machines=BRACKETS, volumes=[{"VolumeName": "datastore1", "UUID": "5f1a"}])
    known = ("srvweb1/srvweb1.vmx", "x/x.vmx", "y/y.vmx", "modele [old] D9/m.vmx")
    look.vmx = {("datastore1", file): f'displayName = "{file}"\n' for file in known}
    assert [(machine.moref, machine.name, machine.vmx_path) for machine in machines_of(look)] == [
        ("6", "srvweb1 [old]", "[datastore1] srvweb1/srvweb1.vmx"),
        ("7", "[datastore1] x/x.vmx", "[datastore1] y/y.vmx"),
        ("8", "modele [old] D9", "[datastore1] modele [old] D9/m.vmx"),
        ("9", "deep [x]", "[datastore1] a/b/c/d.vmx"),
    ]


VMX = """\
virtualHW.version = "13"
guestOS = "debian9-64"
numvcpus = "2"
memSize = "2048"
vc.uuid = "52 d1 6b 4c 8e 1a 2c 11-9d 0a 3f 5b 7c 8d 9e 0f"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0.pciSlotNumber = "160"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "srv.vmdk"
scsi0:1.present = "TRUE"
scsi0:1.fileName = "/vmfs/volumes/ds 2/thesis/thesis.vmdk"
sata0:0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "/vmfs/volumes/ds/debian.iso"
ethernet1.present = "TRUE"
ethernet1.networkName = "VM Network"
ethernet1.generatedAddress = "00:0C:29:00:00:01"
ethernet1.startConnected = "FALSE"
esxlab.class = "sio2"
checkpoint.vmState = "srv.vmss"
"""


def test_a_machine_is_what_its_file_says():
    look = HostLook()
    path = ("ds", "srv/srv.vmx")
    look.vmx[path] = VMX
    look.vmsd["ds", "srv/srv.vmsd"] = 'snapshot.current = "3"\nsnapshot.numSnapshots = "1"\n'
    look.extents["ds", "srv/srv.vmdk"] = 'RW 41943040 VMFS "srv-flat.vmdk"\n'
    seen = machine_of(look, path, number="12", name="srv")
    assert seen.uuid == "52d16b4c-8e1a-2c11-9d0a-3f5b7c8d9e0f"
    assert (seen.hardware.guest_id, seen.hardware.cpus, seen.hardware.disk_gib) == ("debian9_64Guest", 2, 20)
    assert (seen.hardware.scsi_type, seen.slots.controller) == ("pvscsi", 160)
    assert seen.disks == ("[ds] srv/srv.vmdk", "[ds 2] thesis/thesis.vmdk")
    [nic] = seen.nics
    assert (nic.mac, nic.network, nic.connected) == ("00:0c:29:00:00:01", "VM Network", False)
    assert (seen.snapshot, seen.suspended, seen.powered_on) == ("3", True, False)
    assert seen.extra == {"esxlab.class": "sio2"}
    assert isos_at_power_on(VMX) == ("/vmfs/volumes/ds/debian.iso",)


@pytest.mark.parametrize(
    ("token", "identifier"),
    [
        ("debian9", "debian9Guest"),
        ("other-64", "otherGuest64"),
        ("ubuntu-64", "ubuntu64Guest"),
        ("otherlinux-64", "otherLinux64Guest"),
        ("of-tomorrow", "of-tomorrowGuest"),
        ("", ""),
    ],
)
def test_guest_systems_have_the_apis_names(token, identifier):
    assert guest_identifier(token) == identifier


def test_a_broken_identifier_is_none():
    assert joined_uuid("52 d1") == ""


def test_a_table_of_esxcli_is_read_by_its_titles():
    text = 'ActiveClients,Name,VLANID,VirtualSwitch,\n2,"g07, inside",107,vSwitch0,\n'
    assert table(text)[0]["Name"] == "g07, inside"
    assert table("") == []
    look = HostLook(groups=table(text))
    host = inventory_of(look).hosts["ha-host"]
    assert host.port_groups["g07, inside"].vlan == 107


NONCE = "esxlab-" + "0" * 24


@pytest.mark.parametrize("listed", ["", "\n", "<unset>\n", "Skipping invalid VM '9'\n"])
def test_a_list_of_machines_without_its_titles_is_no_empty_host(listed):
    """Else every machine of ours would be taken for gone, and its folder for a remainder."""
    with pytest.raises(LabError) as caught:
        read_look(Answer(0, f"\n{NONCE} tell machines \n {listed}"), what="h")
    assert caught.value.code == "vsphere.refused"


def test_a_programs_failure_is_told():
    fault = f"\n{NONCE} tell failed vim-cmd vmsvc/getallvms\n(vim.fault.NoPermission) {{\n}}\n"
    with pytest.raises(LabError) as told:
        read_look(Answer(0, fault), what="esxi1")
    assert told.value.code == "vsphere.permission"


def ran(script, tmp_path):
    """What a script prints in a real busybox ash, as `Link` reads it."""
    frame = Frame()
    done = subprocess.run(
        ["busybox", "ash", "-s"], input=frame.script(script), capture_output=True, cwd=tmp_path, check=False
    )
    answer = frame.read(done.stdout)
    assert answer is not None, done
    return answer


@borrows("busybox")
def test_a_file_arrives_to_the_letter_and_steers_nothing(tmp_path):
    """Marks and errors in it, no line end at its end, quotes and blanks in its name."""
    text = f"Error: none\n{NONCE} tell failed x\n(vim.fault.NotFound) {{\n\n  end"
    file = tmp_path / 'it\'s a $(file) \\ "x"'
    file.write_text(text)
    look = read_look(ran(asking.file_look(str(file)), tmp_path), what="x")
    assert list(look.files.values()) == [text]
    assert read_look(ran(asking.file_look(str(tmp_path / "none")), tmp_path), what="x").files == {}


@borrows("busybox")
def test_names_arrive_whatever_is_in_them(tmp_path):
    wanted = {"a b", "two\nlines", "*", "-x", "$(x)", ".hidden", "é"}
    for name in wanted:
        (tmp_path / name).mkdir()
    (tmp_path / "file").write_text("")
    look = read_look(ran(asking.names_look(str(tmp_path), only_folders=True), tmp_path), what="x")
    assert list(look.inside.values()) == [wanted]


@borrows("busybox")
def test_a_host_that_does_not_know_its_tasks_can_be_looked_at(tmp_path):
    """Without the program, as without the command."""
    look = read_look(ran(asking.host_look("tasks"), tmp_path), what="x")
    assert "not found" in look.tasks
    assert list(tasks_in(look.tasks)) == []


@borrows("busybox")
def test_what_is_asked_side_by_side_answers_in_turn(tmp_path):
    """The first waits for the sixth: one after the other they would stand still."""
    body = f"""{asking.TELL}
mkfifo gate
one() {{ tell state $1; if [ $1 = 6 ]; then echo open >gate; fi; [ $1 != 1 ] || read x <gate; echo " $1"; }}
sixes one 1 2 3 4 5 6 7
"""
    told = [each.name for each in asking.told_in(ran(body, tmp_path))]
    assert told == ["1", "2", "3", "4", "5", "6", "7"]


SETTING = "IntValue,Path,\n {},/UserVars/ESXiShellTimeOut,\n"


@pytest.mark.parametrize(
    ("version", "seconds", "codes"),
    [
        ("VMware ESXi 8.0.3 build-24677879", 0, []),
        ("VMware ESXi 6.7.0 build-14320388", 600, ["esxi.shell_timeout"]),
        ("VMware ESXi 9.0.0 build-1", 0, ["esxi.version"]),
        ("something", 0, ["esxi.version"]),
    ],
)
def test_doctor_warns_of_a_shell_that_closes_itself_and_of_releases_that_nobody_knows(
    version, seconds, codes
):
    told = f"\n{NONCE} tell version\n {version}\n\n{NONCE} tell timeout\n {SETTING.format(seconds)}"
    link = SimpleNamespace(host="esxi1", read=lambda _, what: Answer(0, told))  # noqa: ARG005 - as Link's
    assert [doubt.code for doubt in doubts_of(link)] == codes
