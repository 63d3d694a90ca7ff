"""A host of which only the shell is real: busybox ash, its own tools, and stand-ins of ESXi's programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from esxlab.backends.esxi import paths
from esxlab.backends.esxi.faults import failure
from esxlab.backends.esxi.framing import Frame
from esxlab.backends.esxi.limits import Limits
from esxlab.backends.vsphere.records import OWNER_FILE, owner_file, owner_words
from esxlab.backends.vsphere.store import Store
from esxlab.backends.vsphere.writer import Seal
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId, Owner
from tests import esxi_programs

OWNER = Owner(GroupId("sio2", 7), "srvweb1")
SEAL = Seal(OWNER_FILE, owner_words(OWNER))
APPLETS = (
    *("awk", "cat", "cp", "date", "du", "find", "grep", "head", "mkdir", "mv", "rm", "rmdir", "sed", "sh"),
    *("stat", "tr"),
)
"""Of busybox, those that ESXi has too; no program of this computer's own is on the path."""


class AshHost:
    """Takes scripts as a `Link` does. `volumes` is what lies in /vmfs/volumes."""

    def __init__(self, directory: Path, monkeypatch, *, datastore="datastore1"):
        self.volumes = directory / "volumes"
        self.store = self.volumes / datastore
        self.store.mkdir(parents=True)
        self.named = Store(datastore, None, "ha-datacenter", None)
        self.limits, self.cancelled, self.host = Limits(pause_s=0.01), threading.Event(), "esxi1.example"
        self.scripts = 0
        self._state = directory / "state.json"
        self._state.write_text(json.dumps({"machines": {}, "port_groups": {}, "calls": []}))
        self._bin = directory / "bin"
        self._bin.mkdir()
        for applet in APPLETS:
            (self._bin / applet).symlink_to(shutil.which("busybox"))
        for program in esxi_programs.PROGRAMS:
            file = self._bin / program
            file.write_text(
                f"#!{sys.executable} -I\nimport sys, runpy\nsys.argv[1:1] = [sys.argv[0]]\n"
                f'runpy.run_path({esxi_programs.__file__!r}, run_name="__main__")\n'
            )
            file.chmod(0o755)
        monkeypatch.setattr(paths, "VOLUMES", str(self.volumes))

    @property
    def state(self):
        return json.loads(self._state.read_text())

    def change_state(self, **news):
        self._state.write_text(json.dumps(self.state | news))

    @property
    def calls(self):
        """What ESXi's programs were called with, to the letter."""
        return self.state["calls"]

    def run(self, script: bytes):
        environment = {"PATH": str(self._bin), "ESXI_STATE": str(self._state), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [self._bin / "sh", "-s"],
            input=script,
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def change(self, body, *, what, limit_s=None, progress=None):
        self.scripts += 1
        frame = Frame()
        said = self.run(frame.script(body))
        answer = frame.read(said)
        assert answer is not None, said
        if progress:
            progress(answer.text)
        if error := failure(answer, what=what):
            raise error
        return answer

    def read(self, body, *, what):
        return self.change(body, what=what)


def tree(directory: Path) -> dict[str, str]:
    """Every file below a directory, and what is in it."""
    found = (Path(root) / name for root, _, names in os.walk(directory) for name in names)
    return {str(path.relative_to(directory)): path.read_text(errors="replace") for path in found}


def code_of(call):
    with pytest.raises(LabError) as caught:
        call()
    return caught.value.code


def owned(host, name, *, owner=OWNER):
    folder = host.store / name
    folder.mkdir()
    (folder / OWNER_FILE).write_bytes(owner_file(owner, folder=f"[datastore1] {name}", complete=False))
    return folder
