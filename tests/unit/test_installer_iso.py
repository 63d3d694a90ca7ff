"""An installer's ISO is told from others, and remastered so that nobody is asked anything."""

from __future__ import annotations

import hashlib
import io
import struct

import pytest

from esxlab.backends import installer_iso
from esxlab.errors import LabError
from esxlab.exercises.model_recipe import PROOF_FILE, ModelRecipe
from esxlab.exercises.seeds import load_seeds
from esxlab.lab.crypted import crypted
from tests.borrowed import borrows
from tests.installer_images import (
    BOOKWORM,
    BUSTER,
    KERNEL,
    STRETCH,
    contents,
    make_image,
    make_true_image,
)

pycdlib = pytest.importorskip("pycdlib")
RECIPE = ModelRecipe(release="stretch", hostname="masterGr7", root_password=crypted("sesame", salt="salt"))


def read(path, name):
    iso = pycdlib.PyCdlib()
    iso.open(str(path))
    out = io.BytesIO()
    iso.get_file_from_iso_fp(out, rr_path=name)
    boots = iso.eltorito_boot_catalog.initial_entry.get_rba()
    assert boots == iso.get_record(rr_path="/isolinux/isolinux.bin").extent_location()
    iso.close()
    return out.getvalue()


@pytest.mark.parametrize("joliet", [3, None])
def test_the_remastered_image_boots_what_it_booted_and_has_the_answers(tmp_path, joliet):
    source = make_image(tmp_path / "a.iso", STRETCH, joliet=joliet)
    before = source.read_bytes()
    target = tmp_path / "b.iso"
    preseed = RECIPE.render(load_seeds(None))
    installer_iso.remaster(source, target, preseed=preseed, locale=RECIPE.locale, keymap=RECIPE.keymap)
    menu = read(target, "/isolinux/isolinux.cfg").decode()
    assert "timeout 1\n" in menu
    assert "kernel /install.386/vmlinuz\n" in menu
    assert "file=/cdrom/preseed.cfg locale=fr_FR.UTF-8 keymap=fr --- quiet" in menu
    assert read(target, "/preseed.cfg").decode() == preseed
    assert read(target, "/install.386/vmlinuz") == KERNEL
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.iso", "b.iso"]


@borrows("xorriso", "/usr/lib/ISOLINUX/isolinux.bin")
@pytest.mark.parametrize("efi", [True, False])
def test_an_image_that_debians_own_command_has_made_is_the_same_but_for_menu_and_answers(tmp_path, efi):
    source = make_true_image(tmp_path / "a.iso", BOOKWORM, tmp_path / "tree", efi=efi)
    target = tmp_path / "b.iso"
    installer_iso.remaster(source, target, preseed="answers\n", locale="fr_FR.UTF-8", keymap="fr")
    before, after = contents(source, tmp_path / "before"), contents(target, tmp_path / "after")
    assert after.pop("preseed.cfg") == b"answers\n"
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {"isolinux/isolinux.cfg", "isolinux/isolinux.bin", "isolinux/boot.cat"}
    assert b"timeout 1\n" in after["isolinux/isolinux.cfg"]
    assert after["isolinux/isolinux.bin"][64:] == before["isolinux/isolinux.bin"][64:]  # where it lies
    read(target, "/preseed.cfg")


def test_what_an_image_is(tmp_path):
    found = installer_iso.look_at(make_image(tmp_path / "a.iso", STRETCH))
    assert (found.number, found.release, found.architecture, found.medium) == (
        9,
        "stretch",
        "i386",
        "NETINST",
    )
    found = installer_iso.look_at(make_image(tmp_path / "b.iso", BUSTER, kernels="install.amd"))
    assert (found.number, found.release, found.architecture, found.medium) == (10, "buster", "amd64", "DVD")


@pytest.mark.parametrize("info", ["Ubuntu-Server 18.04.6 LTS", "", BUSTER])
def test_another_image_is_none_of_debians_installers(tmp_path, info):
    """The last one says amd64, and has i386's kernel."""
    with pytest.raises(LabError) as refused:
        installer_iso.look_at(make_image(tmp_path / "a.iso", info))
    assert refused.value.code == "model.iso_kind"


def test_a_file_that_is_no_image_or_is_not_there_or_is_another_one(tmp_path):
    path = tmp_path / "a.iso"
    path.write_bytes(b"no image" * 10000)
    with pytest.raises(LabError) as refused:
        installer_iso.look_at(path)
    assert refused.value.code == "model.iso_unread"
    with pytest.raises(LabError) as refused:
        installer_iso.check_sha256(tmp_path / "none.iso", "0" * 64)
    assert refused.value.code == "model.iso_unread"
    with pytest.raises(LabError) as refused:
        installer_iso.check_sha256(path, "0" * 64)
    assert refused.value.code == "model.iso_sha256"
    installer_iso.check_sha256(path, hashlib.sha256(path.read_bytes()).hexdigest().upper())


def test_a_device_or_a_pipe_is_no_image_and_is_not_opened(tmp_path):
    """A pipe has no end before somebody writes; as a device the empty one stands for the endless one here."""
    place = tmp_path / "device.iso"
    place.symlink_to("/dev/null")
    for path in (place, tmp_path):
        with pytest.raises(LabError) as refused:
            installer_iso.check_sha256(path, "0" * 64)
        assert refused.value.code == "model.iso_unread"


@pytest.mark.parametrize("raised", [struct.error("unpack"), IndexError("list"), RecursionError("deep")])
def test_what_the_librarys_parsers_meet_is_an_image_that_cannot_be_read(tmp_path, monkeypatch, raised):
    def open_it(*_):
        raise raised

    monkeypatch.setattr("pycdlib.PyCdlib.open", open_it)
    with pytest.raises(LabError) as refused:
        installer_iso.look_at(tmp_path / "a.iso")
    assert refused.value.code == "model.iso_unread"


def test_the_preseed_has_the_hash_and_the_proof_and_every_answer_its_type():
    text = RECIPE.render(load_seeds(None))
    assert "sesame" not in text
    assert f"root-password-crypted password {RECIPE.root_password}\n" in text
    assert f"'{RECIPE.proof}' > /target{PROOF_FILE}" in text
    assert "apt-setup/use_mirror boolean false" in text
    mirrored = ModelRecipe(
        release="stretch", hostname="m", root_password="x", mirror="http://deb.example/debian"
    )
    other = mirrored.render(load_seeds(None))
    assert "mirror/http/hostname string deb.example\n" in other
    assert "mirror/http/directory string /debian\n" in other
    assert "use_mirror" not in other
    assert mirrored.digest != RECIPE.digest


@pytest.mark.parametrize("password", ["a", "é" * 40, "x" * 64, "y" * 65])
def test_the_crypted_password_is_what_the_systems_own_program_makes(password):
    """glibc's, by Python up to 3.12."""
    crypt = pytest.importorskip("crypt")
    salt = "abcdefghijklmnop"
    assert crypted(password, salt=salt) == crypt.crypt(password, f"$6${salt}$")
