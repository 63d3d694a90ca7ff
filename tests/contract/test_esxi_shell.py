"""A real SSH talk with a simulated free ESXi: busybox's ash, ESXi's programs, the world that SOAP sees."""

from __future__ import annotations

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest
from pyVmomi import vim

from esxlab.sim.esxi.faults import Faults, Strike
from esxlab.sim.esxi.programs.identity import settle
from esxlab.sim.esxi.sandbox import has_namespaces
from esxlab.sim.inventory import await_task, read
from tests.borrowed import borrows
from tests.esxi_client import ShellClient, connected, finish
from tests.esxi_worlds import MODEL, VMX, VOLUME, clear, client_of, make_machine, shell_of
from tests.memory.school import running_school
from tests.schools import ESXI, administrator, lone_esxi, school

pytestmark = borrows("busybox")
EXISTS = "mkdir: can't create directory '/vmfs/volumes/datastore1/a': File exists\n"


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    directory = tmp_path_factory.mktemp("school")
    with running_school(school(lone_esxi()), directory, engine="idle", licence="free") as running:
        yield running


@pytest.fixture
def host(up):
    found = up[0].shells[ESXI].host
    yield found
    found.faults = Faults()
    found.hostd_words = ""


@pytest.fixture
def client(up, host):
    with client_of(*up) as found:
        yield found
    host.faults = Faults()
    host.hostd_words = ""
    with client_of(*up) as other:
        clear(other)


@pytest.fixture
def soap(up):
    with administrator(up[1], ESXI, user="root") as found:
        yield found


@contextlib.contextmanager
def another(up, directory, **more):
    """Another shell on the same world, and a client of it."""
    with contextlib.ExitStack() as stack:
        shell, _ = stack.enter_context(shell_of(up[0], directory, **more))
        place = ("127.0.0.1", shell.sshd.port)
        yield shell, stack.enter_context(connected(place, up[0].passwords["vsphere"]))


def machines(session):
    folder = session.content.rootFolder.childEntity[0].vmFolder
    references = read(session, [folder], ["childEntity"])[folder]["childEntity"]
    return {values["name"]: one for one, values in read(session, list(references), ["name"]).items()}


# the shell itself


def test_a_login_is_keyboard_interactive(up):
    transport = paramiko.Transport(tuple(up[1]["shells"][ESXI]))
    transport.start_client()
    with pytest.raises(paramiko.BadAuthenticationType) as refused:
        transport.auth_password("root", up[0].passwords["vsphere"], fallback=False)
    transport.close()
    assert sorted(refused.value.allowed_types) == ["keyboard-interactive", "publickey"]


def test_the_book_tells_the_host_key(up):
    with client_of(*up) as found:
        assert found.transport.get_remote_server_key().fingerprint == up[1]["shell_keys"][ESXI]


def test_a_key_in_authorized_keys_lets_in(client, up):
    key = paramiko.ECDSAKey.generate()
    client.script(f"echo '{key.get_name()} {key.get_base64()} me' >> /etc/ssh/keys-root/authorized_keys\n")
    with connected(up[1]["shells"][ESXI], key=key) as other:
        assert other.run("echo in").out == "in\n"
    with pytest.raises(paramiko.AuthenticationException):
        ShellClient(up[1]["shells"][ESXI], key=paramiko.ECDSAKey.generate())


def test_a_script_is_run_by_busybox_ash(client):
    """An option that busybox lacks fails, and so does what bash alone knows."""
    assert client.script("echo a; echo b >&2; exit 3\n") == ("a\n", "b\n", 3)
    assert client.script("ls --time-style=iso /\n").status != 0
    assert "syntax error" in client.script("a=(1 2)\n").err
    assert (
        client.script('x=$(printf \'%s\' "it\'s"); echo "$x"; a=1; [ $a -eq 1 ] && echo one\n').out
        == "it's\none\n"
    )


def test_only_what_an_esxi_has_is_on_path(client):
    answer = client.script(
        "for p in bash git curl python3 apt vim-cmd vmkfstools; do command -v $p; done; true\n"
    )
    assert [line.rpartition("/")[2] for line in answer.lines] == ["vim-cmd", "vmkfstools"]
    assert client.run("bash -c 'echo x'").status == 127


def test_words_arrive_to_the_letter(client):
    """Quoted names come to a program as they are, and into a file's name."""
    names = ["a b", "it's", 'q"q', "$(x)", "`y`", "-z", "*", "é", "l1\nl2", "\\"]
    for name in names:
        quoted = "'" + name.replace("'", "'\\''") + "'"
        answer = client.script(
            f"mkdir {VOLUME}/{quoted} && cd {VOLUME}/{quoted} && pwd && rmdir {VOLUME}/{quoted}\n"
        )
        assert answer == (f"{VOLUME}/{name}\n", "", 0), name
        said = client.script(f"vim-cmd vmsvc/power.getstate {quoted}\n").out
        assert f'msg = "Unable to find a VM corresponding to "{name}""' in said


def test_mkdir_is_a_test_and_set(client):
    assert client.script(f"mkdir {VOLUME}/a\n").status == 0
    assert client.script(f"mkdir {VOLUME}/a\n") == ("", EXISTS, 1)


def test_a_datastore_is_there_by_name_and_uuid(client):
    answer = client.run(f"readlink {VOLUME}; ls /vmfs/volumes")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}", answer.lines[0])
    assert set(answer.lines[1:]) == {"datastore1", answer.lines[0]}


def test_a_connection_has_ten_sessions(client):
    """sshd_config(5), MaxSessions: 10."""
    held = [client.open("cat") for _ in range(10)]
    with pytest.raises(paramiko.ChannelException):
        client.open("echo one too many")
    for channel in held:
        channel.shutdown_write()
        finish(channel)
    assert client.run("echo again").out == "again\n"


def test_no_terminal_and_no_sftp(client):
    channel = client.transport.open_session()
    with pytest.raises(paramiko.SSHException):
        channel.get_pty()
    with pytest.raises(paramiko.SSHException):
        paramiko.SFTPClient.from_transport(client.transport)


# what the programs say


def test_the_version(client, soap):
    """esxi-ssh.md, "Reading", and `vmware -vl` of an 8.0 Update 3e host; the API tells the same."""
    assert soap.content.about.fullName == "VMware ESXi 8.0.3 build-24677879"
    assert client.run("vmware -vl").out == "VMware ESXi 8.0.3 build-24677879\nVMware ESXi 8.0 Update 3\n"
    assert client.run("esxcli system version get").lines == [
        "   Product: VMware ESXi",
        "   Version: 8.0.3",
        "   Build: Releasebuild-24677879",
        "   Update: 3",
        "   Patch: 70",
    ]
    assert (
        "VersionGet.Version.string=8.0.3"
        in client.run("esxcli --formatter=keyvalue system version get").lines
    )


@pytest.mark.parametrize(
    "command",
    [
        "vim-cmd vmsvc/frobnicate 1",
        "vim-cmd vmsvc/power.on",
        "vim-cmd vmsvc/power.on 1 2",
        "vim-cmd vmsvc/device.diskadd 1",
        "esxcli frobnicate",
        "esxcli vm process list --all",
        "vmkfstools --frobnicate /x",
        "vmkfstools -i /vmfs/volumes/datastore1/x.vmdk",
        "vmware -x",
        "hostname new",
        "uname -z",
        "ps -ef",
        "df -T",
        "frobnicate",
    ],
)
def test_what_is_not_known_fails(client, command):
    answer = client.run(command)
    assert (answer.status != 0, bool(answer.out + answer.err)) == (True, True)


def test_a_missing_number_is_asked_for(client):
    answer = client.run("vim-cmd vmsvc/power.on")
    assert answer.lines[:2] == ["Insufficient arguments.", "Usage: power.on vmid"]


def test_a_machine_that_is_not_there(client):
    """esxi-ssh.md, "Reading"."""
    assert client.run("vim-cmd vmsvc/power.getstate 99").lines == [
        "(vim.fault.NotFound) {",
        "   faultCause = (vmodl.MethodFault) null, ",
        "   faultMessage = <unset>",
        '   msg = "Unable to find a VM corresponding to "99""',
        "}",
    ]


def test_the_free_licence(client):
    lines = client.run("vim-cmd vimsvc/license --show").lines
    assert lines[0] == "[200] Sending request for installed licenses...[200] Complete, result is:"
    assert "   vmodl key: esx.hypervisor.cpuPackageCoreLimited" in lines
    assert "   name: vSphere 8 Hypervisor" in lines


def test_a_machine_whose_files_are_gone_is_skipped(client):
    number = make_machine(client, "gone")
    client.run(f"rm -r {VOLUME}/gone")
    answer = client.run("vim-cmd vmsvc/getallvms")
    assert answer.err == f"Skipping invalid VM '{number}'\n"
    assert len(answer.lines) == 2


# one world


def test_a_machine_is_made_and_soap_sees_it(client, soap):
    number = make_machine(client, "one")
    found = read(soap, [machines(soap)["one"]], ["config", "runtime.powerState"]).popitem()[1]
    config = found["config"]
    assert found["runtime.powerState"] == "poweredOff"
    assert config.files.vmPathName == "[datastore1] one/one.vmx"
    assert (config.version, config.guestId, config.hardware.memoryMB) == ("vmx-13", "debian9Guest", 512)
    assert {option.key: option.value for option in config.extraConfig}["esxlab.class"] == "sio2"
    disks = [one for one in config.hardware.device if isinstance(one, vim.vm.device.VirtualDisk)]
    cards = [one for one in config.hardware.device if isinstance(one, vim.vm.device.VirtualEthernetCard)]
    assert [disk.backing.fileName for disk in disks] == ["[datastore1] one/one.vmdk"]
    assert [(card.macAddress, card.key, card.backing.deviceName) for card in cards] == [
        ("00:50:56:00:00:01", 4000, "VM Network")
    ]
    shown = client.run(f"vim-cmd vmsvc/get.config {number}").out
    assert f'instanceUuid = "{config.instanceUuid}"' in shown
    assert 'vmPathName = "[datastore1] one/one.vmx"' in shown


def test_power_through_the_shell_is_seen_by_soap(client, soap, host):
    number = make_machine(client, "one")
    on = client.run(f"vim-cmd vmsvc/power.on {number}")
    assert on == ("Powering on VM:\n", "", 0)
    one = machines(soap)["one"]
    assert read(soap, [one], ["runtime.powerState"])[one]["runtime.powerState"] == "poweredOn"
    assert client.run(f"vim-cmd vmsvc/power.getstate {number}").lines[1] == "Powered on"
    processes = client.run("esxcli vm process list").out
    assert "   Display Name: one\n" in processes
    again = client.run(f"vim-cmd vmsvc/power.on {number}")
    assert (again.status, "(vim.fault.InvalidPowerState) {" in again.out) == (1, True)
    assert client.run(f"vim-cmd vmsvc/power.off {number}") == ("Powering off VM:\n", "", 0)
    assert client.run("esxcli vm process list").out == ""


def test_what_is_not_the_shells_doing_is_seen_by_it(client, up):
    """The machine is turned off by the hypervisor's own way, and its address comes from Tools."""
    number = make_machine(client, "one")
    client.run(f"vim-cmd vmsvc/power.on {number}")
    told = client.script(f"""
        until vim-cmd vmsvc/get.guest {number} | grep -q '^   ipAddress = "'; do usleep 20000; done
        vim-cmd vmsvc/get.guest {number}
    """)
    assert 'toolsRunningStatus = "guestToolsRunning"' in told.out
    assert 'macAddress = "00:50:56:00:00:01"' in told.out
    assert "deviceConfigId = 4000" in told.out
    vm = next(vm for vm in up[0].hypervisors[ESXI].running if vm.name == "one")
    up[0].hypervisors[ESXI].guest_powered_off(vm)
    off = client.script(f"until vim-cmd vmsvc/power.getstate {number} | grep -q off; do usleep 20000; done\n")
    assert off.status == 0
    assert "   ipAddress = <unset>, \n" in client.run(f"vim-cmd vmsvc/get.guest {number}").out


def test_soap_may_change_nothing(client, soap):
    """The free licence: RestrictedVersion (pyvmomi#625); what the shell does is not gated."""
    number = make_machine(client, "one")
    with pytest.raises(vim.fault.RestrictedVersion):
        machines(soap)["one"].PowerOnVM_Task()
    licences = soap.content.licenseManager.licenses
    assert [one.editionKey for one in licences] == ["esx.hypervisor.cpuPackageCoreLimited"]
    assert client.run(f"vim-cmd vmsvc/power.on {number}").status == 0


def test_port_groups_are_seen_on_both_sides(client, soap):
    add = "esxcli network vswitch standard portgroup"
    assert client.run(f"{add} add -p g07-inside -v vSwitch0") == ("", "", 0)
    again = client.run(f"{add} add -p g07-inside -v vSwitch0")
    assert again == ("A portgroup with the name g07-inside already exists\n", "", 1)
    assert client.run(f"{add} set -p g07-inside -v 107") == ("", "", 0)
    system = (
        soap.content.rootFolder.childEntity[0].hostFolder.childEntity[0].host[0].configManager.networkSystem
    )
    info = read(soap, [system], ["networkInfo"])[system]["networkInfo"]
    assert {one.spec.name: one.spec.vlanId for one in info.portgroup}["g07-inside"] == 107
    assert "0,g07-inside,107,vSwitch0," in client.run(f"esxcli --formatter=csv {add[7:]} list").lines
    assert client.run(f"{add} remove -p g07-inside -v vSwitch0") == ("", "", 0)
    assert client.run(f"{add} remove -p g07-inside -v vSwitch0").status == 1


def test_a_vmx_is_read_again(client, soap):
    number = make_machine(client, "one")
    answer = client.script(f"""
        esxcli network vswitch standard portgroup add -p g08 -v vSwitch0
        sed -i 's/^ethernet0.networkName.*/ethernet0.networkName = "g08"/' {VOLUME}/one/one.vmx
        vim-cmd vmsvc/reload {number}
    """)
    assert answer == ("", "", 0)
    one = machines(soap)["one"]
    devices = read(soap, [one], ["config.hardware.device"])[one]["config.hardware.device"]
    (card,) = [device for device in devices if isinstance(device, vim.vm.device.VirtualEthernetCard)]
    assert card.backing.deviceName == "g08"


def test_a_cable_is_pulled_while_it_runs(client):
    number = make_machine(client, "one")
    assert client.run(f"vim-cmd vmsvc/device.connection {number} 4000 0").status == 1  # it is off
    client.run(f"vim-cmd vmsvc/power.on {number}")
    assert client.run(f"vim-cmd vmsvc/device.connection {number} 4000 0") == ("", "", 0)
    shown = client.run(f"vim-cmd vmsvc/device.getdevices {number}").out
    assert re.search(r"key = 4000,.*?connected = false", shown, re.DOTALL)
    assert client.run(f"vim-cmd vmsvc/device.connection {number} 4099 1").status == 1


def test_registered_twice_and_never(client):
    number = make_machine(client, "one")
    again = client.run(f"vim-cmd solo/registervm {VOLUME}/one/one.vmx one")
    assert (again.status, again.lines[0], again.lines[3]) == (
        1,
        "(vim.fault.AlreadyExists) {",
        f'   name = "{number}"',
    )
    assert "(vim.fault.NotFound) {" in client.run(f"vim-cmd solo/registervm {VOLUME}/no/no.vmx").out
    client.run(f"vim-cmd vmsvc/unregister {number}")
    assert client.run(f"vim-cmd solo/registervm {VOLUME}/one/one.vmx one").lines != [number]


def test_destroy_takes_attached_disks_too(client):
    """esxi-ssh.md, "Changing"."""
    number = make_machine(client, "one")
    client.script(f"touch {VOLUME}/one/mine.txt\n")
    assert client.run(f"vim-cmd vmsvc/destroy {number}") == ("", "", 0)
    assert client.run(f"ls {VOLUME}/one").lines == ["mine.txt"]


# disks


def test_a_copy(client):
    """A transcript of 8.0: three lines, the last growing with carriage returns."""
    client.run(f"mkdir {VOLUME}/a")
    answer = client.run(f"vmkfstools -i {MODEL} {VOLUME}/a/x.vmdk -d thin")
    first, second, third = answer.out.split("\n")[:3]
    assert first == "Destination disk format: VMFS thin-provisioned"
    assert second == f"Cloning disk '{MODEL}'..."
    assert third.split("\r")[-1] == "Clone: 100% done."
    same = client.script(
        f"cmp_(){{ md5sum < $1; }}; cmp_ {VOLUME}/a/x-flat.vmdk; cmp_ {MODEL[:-5]}-flat.vmdk\n"
    )
    assert len(set(same.lines)) == 1
    assert 'VMFS "x-flat.vmdk"' in client.run(f"cat {VOLUME}/a/x.vmdk").out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (f"-i {VOLUME}/no.vmdk {VOLUME}/x.vmdk", "The system cannot find the file specified (25)."),
        (f"-i {MODEL} {MODEL}", "Failed to clone disk: The file already exists (39)."),
        (f"-i {MODEL[:-1]}x {VOLUME}/x.vmdk", "DiskLib_Check() failed for source disk"),
        (f"-c 9000G -d zeroedthick {VOLUME}/big.vmdk", "There is not enough space on the file system"),
        (f"-U {VOLUME}/no.vmdk", "The system cannot find the file specified (25)."),
        (f"-E {VOLUME}/no.vmdk {VOLUME}/y.vmdk", "The system cannot find the file specified (25)."),
    ],
)
def test_errors_of_vmkfstools(client, command, said):
    """esxi-ssh.md, "Changing"."""
    if "vmx" in command:
        command = command.replace("vmdx", "vmx")
    answer = client.run(f"vmkfstools {command}".replace("modeleD9.vmdx", "modeleD9.vmx"))
    assert (said in answer.err, answer.status != 0) == (True, True), answer


def test_a_running_disk_is_locked(client):
    number = make_machine(client, "one")
    client.run(f"vim-cmd vmsvc/power.on {number}")
    disk = f"{VOLUME}/one/one.vmdk"
    for command in (f"-U {disk}", f"-i {disk} {VOLUME}/x.vmdk", f"-E {disk} {VOLUME}/x.vmdk"):
        assert "Failed to lock the file (16392)." in client.run(f"vmkfstools {command}").err
    assert "mode 1," in client.run(f"vmkfstools -D {disk}").out
    client.run(f"vim-cmd vmsvc/power.off {number}")
    assert "mode 0," in client.run(f"vmkfstools -D {disk}").out


@pytest.mark.parametrize("own_root", [True, False])
def test_rm_leaves_what_a_running_machine_holds_and_takes_the_rest(up, tmp_path, own_root):
    """esxlab/sim/esxi/programs/held.py has the sources, and what of this is a guess."""
    if own_root and not has_namespaces():
        pytest.skip("no namespaces here")
    folder = f"{VOLUME}/held one"
    with another(up, tmp_path, own_root=own_root) as (_, client):
        number = make_machine(client, "held one")
        client.run(f"vim-cmd vmsvc/power.on {number}")
        client.script(f"cd '{folder}'; touch 'held one-1.vswp' 'held one.vmx.lck' .hid; mkdir -p a/b")
        flat = client.script(f"cd '{folder}'; rm 'held one-flat.vmdk'\n")
        assert (flat.err, flat.status) == (
            "rm: can't remove 'held one-flat.vmdk': Device or resource busy\n",
            1,
        )
        whole = client.script(f"rm -rf '{folder}'; echo $?; ls -A '{folder}'\n")
        busy = ["held one-1.vswp", "held one-flat.vmdk", "held one.vmx.lck"]
        assert whole.lines == ["1", *busy]
        assert sorted(whole.err.splitlines()) == sorted(
            [f"rm: can't remove '{folder}/{name}': Device or resource busy" for name in busy]
            + [f"rm: can't remove '{folder}': Directory not empty"]
        )
        client.run(f"vim-cmd vmsvc/power.off {number}")
        assert client.script(f"rm -r -- '{folder}' && ls {VOLUME}\n").lines == ["modeleD9"]
        client.run(f"vim-cmd vmsvc/unregister {number}")


def test_a_full_datastore(client, host):
    host.faults.full = True
    answer = client.run(f"vmkfstools -i {MODEL} {VOLUME}/x.vmdk -d thin")
    assert "There is not enough space on the file system for the selected operation (13)." in answer.err
    written = client.script(f"echo much > {VOLUME}/file; echo $?; cat {VOLUME}/file\n")
    assert written.out == "1\n"


# what goes wrong


def test_a_copy_is_killed_midway(client, host):
    """It leaves both files, the extent not whole; the killer is a process on the host."""
    client.run(f"mkdir {VOLUME}/a")
    host.faults.strikes.add(Strike("break_copy", program="vmkfstools", percent=50))
    answer = client.run(f"vmkfstools -i {MODEL} {VOLUME}/a/x.vmdk -d thin")
    assert (answer.status, "Clone: 100%" in answer.out) == (137, False)
    assert client.run(f"ls {VOLUME}/a").lines == ["x-flat.vmdk", "x.vmdk"]


def test_a_copy_outlives_its_connection_and_is_killed_by_its_number(client, host, up):
    """esxi-ssh.md: "It goes on when the connection drops: look with ps -c ... kill by pid"."""
    host.pace = host.pace._replace(copy_s=600.0)
    try:
        with connected(up[1]["shells"][ESXI], up[0].passwords["vsphere"]) as other:
            channel = other.open(f"vmkfstools -i {MODEL} {VOLUME}/x.vmdk -d thin")
            assert b"Cloning disk" in channel.recv(1000) + channel.recv(1000)
        seen = client.script("ps -c | grep '[v]mkfstools' | awk '{print $1}'\n")
        assert len(seen.lines) == 1
        ended = client.script(
            f"kill {seen.lines[0]}; while ps -c | grep -q '[v]mkfstools'; do usleep 20000; done\n"
        )
        assert ended.status == 0
    finally:
        host.pace = host.pace._replace(copy_s=0.0)
    assert client.run(f"ls {VOLUME}").lines == ["modeleD9", "x-flat.vmdk", "x.vmdk"]


def test_a_reply_is_lost_and_the_work_is_done(client, host, up):
    host.faults.strikes.add(Strike("lose_reply", containing="portgroup add"))
    answer = client.run("esxcli network vswitch standard portgroup add -p lost -v vSwitch0")
    assert (answer.status, client.transport.is_active()) == (-1, False)
    with client_of(*up) as other:
        assert other.run("esxcli network vswitch standard portgroup remove -p lost -v vSwitch0").status == 0


def test_a_connection_is_cut_before_a_program_begins(client, host, up):
    host.faults.strikes.add(Strike("cut", containing="portgroup add"))
    assert client.run("esxcli network vswitch standard portgroup add -p none -v vSwitch0").status == -1
    with client_of(*up) as other:
        assert "none" not in other.run("esxcli network vswitch standard portgroup list").out


@pytest.mark.parametrize("size", [0, 1, 5, 9])
def test_a_connection_is_cut_at_any_byte_of_the_output(client, host, size):
    host.faults.cut_output_after = size
    answer = client.run("echo 12345; echo 6789")
    assert (answer.out, answer.status) == ("12345\n6789\n"[:size], -1)


def test_a_script_that_is_cut_runs_up_to_there(client, host, up):
    """sh reads what came before the cut, and its last line without an end of line too."""
    host.faults.orphans_die = False
    script = f"mkdir {VOLUME}/first\nmkdir {VOLUME}/second-half\n"
    host.faults.cut_input_after = len(script) - len("-half\n")
    assert client.script(script).status == -1
    with client_of(*up) as other:
        made = other.script(f"until [ -d {VOLUME}/second ]; do usleep 20000; done; ls {VOLUME}\n")
        assert made.lines == ["first", "modeleD9", "second"]


def test_what_runs_on_a_channel_dies_with_its_connection(client, up):
    """esxi-ssh.md, "The shell": "a job started on a channel dies with the connection unless detached"."""
    script = f"""
        mkfifo /tmp/go /tmp/there
        setsid sh -c 'echo up > /tmp/there; cat /tmp/go; touch {VOLUME}/alive' &
        (trap 'touch {VOLUME}/hung-up; exit' HUP; while :; do usleep 20000; done) &
        cat /tmp/there; cat
    """
    with connected(up[1]["shells"][ESXI], up[0].passwords["vsphere"]) as other:
        channel = other.open("sh -s")
        channel.sendall(script.encode())
        assert channel.recv(100) == b"up\n"
    answer = client.script(f"""
        until [ -e {VOLUME}/hung-up ]; do usleep 20000; done
        echo go > /tmp/go
        until [ -e {VOLUME}/alive ]; do usleep 20000; done
    """)
    assert answer.status == 0


def test_hostd_is_away(client, host):
    host.hostd_words = "Connect to localhost failed: Connection failure"
    assert client.run("vim-cmd vmsvc/getallvms").status == 1
    assert client.run("esxcli vm process list") == (f"{host.hostd_words}\n", "", 1)
    assert client.run("localcli vm process list").status == 0
    host.hostd_words = ""
    assert client.run("vim-cmd vmsvc/getallvms").status == 0


def test_numbers_of_machines_change(client, host):
    before = make_machine(client, "one")
    host.renumber()
    rows = [line.split()[:2] for line in client.run("vim-cmd vmsvc/getallvms").lines[1:]]
    assert [before, "one"] not in rows
    assert {name for _, name in rows} == {"modeleD9", "one"}


def test_a_program_fails_in_the_words_that_a_test_wants(client, host):
    host.faults.strikes.add(Strike("fail", containing="getallvms", text="Failed to login\n", status=1, nth=2))
    assert client.run("vim-cmd vmsvc/getallvms").status == 0
    assert client.run("vim-cmd vmsvc/getallvms") == ("Failed to login\n", "", 1)
    assert client.run("vim-cmd vmsvc/getallvms").status == 0


def test_a_copied_machine_asks_and_waits(client):
    """The layout of vmsvc/message is that of a public script's comment."""
    make_machine(client, "one")
    client.script(f"mkdir {VOLUME}/two; cp {VOLUME}/one/one.vmx {VOLUME}/two/two.vmx\n")
    client.script(
        f"echo 'uuid.location = \"56 4d 00 00 00 00 00 00-00 00 00 00 00 00 00 01\"' >> {VOLUME}/two/two.vmx"
    )
    client.script(f"sed -i '/^scsi0:0/d' {VOLUME}/two/two.vmx\n")
    number = client.run(f"vim-cmd solo/registervm {VOLUME}/two/two.vmx two").lines[0]
    assert client.run(f"vim-cmd vmsvc/message {number}").out == "No message.\n"
    waiting = client.open(f"vim-cmd vmsvc/power.on {number}")
    shown = client.script(f"""
        while vim-cmd vmsvc/message {number} | grep -q 'No message'; do usleep 20000; done
        vim-cmd vmsvc/message {number}
    """)
    match = re.match(r"Virtual machine message (\d+):", shown.out)
    assert shown.lines[-1] == "   2. button.uuid.copiedTheVM (I Copied It) [default]"
    assert client.run(f"vim-cmd vmsvc/power.getstate {number}").lines[1] == "Powered off"
    assert client.run(f"vim-cmd vmsvc/message {number} {match[1]} 2").status == 0
    assert finish(waiting).status == 0
    assert client.run(f"vim-cmd vmsvc/power.getstate {number}").lines[1] == "Powered on"


def test_nobody_gets_in(up, host):
    host.faults.refuse_login = True
    with pytest.raises(paramiko.AuthenticationException):
        ShellClient(up[1]["shells"][ESXI], up[0].passwords["vsphere"])
    host.faults.refuse_login = False


def test_ssh_is_off(up, tmp_path):
    with shell_of(up[0], tmp_path) as (shell, loop):
        address = ("127.0.0.1", shell.sshd.port)
        loop.call(shell.sshd.switch_off())
        with pytest.raises(ConnectionRefusedError):
            ShellClient(address, up[0].passwords["vsphere"])
        loop.call(shell.sshd.switch_on())
        with connected(address, up[0].passwords["vsphere"]) as client:
            assert client.run("hostname").out == f"{ESXI}\n"


def test_five_wrong_passwords_lock_the_account(up, tmp_path):
    """esxi-ssh.md, "Getting in"."""
    with shell_of(up[0], tmp_path) as (shell, _):
        address = ("127.0.0.1", shell.sshd.port)
        for _ in range(5):
            with pytest.raises(paramiko.AuthenticationException):
                ShellClient(address, "wrong")
        with pytest.raises(paramiko.AuthenticationException):
            ShellClient(address, up[0].passwords["vsphere"])


@pytest.mark.parametrize("version", ["6.7", "7.0"])
def test_an_older_host(up, tmp_path, version):
    with another(up, tmp_path, version=version) as (_, client):
        assert client.run("vmware -v").out.startswith(f"VMware ESXi {version}")
        on = client.script("vim-cmd vmsvc/power.off 1; echo $?\n")
        assert on.out == "Powering off VM:\nPower off failed\n1\n"
        json = client.run("esxcli --formatter=json vm process list")
        assert json.status == (1 if version == "6.7" else 0)


@pytest.mark.parametrize("own_root", [True, False])
def test_both_grounds_are_the_same_to_a_script(up, tmp_path, own_root):
    """With a file system of its own where the system lets one, else with paths that are rewritten."""
    if own_root and not has_namespaces():
        pytest.skip("no namespaces here")
    with another(up, tmp_path, own_root=own_root) as (_, client):
        number = make_machine(client, "ground")
        answer = client.script(f"""
            cd {VOLUME}/ground && pwd && ls && vmkfstools -D ground.vmdk | tail -1
            for f in {VOLUME}/ground/*.vmx; do echo "$f"; grep displayName "$f"; done
            cp /vmfs/volumes/datastore1/no /tmp/x
            vim-cmd vmsvc/unregister {number}; rm -r {VOLUME}/ground; ls {VOLUME}
        """)
    assert answer.lines[0].startswith("/vmfs/volumes/")
    assert answer.lines[1:4] == ["ground-flat.vmdk", "ground.vmdk", "ground.vmx"]
    assert answer.lines[5:] == [f"{VOLUME}/ground/ground.vmx", 'displayName = "ground"', "modeleD9"]
    assert answer.err == "cp: can't stat '/vmfs/volumes/datastore1/no': No such file or directory\n"


def test_nothing_is_left_running(up, tmp_path):
    """When a host ends, everything that runs on it does."""
    with another(up, tmp_path) as (shell, client):
        client.script("setsid sleep 1000 >/dev/null 2>&1 &\n")
        process = shell.host.sandbox._process
    assert process.returncode is not None


def test_the_calls_are_counted(client, host):
    before = len(host.desk.calls)
    client.script("vim-cmd vmsvc/getallvms; vmware -v; echo x; ls /\n")
    assert [call.line for call in host.desk.calls[before:]] == ["vim-cmd vmsvc/getallvms", "vmware -v"]


def test_the_model_is_there_as_an_administrator_left_it(client):
    text = client.run(f"cat {MODEL[:-5]}.vmx").out
    assert 'scsi0.virtualDev = "pvscsi"' in text
    assert 'ethernet0.networkName = "VM Network"' in text


def test_an_annotation_of_a_class_is_shown(client):
    number = make_machine(client, "one", vmx=VMX + 'annotation = "esxlab sio2|0Ag07"\n')
    lines = client.run("vim-cmd vmsvc/getallvms").lines
    row = next(n for n, line in enumerate(lines) if line.startswith(f"{number} "))
    assert (lines[row].endswith("esxlab sio2"), lines[row + 1].rstrip()) == (True, "g07")


def test_tasks_of_soap_and_the_shell_meet(client, soap):
    """A machine that SOAP may not change is off for both when the shell has turned it off."""
    number = make_machine(client, "one")
    client.run(f"vim-cmd vmsvc/power.on {number}")
    client.run(f"vim-cmd vmsvc/power.off {number}")
    one = machines(soap)["one"]
    assert read(soap, [one], ["runtime.powerState"])[one]["runtime.powerState"] == "poweredOff"
    with pytest.raises(vim.fault.RestrictedVersion):
        await_task(soap, one.Destroy_Task())


def test_programs_that_run_side_by_side_do_not_break_hostds_files(client, host):
    """All of them answer while hostd writes a machine's .vmx anew for each."""
    make_machine(client, "one")
    [one] = [found for found in host.world.machines() if found.name == "one"]
    listing = "vim-cmd vmsvc/getallvms >/dev/null || echo broken"
    for number in range(10):
        option = vim.option.OptionValue(key="guestinfo.esxlab", value=str(number))
        host.world.finish(one.reference.ReconfigVM_Task(vim.vm.ConfigSpec(extraConfig=[option])))
        answer = client.script("\n".join([f"({listing}) &"] * 8 + ["wait", ""]))
        assert (answer.out, answer.status) == ("", 0), number


def test_a_machine_is_powered_on_while_hostd_writes_its_file(client, host, monkeypatch):
    """Both write the .vmx, each beside it at first; the second one finds what the first has written."""
    put_in_place = Path.replace
    monkeypatch.setattr(Path, "replace", lambda *way: time.sleep(0.1) or put_in_place(*way))
    make_machine(client, "one")
    [one] = [found for found in host.world.machines() if found.name == "one"]
    host.write_changed()
    for number in range(10):
        file = host.world.file(one.vmx)
        file.write_text(re.sub(r"uuid\.location.*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
        option = vim.option.OptionValue(key="guestinfo.esxlab", value=str(number))
        host.world.finish(one.reference.ReconfigVM_Task(vim.vm.ConfigSpec(extraConfig=[option])))
        with ThreadPoolExecutor() as pool:
            settled = pool.submit(settle, host, one, copied=False)
            pool.submit(host.write_changed).result()
            settled.result()
        written = file.read_text(encoding="utf-8")
        assert f'guestinfo.esxlab = "{number}"' in written
        assert "uuid.location" in written


def test_a_fault_of_the_school_itself_is_not_a_program_that_was_killed(client, host, monkeypatch):
    monkeypatch.setattr(type(host), "write_changed", lambda _: Path("/no/such/file").read_bytes())
    answer = client.script("vim-cmd vmsvc/getallvms\n")
    assert (answer.status, answer.err) == (70, "vim-cmd: a bug of the school, see its log\n")
