"""The model disk in a datastore: a sparse copy of the one in the cache, with this school's password."""

from __future__ import annotations

import secrets
import tempfile
from typing import TYPE_CHECKING

from esxlab.sim.qemu import system
from esxlab.sim.qemu.model import FIRST_SECTOR, SECTOR, extent_of, model_pair
from esxlab.sim.sparse import copy_sparse

if TYPE_CHECKING:
    from pathlib import Path

SHADOW = "/etc/shadow"
SHADOW_GROUP = 42  # Debian's static gid of group shadow


def place_model_copy(extent: Path, *, password: str) -> None:
    """Copy the model disk to `extent` and set root's password in it, without mounting it."""
    copy_sparse(extent_of(model_pair()), extent)
    system_on = f"{extent}?offset={FIRST_SECTOR * SECTOR}"
    accounts = system.run("debugfs", "-R", f"cat {SHADOW}", system_on)
    hashed = _hash(password)
    with tempfile.NamedTemporaryFile("w", encoding="ascii", prefix="esxlab-") as scratch:  # 0600
        scratch.write(with_password(accounts, "root", hashed))
        scratch.flush()
        orders = [
            f"rm {SHADOW}",
            f"write {scratch.name} {SHADOW}",
            f"sif {SHADOW} mode 0100640",
            f"sif {SHADOW} gid {SHADOW_GROUP}",
        ]
        system.run("debugfs", "-w", "-f", "-", system_on, said="\n".join(orders) + "\n")


def with_password(accounts: str, user: str, hashed: str) -> str:
    """The text of /etc/shadow with this user's password replaced (shadow(5))."""
    lines = []
    for line in accounts.splitlines():
        fields = line.split(":")
        if fields[0] == user:
            fields[1] = hashed
        lines.append(":".join(fields))
    return "\n".join(lines) + "\n"


def _hash(password: str) -> str:
    """SHA-512 crypt, by Perl, which every Debian has: Python's crypt is gone since 3.13."""
    program = "chomp($p = <STDIN>); print crypt($p, $ARGV[0])"
    return system.run("perl", "-e", program, f"$6${secrets.token_hex(8)}$", said=password)
