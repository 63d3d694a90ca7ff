from __future__ import annotations

import socket
import time
from contextlib import closing

import paramiko
import pytest

from esxlab.sim.contracts import SimNic
from esxlab.sim.light.disk import load_disk
from tests.memory.light_machines import LightMachines

pytestmark = pytest.mark.scenario


def connect(machines, name, password=None, sock=None):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - a machine of this process
    port = 22 if sock else machines[name].port
    client.connect(
        "127.0.0.1",
        port,
        "root",
        password or machines.password,
        sock=sock,
        allow_agent=False,
        look_for_keys=False,
        timeout=60,
    )
    return client


def run(client, command, stdin=""):
    channel = client.get_transport().open_session(timeout=60)
    with closing(channel):
        channel.exec_command(command)
        if stdin:
            channel.sendall(stdin.encode())
            channel.shutdown_write()
        out = channel.makefile("rb").read().decode()
        err = channel.makefile_stderr("rb").read().decode()
        return channel.recv_exit_status(), out, err


def vlan(machine, slot, number):
    nics = list(machine.vm.nics)
    nics[slot] = SimNic(nics[slot].mac, number, f"vlan{number}")
    return nics


def test_scripts_files_and_their_place_on_the_disk():
    with LightMachines("srvweb1") as machines:
        with closing(connect(machines, "srvweb1")) as client:
            assert run(client, "sh -s", "set -e\nuname -n\nfalse\n") == (1, "masterGr0\n", "")
            sftp = client.open_sftp()
            with sftp.open("/root/f", "wb") as file:
                file.write(b"\x00\xff" * 50_000)
            sftp.chmod("/root/f", 0o600)
            sftp.rename("/root/f", "/root/g")
            with pytest.raises(FileNotFoundError):
                sftp.stat("/root/f")
            assert sftp.stat("/root/g").st_size == 100_000
            node = load_disk(machines["srvweb1"].vm.disk).nodes["/root/g"]
            assert (node.mode, len(node.content)) == (0o600, 100_000)
        machines["srvweb1"].power_off(gently=False)
        machines["srvweb1"].power_on()
        with closing(connect(machines, "srvweb1")) as client:
            assert run(client, "ls /root/g") == (0, "/root/g\n", "")


def test_a_wrong_password_is_refused():
    with LightMachines("srvweb1") as machines, pytest.raises(paramiko.AuthenticationException):
        connect(machines, "srvweb1", password="wrong")


def test_off_the_school_network_only_a_jump_host_gets_there():
    with LightMachines("srvweb1", "ClientB", nics=2) as machines:
        server, jump = machines["srvweb1"], machines["ClientB"]
        for machine, address in ((server, "10.7.0.1/24"), (jump, "10.7.0.2/24")):
            with closing(connect(machines, machine.vm.name)) as client:
                run(client, f"ip link set ens192 up; ip addr add {address} dev ens192")
        port = server.port
        jump.rewire(*vlan(jump, 1, 107))
        nics = [SimNic(nic.mac, 107, "lab") for nic in server.vm.nics]
        server.rewire(*nics)
        machines.wait(lambda: server.news.address.startswith("172.16.200."), "the lab address")
        assert server.news.ssh_port == 22
        with closing(connect(machines, "ClientB")) as client:
            transport = client.get_transport()
            channel = transport.open_channel("direct-tcpip", ("10.7.0.1", 22), ("127.0.0.1", 0), timeout=60)
            with closing(connect(machines, "srvweb1", sock=channel)) as inner:
                assert run(inner, "hostname")[0] == 0
            for address, port_ in (("10.7.0.9", 22), ("10.7.0.1", 80)):
                with pytest.raises(paramiko.ChannelException):
                    transport.open_channel("direct-tcpip", (address, port_), ("127.0.0.1", 0), timeout=60)
        with (
            pytest.raises((paramiko.SSHException, EOFError, OSError)),
            paramiko.Transport(("127.0.0.1", port)) as wire,
        ):
            wire.start_client(timeout=60)


def test_a_guest_restarts_and_stops_itself():
    with LightMachines("srvweb1") as machines:
        machine = machines["srvweb1"]
        with closing(connect(machines, "srvweb1")) as client:
            run(client, "echo SRV1 >/etc/hostname; sync; reboot")
            machines.wait(lambda: machine.news.address == "", "the machine to go down")
        with closing(connect(machines, "srvweb1")) as client:
            assert run(client, "hostname")[1] == "SRV1\n"
            run(client, "shutdown -h now")
        machines.wait(lambda: not machine.on, "the machine to stop")
        machines.wait(lambda: machine.news.tools == "guestToolsNotRunning", "Tools to fall silent")


@pytest.mark.parametrize("fault", ["never_boots", "no_tools", "no_ssh"])
def test_planted_faults(fault):
    with LightMachines("srvweb1", "srvweb2") as machines:
        machine = machines["srvweb1"]
        machine.power_off(gently=False)
        machines.engine.faults.plant("srvweb1", fault)
        machine.power_on()
        machines["srvweb2"].power_off(gently=False)
        machines["srvweb2"].power_on()
        assert machines["srvweb2"].port
        time.sleep(0.05)
        if fault == "no_ssh":
            machines.wait(lambda: machine.news.address == "127.0.0.1", "an address")
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", machine.news.ssh_port), timeout=60)
        else:
            assert machine.news.address != "127.0.0.1"
        assert (machine.news.tools == "guestToolsRunning") == (fault == "no_ssh")


def test_a_disk_without_a_system_never_boots(tmp_path):
    (tmp_path / "srvweb1-flat.vmdk").write_bytes(b"\0" * 1024)
    with LightMachines("srvweb1", "srvweb2", directory=tmp_path) as machines:
        assert machines["srvweb2"].port
        assert machines["srvweb1"].news.tools == "guestToolsNotRunning"


def test_a_deleted_disk_is_not_written_again(tmp_path):
    with LightMachines("srvweb1", directory=tmp_path) as machines:
        with closing(connect(machines, "srvweb1")) as client:
            machines["srvweb1"].vm.disk.unlink()
            run(client, "touch /root/f")
        machines["srvweb1"].power_off()
        assert not list(tmp_path.iterdir())


def test_a_person_looks_around():
    with LightMachines("srvweb1") as machines, closing(connect(machines, "srvweb1")) as client:
        shell = client.invoke_shell()
        shell.settimeout(10)
        shell.sendall(b"uname -m\x7fn\r")
        seen = b""
        while b"masterGr0\r\n" not in seen:
            seen += shell.recv(1000)
        assert b"root@masterGr0:~# " in seen
