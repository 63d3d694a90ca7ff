"""Hosts with a shell for tests: a school with one free ESXi, its two kinds of sandbox, a machine on it."""

from __future__ import annotations

import contextlib

from esxlab.sim.esxi.start import start_shell
from esxlab.sim.loop_thread import LoopThread
from esxlab.sim.proxy.refusals import LoginLock
from tests.esxi_client import connected
from tests.schools import ESXI

VOLUME = "/vmfs/volumes/datastore1"
MODEL = f"{VOLUME}/modeleD9/modeleD9.vmdk"
VMX = """\
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "13"
displayName = "{name}"
guestOS = "debian9"
numvcpus = "1"
memSize = "512"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "{name}.vmdk"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
ethernet0.networkName = "VM Network"
ethernet0.addressType = "static"
ethernet0.address = "00:50:56:00:00:01"
esxlab.class = "sio2"
"""


@contextlib.contextmanager
def shell_of(school, directory, *, host=ESXI, **more):
    """A second shell on a running school's host, with a clock or a sandbox of the test's own."""
    shape = next(server for server in school.shape.servers if server.host == host)
    with LoopThread("a host") as loop:
        shell = loop.call(
            start_shell(
                school.vcsims[host],
                shape,
                password=school.passwords["vsphere"],
                directory=directory,
                datastores=school.directory / "datastores" / host,
                lock=LoginLock(loop.loop.time),
                **more,
            )
        )
        try:
            yield shell, loop
        finally:
            loop.call(shell.close())


@contextlib.contextmanager
def client_of(school, access, *, host=ESXI):
    """A client of the school's own shell of a host."""
    with connected(access["shells"][host], school.passwords["vsphere"]) as client:
        yield client


def make_machine(client, name, *, volume=VOLUME, vmx=VMX):
    """Folder, copy, rename, .vmx and registration; the machine's number."""
    folder = f"{volume}/{name}"
    script = f"""
        set -e
        mkdir '{folder}'
        vmkfstools -i {MODEL} '{folder}/x.tmp.vmdk' -d thin >/dev/null
        vmkfstools -E '{folder}/x.tmp.vmdk' '{folder}/{name}.vmdk'
        cat > '{folder}/{name}.vmx' <<'END'
{vmx.format(name=name)}END
        vim-cmd solo/registervm '{folder}/{name}.vmx' '{name}'
    """
    answer = client.script(script)
    assert answer.status == 0, answer
    return answer.lines[-1]


def clear(client):
    """Away with every machine but the model, whatever its state."""
    client.script("""
        for id in $(vim-cmd vmsvc/getallvms 2>/dev/null | awk '/^[0-9]/ && !/modeleD9/ {print $1}'); do
            vim-cmd vmsvc/power.off $id; vim-cmd vmsvc/unregister $id
        done
        cd /vmfs/volumes/datastore1 && for one in *; do [ "$one" = modeleD9 ] || rm -rf "./$one"; done
    """)
