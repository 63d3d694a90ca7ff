"""A .vmx, a virtual disk and a stream of paths, as the simulated host reads and writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.sim.esxi import disks
from esxlab.sim.esxi.guests import guest_id, guest_token
from esxlab.sim.esxi.hardware import specification
from esxlab.sim.esxi.rewrite import Rewriter
from esxlab.sim.esxi.sandbox import Sandbox
from esxlab.sim.esxi.vmx import parse_vmx

VMX = """\
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "13"
displayName = "g07-srvweb1"
guestOS = "debian9-64"
numvcpus = "2"
memSize = "512"
# a comment
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "g07-srvweb1.vmdk"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
ethernet0.networkName = "g07-inside"
ethernet0.addressType = "static"
ethernet0.address = "00:50:56:07:01:01"
ethernet1.present = "FALSE"
esxlab.class = "sio2 |22a|7C|22"
annotation = "first|0Asecond"
"""


def test_a_vmx_is_found_in_any_case_and_unescaped():
    vmx = parse_vmx(VMX)
    assert vmx["DISPLAYNAME"] == "g07-srvweb1"
    assert vmx["annotation"] == "first\nsecond"
    assert vmx.members("ethernet") == (0,)
    assert vmx.extra() == {"esxlab.class": 'sio2 "a|"'}


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(st.characters(codec="utf-8"))))
def test_what_is_written_is_read(settings):
    settings = {key: value.replace("\x85", "").replace("\u2028", "") for key, value in settings.items()}
    vmx = parse_vmx("")
    for key, value in settings.items():
        vmx[key] = "".join(c for c in value if c.isprintable() or c == "\n")
    again = parse_vmx(vmx.render())
    assert {key: again[key] for key in settings} == {key: vmx[key] for key in settings}


@pytest.mark.parametrize(
    ("token", "identifier"),
    [("debian9", "debian9Guest"), ("debian9-64", "debian9_64Guest"), ("ubuntu-64", "ubuntu64Guest")],
)
def test_guests_have_two_names(token, identifier):
    """esxi-ssh.md, "Changing"; ubuntu64Guest and ubuntu-64 stand in one public sample of a host."""
    assert guest_id(token) == identifier
    assert guest_token(identifier) == token


def test_a_vmx_becomes_a_specification(tmp_path):
    (tmp_path / "g07-srvweb1.vmdk").write_text(
        disks._descriptor(tmp_path / "g07-srvweb1.vmdk", 4096, thin=True)
    )
    (tmp_path / "g07-srvweb1-flat.vmdk").touch()
    spec = specification(
        parse_vmx(VMX),
        vmx_path="[groupe07] g07-srvweb1/g07-srvweb1.vmx",
        locate=lambda path: tmp_path / path[-16:],
    )
    controller, disk, card = (change.device for change in spec.deviceChange)
    assert (spec.version, spec.guestId, spec.numCPUs, spec.memoryMB) == ("vmx-13", "debian9_64Guest", 2, 512)
    assert type(controller).__name__ == "vim.vm.device.ParaVirtualSCSIController"
    assert (disk.key, disk.backing.fileName) == (2000, "[groupe07] g07-srvweb1/g07-srvweb1.vmdk")
    assert (disk.capacityInKB, disk.backing.thinProvisioned) == (2048, True)
    assert (card.key, card.addressType, card.macAddress) == (4000, "manual", "00:50:56:07:01:01")
    assert card.backing.deviceName == "g07-inside"


def test_a_disk_is_made_copied_renamed_and_ended(tmp_path):
    first, second, third = (tmp_path / f"{name}.vmdk" for name in "abc")
    disks.create(first, size=1 << 30, thin=True)
    (tmp_path / "a-flat.vmdk").write_bytes(b"state")
    disks.begin_copy(disks.read_disk(first), second, thin=True)
    assert (tmp_path / "b-flat.vmdk").read_bytes() == b""
    disks.copy_part(disks.read_disk(first), second, percent=60)
    assert (tmp_path / "b-flat.vmdk").read_bytes() == b"sta"
    disks.copy_part(disks.read_disk(first), second, percent=100)
    disks.rename(disks.read_disk(second), third)
    moved = disks.read_disk(third)
    assert (moved.extent.name, moved.extent.read_bytes(), moved.sectors) == ("c-flat.vmdk", b"state", 1 << 21)
    assert disks.taken(tmp_path) == 2 << 30
    disks.destroy(moved)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-flat.vmdk", "a.vmdk"]


def test_what_is_no_disk_is_told(tmp_path):
    (tmp_path / "a.vmdk").write_text("RW 100 VMFS")
    with pytest.raises(disks.NotADiskError):
        disks.read_disk(tmp_path / "a.vmdk")
    (tmp_path / "b.vmdk").write_text(disks._descriptor(tmp_path / "b.vmdk", 8, thin=True))
    with pytest.raises(FileNotFoundError):
        disks.read_disk(tmp_path / "b.vmdk")


@given(
    st.lists(st.sampled_from([b"/vmfs", b"/volumes", b"/vmfs/volumes", b"/", b"x", b"/vmfs/volumesy"])),
    st.data(),
)
def test_a_stream_of_paths_is_rewritten_wherever_it_is_cut(parts, data):
    whole = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    there = Rewriter(b"/vmfs/volumes", b"/tmp/some/where")
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    passed = b"".join(map(there.feed, pieces)) + there.flush()
    assert passed == whole.replace(b"/vmfs/volumes", b"/tmp/some/where")


def test_the_file_system_of_a_host_is_laid_out(tmp_path):
    """Datastores by UUID and by name, busybox and the stand-ins on PATH, a small RAM disk on /tmp."""
    sandbox = Sandbox(
        tmp_path, [("data store 2", "5f1a2b3c-aaaaaaaa-bbbb-001122334455", tmp_path)], own_root=True
    )
    plan = sandbox._plan(["cat"])
    assert ["vmfs/volumes/data store 2", "5f1a2b3c-aaaaaaaa-bbbb-001122334455"] in map(list, plan["links"])
    assert ("bin/cat", "/bin/busybox") in plan["links"]
    assert ("bin/vim-cmd", "/.school/call") in plan["links"]
    assert ("tmp", "size=256m,mode=1777") in plan["ram"]
    assert not any(name.startswith("bin/bash") for name, _ in plan["links"])
