"""A teacher's disk: what it is, and one sparse VMDK of it, the same disk for qemu-img too."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import tarfile

import pytest

from esxlab.backends.disk_image import qemu_img
from esxlab.backends.disk_image.source import look_at_source
from esxlab.errors import LabError
from tests.borrowed import borrows
from tests.exported import convert, make_ova

pytestmark = borrows("qemu-img")
SECTORS = 300 * 2048 + 77
"""No whole number of grains."""
PLACES = (0, 70_000, 100 * 2**20 + 513, 300 * 2**20 + 100)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """A disk with something here and there, and at its end."""
    path = tmp_path_factory.mktemp("disk") / "a.raw"
    with path.open("wb") as file:
        file.truncate(SECTORS * 512)
        for at in PLACES:
            file.seek(at)
            file.write(os.urandom(min(150_000, SECTORS * 512 - at)))
    return path


def same(one, other):
    """What qemu-img says of two disks, and of the first alone."""
    words = ["qemu-img", "compare", "-f", "vmdk", "-F", "raw", str(one), str(other)]
    assert subprocess.run(words, timeout=60, check=False, capture_output=True).returncode == 0
    words = ["qemu-img", "check", "-f", "vmdk", str(one)]
    assert subprocess.run(words, timeout=60, check=False, capture_output=True).returncode == 0


KINDS = {
    "monolithicSparse": "sparse.vmdk",
    "streamOptimized": "stream.vmdk",
    "monolithicFlat": "flat.vmdk",
    "twoGbMaxExtentSparse": "split.vmdk",
    "twoGbMaxExtentFlat": "pieces.vmdk",
    "raw": "a.raw",
    "qcow2": "a.qcow2",
    "OVF": "a.ova",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_same_disk_afterwards(raw, tmp_path, kind):
    path = tmp_path / KINDS[kind]
    if kind == "OVF":
        make_ova(raw, path)
    elif kind in {"raw", "qcow2"}:
        convert(raw, path)
    else:
        convert(raw, path, subformat=kind, adapter_type="lsilogic")
    source = look_at_source(path)
    assert source.size == SECTORS * 512
    assert source.controller == ("" if kind in {"raw", "qcow2"} else "lsilogic")
    heard = []
    source.unpack(tmp_path / "disk-0.vmdk", tell=heard.append)
    same(tmp_path / "disk-0.vmdk", raw)
    assert (tmp_path / "disk-0.vmdk").stat().st_size < 4 * 2**20
    assert all(0 <= done <= 1 for done in heard)
    assert not list(tmp_path.glob("*.part"))


def test_an_export_says_which_hardware_its_disk_knows(raw, tmp_path):
    found = look_at_source(make_ova(raw, tmp_path / "a.ova", controller="VirtualSCSI", firmware="efi"))
    assert (found.controller, found.guest_id, found.firmware) == ("pvscsi", "debian10_64Guest", "efi")
    with tarfile.open(tmp_path / "a.ova") as archive:
        archive.extractall(tmp_path / "out", filter="data")
    beside = look_at_source(tmp_path / "out" / "modele.ovf")
    assert (beside.digest, beside.controller) == (found.digest, "pvscsi")


def code_of(path):
    with pytest.raises(LabError) as told:
        look_at_source(path)
    assert str(path) in str(told.value.where) or path.name in str(told.value.where)
    return told.value.code


PACKED = ' ovf:compression="gzip"', ' ovf:chunkSize="7516192768"'
SECOND = '<Disk ovf:diskId="vmdisk2" ovf:fileRef="file1"/>'


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"packed": PACKED[0]}, "model.ova_packed"),
        ({"packed": PACKED[1]}, "model.ova_packed"),
        ({"more": SECOND}, "model.ova_several"),
        ({"more": "<EncryptionSection/>"}, "model.disk_encrypted"),
        ({"controller": "nvmexpress"}, "model.disk_controller"),
    ],
)
def test_an_export_that_cannot_be_a_model(raw, tmp_path, said, code):
    assert code_of(make_ova(raw, tmp_path / "a.ova", **said)) == code


def test_an_export_that_was_damaged_on_the_way(raw, tmp_path):
    ova = make_ova(raw, tmp_path / "a.ova", algorithm="SHA1")
    with tarfile.open(ova) as archive:
        place = archive.getmember("modele-disk1.vmdk").offset_data
    whole = ova.read_bytes()
    ova.write_bytes(whole[: place + 100_000] + b"\0\1" + whole[place + 100_002 :])
    assert code_of(ova) == "model.ova_checksum"
    ova.write_bytes(whole[: place + 1000])
    assert code_of(ova) == "model.disk_unread"


def test_what_is_no_whole_disk(raw, tmp_path):
    base = convert(raw, tmp_path / "base.vmdk", subformat="monolithicSparse")
    child = tmp_path / "child.vmdk"
    words = ["qemu-img", "create", "-f", "vmdk", "-F", "vmdk", "-b", str(base), str(child)]
    subprocess.run(words, check=True, timeout=60, capture_output=True)
    assert code_of(child) == "model.disk_delta"
    overlay = tmp_path / "child.qcow2"
    words = ["qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", str(raw), str(overlay)]
    subprocess.run(words, check=True, timeout=60, capture_output=True)
    assert code_of(overlay) == "model.disk_delta"
    flat = convert(raw, tmp_path / "flat.vmdk", subformat="monolithicFlat")
    encrypted = tmp_path / "encrypted.vmdk"
    encrypted.write_text(f'{flat.read_text()}keySafe = "vmware:key/list/()"\n', encoding="utf-8")
    assert code_of(encrypted) == "model.disk_encrypted"
    (tmp_path / "flat-flat.vmdk").unlink()
    assert code_of(flat) == "model.disk_extent"
    stray = tmp_path / "notes.pdf"
    stray.write_bytes(b"%PDF-1.4\n" + bytes(5000))
    assert code_of(stray) == "model.disk_kind"
    assert code_of(tmp_path / "none.ova") == "model.disk_unread"
    odd = tmp_path / "odd.img"
    odd.write_bytes(bytes(1000))
    assert code_of(odd) == "model.disk_unread"


def test_a_descriptor_leads_out_of_its_folder_to_no_file(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(bytes(1024))
    for name in ("../secret", "/etc/passwd", "..\\secret", "..", "a.vmdk"):
        text = f'# Disk DescriptorFile\nparentCID=ffffffff\nRW 2 FLAT "{name}" 0\n'
        path = tmp_path / "in" / "a.vmdk"
        path.write_text(text, encoding="utf-8")
        assert code_of(path) == "model.disk_extent"


@pytest.mark.parametrize("at", range(0, 79, 4))
def test_a_header_that_lies_is_told(raw, tmp_path, at):
    """Each field in turn with the largest number: no more memory is taken, and no other exception comes."""
    path = convert(raw, tmp_path / "a.vmdk", subformat="streamOptimized")
    content = bytearray(path.read_bytes())
    content[at : at + 4] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(content)
    with contextlib.suppress(LabError):
        source = look_at_source(path)
        source.unpack(tmp_path / "b.vmdk", tell=lambda _: None)


def test_other_systems_disks_need_qemu_img(raw, tmp_path, monkeypatch):
    disk = convert(raw, tmp_path / "a.qcow2")
    monkeypatch.setattr(qemu_img, "PROGRAM", "no-such-qemu-img")
    assert code_of(disk) == "model.no_qemu_img"
    monkeypatch.undo()
    disk.write_bytes(disk.read_bytes()[:80])
    assert code_of(disk) == "model.qemu_img"
