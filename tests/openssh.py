"""Programs of the system that log in by its own OpenSSH, with a password that a program answers."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def by_openssh(
    command: Sequence[str], password: str, directory: Path, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run it without a terminal: each ssh of it asks for the password by SSH_ASKPASS (ssh(1))."""
    asks = directory / "asks"
    asks.write_text('#!/bin/sh\necho "$GUEST_PASSWORD"\n')
    asks.chmod(0o700)
    own = {"SSH_ASKPASS": str(asks), "SSH_ASKPASS_REQUIRE": "force", "GUEST_PASSWORD": password, **more}
    return subprocess.run(
        command, env={**os.environ, **own}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
