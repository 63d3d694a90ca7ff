"""Installs a package of this directory by pip, which builds it from its own pyproject.toml, offline.

Its build backend is the one that the development environment has already; so is what it depends on.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation")


def install(name: str, place: Path) -> Path:
    """Lay the package into a directory, which is to be put on the path."""
    with tempfile.TemporaryDirectory() as room:  # a build writes beside its source
        source = shutil.copytree(Path(__file__).parent / name, Path(room) / name)
        words = [*PIP, *OFFLINE, "--target", str(place), str(source)]
        done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return place
