"""The exported OpenSSH configuration, read by OpenSSH: names of files with signs of its own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from esxlab.engine.export import Way
from esxlab.show.export import ssh_config
from tests.borrowed import borrows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = borrows("ssh")
WAY = Way("g01-ClientB", 1, "ClientB", "127.0.0.1", 22, "g01-ClientB", "ssh-ed25519 AAAA")


@pytest.mark.parametrize(
    "name", ["plain", "a blank", 'a "quote', "per%cent%h", "back\\slash", 'all \\"% of them\\\\']
)
def test_ssh_reads_the_names_of_the_files(name: str, tmp_path: Path) -> None:
    """A quote in a directory's name had made the whole configuration `invalid quotes`."""
    keys, config = tmp_path / name / "known_hosts", tmp_path / "config"
    config.write_text(ssh_config([WAY], config, keys, user="root", login_keys={}), "utf-8")
    done = subprocess.run(
        ["ssh", "-G", "-F", str(config), WAY.alias], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"userknownhostsfile {keys}" in done.stdout.splitlines()
