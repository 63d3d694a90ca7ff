"""`esxlab console`: an address that a browser may be given, and a picture that leaves nothing behind."""

from __future__ import annotations

import struct
import subprocess
import sys

import pytest

from tests.classroom import SPECS, classroom

pytestmark = pytest.mark.scenario
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("console"), speed=100.0) as found:
        found.must("provision", "-g", "1", "--until", "machines", "--yes", "--quiet")
        yield found


def test_the_address_alone_asks_for_nothing_but_the_machine(room):
    room.checkpoint()
    address = room.must("console", "-g", 1, "SRVWEB1").out.strip()
    assert address.startswith("https://vcenter.school.example/ui/app/vm;nav=v/urn:vmomi:VirtualMachine:vm-")
    assert address.endswith("/summary")
    assert room.changes() == []
    assert "usage.machine" in room.must("console", "-g", 1, "router", status=2).err
    assert "usage.one_machine" in room.must("console", "srvweb1", status=2).err


def test_a_picture_is_fetched_and_nothing_of_it_stays(room, tmp_path):
    files = room.stable_files().keys()
    sizes = []
    for name in ("srvweb1", "repartiteur1"):
        picture = tmp_path / f"{name}.png"
        done = room.must("console", "-g", 1, name, "--picture", picture, "-o", "json").document
        assert (done["machine"], done["picture"]) == (name, str(picture))
        content = picture.read_bytes()
        assert content.startswith(PNG)
        assert struct.unpack(">II", content[16:24]) == (720, 400)
        assert picture.stat().st_mode & 0o777 == 0o600
        sizes.append(content)
    assert sizes[0] != sizes[1]
    assert room.stable_files().keys() == files
    room.must("pause", "--suspend", "-g", 1, "--yes", "--quiet")
    late = room.run("console", "-g", 1, "srvweb1", "--picture", tmp_path / "late.png")
    assert "vsphere.suspended" in late.err
    assert not (tmp_path / "late.png").exists()


def test_a_browser_is_opened_when_it_was_asked_for(room, tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >{opened}\n')
    browser.chmod(0o700)
    command = ["esxlab", "console", "-f", str(room.spec), "--sim", "-g", "1", "srvweb1"]
    environment = room.starter.environment | {"BROWSER": f"{browser} %s"}
    for words, seen in ((command[1:], False), ([*command[1:], "--open"], True)):
        done = subprocess.run(
            [sys.executable, "-m", "esxlab", *words], env=environment, capture_output=True, check=True
        )
        assert opened.exists() is seen
    assert opened.read_text() == done.stdout.decode()
