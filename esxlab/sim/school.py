"""The embedded school from outside: bring it up, ask how it is, take it down, whatever happened to it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table
from esxlab.local.files import make_private_directory, told, write_private
from esxlab.sim.access import ACCESS_FILE, FAILURE, read_access
from esxlab.sim.build import vcsim_binary
from esxlab.sim.conditions import INSTANT, Conditions, CopySpeed, EngineName, Licence, Release
from esxlab.sim.control import ask
from esxlab.sim.processes import NOBODY, ProcessIdentity, identify, read_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.contracts import SchoolShape

PROCESS = "process.json"
LOG = "school.log"
STARTING = "starting"
START_LIMIT_S = 120.0
STOP_LIMIT_S = 15.0
VCSIM_LIMIT_S = 5.0
SHOWN = ("engine", "name", "servers", "shells", "routers")


def school_up(
    shape: SchoolShape,
    directory: Path,
    *,
    engine: EngineName = "light",
    speed: float = 20.0,
    call_delay_s: float = 0.0,
    copies: CopySpeed = INSTANT,
    licence: Licence = "evaluation",
    release: Release = "8.0",
    client_s: float = 0.0,
) -> dict[str, Any]:
    """Bring the school up in a process of its own, which outlives this one and its terminal.

    What a school that died left behind is cleared away first.

    Returns:
        What `school_status` returns: no secret in it.

    Raises:
        LabError: sim.not_windows; sim.already_up; sim.no_go and its like when vcsim cannot be built;
            what made it fail.
    """
    if os.name == "nt":  # asked of os: sys.platform would hide all below from mypy on Windows
        raise LabError("sim.not_windows")
    directory = directory.absolute()
    with told(directory, "local.unwritten"):
        make_private_directory(directory)
    with _only_one(directory):
        if _processes(directory).get("daemon", NOBODY).alive():
            raise LabError("sim.already_up", where=str(directory))
        school_down(directory)
        prefix = _prepare(engine)
        orders = {
            "shape": asdict(shape),
            "binary": str(vcsim_binary()),
            "conditions": asdict(Conditions(engine, speed, call_delay_s, copies, licence, release, client_s)),
        }
        daemon = _spawn(directory, json.dumps(orders, default=str), prefix)
        try:
            _await_access(daemon, directory)
        except BaseException:  # Ctrl-C above all: nothing half started is left behind
            school_down(directory)
            raise
    return school_status(directory)


def school_status(directory: Path) -> dict[str, Any]:
    """{"running", "directory"}; when it runs also engine, name, servers, shells, routers, machines, pids."""
    access = read_access(directory)
    processes = _processes(directory)
    if access is None or not processes.get("daemon", NOBODY).alive():
        return {"running": False, "directory": str(directory)}
    shown = {key: access[key] for key in SHOWN if key in access}
    pids = {name: process.pid for name, process in processes.items()}
    try:
        machines = ask(access, "status")
    except LabError:
        machines = {}
    return {"running": True, "directory": str(directory), **shown, **machines, "pids": pids}


def school_down(directory: Path) -> dict[str, Any]:
    """End every process of the school and clear its files away; no-op when there is none.

    It also works after a crash: vcsim ends with the daemon; what does not is ended by its id, if its start
    time still is the noted one.
    """
    directory = directory.absolute()
    processes = _processes(directory)
    running = any(process.alive() for process in processes.values())
    if "daemon" in processes:
        processes["daemon"].end(gently_s=STOP_LIMIT_S)
    for process in processes.values():
        if not process.await_end(VCSIM_LIMIT_S):
            process.end(gently_s=1.0)
    for name in (ACCESS_FILE, PROCESS, FAILURE, "school.pem"):
        with told(directory / name, "local.unwritten"), contextlib.suppress(NotADirectoryError):
            (directory / name).unlink(missing_ok=True)
    for name in ("datastores", "hosts", "routers", "machines"):
        shutil.rmtree(directory / name, ignore_errors=True)
    return {"running": False, "was_running": running, "directory": str(directory)}


def _processes(directory: Path) -> dict[str, ProcessIdentity]:
    """The processes that this school has, or had: the daemon's is noted before anything else."""
    processes: dict[str, ProcessIdentity] = {}
    with contextlib.suppress(FileNotFoundError, Unreadable):
        processes["daemon"] = read_identity(read_json_file(directory / PROCESS))
    with contextlib.suppress(Unreadable):
        noted = table((read_access(directory) or {}).get("pids") or {})
        processes |= {name: read_identity(found) for name, found in noted.items()}
    return processes


def _prepare(engine: EngineName) -> list[str]:
    """What comes before the daemon's own command; builds the model disk, which may take minutes, once."""
    if engine != "qemu":
        return []
    from esxlab.sim.qemu import namespace  # noqa: PLC0415 - only for this engine
    from esxlab.sim.qemu.model import model_pair  # noqa: PLC0415 - as above

    prefix = namespace.command_in_new()
    model_pair()
    return prefix


def _spawn(directory: Path, orders: str, prefix: list[str]) -> subprocess.Popen[bytes]:
    package = Path(__file__).parents[2]
    path = os.pathsep.join([str(package), *filter(None, [os.environ.get("PYTHONPATH")])])
    with told(directory / LOG, "local.unwritten"):
        log = (directory / LOG).open("ab")
    with log:
        daemon = subprocess.Popen(
            [*prefix, sys.executable, "-m", "esxlab.sim.daemon", str(directory)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=directory,
            env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **_outside(prefix)},
            start_new_session=True,
        )
    write_private(directory / PROCESS, json.dumps(identify(daemon.pid)))
    if daemon.stdin is not None:
        with contextlib.suppress(BrokenPipeError), daemon.stdin as pipe:
            pipe.write(orders.encode() + b"\n")
    return daemon


def _outside(prefix: list[str]) -> dict[str, str]:
    if not prefix:
        return {}
    from esxlab.sim.qemu import namespace  # noqa: PLC0415 - only for this engine

    return {namespace.OUTSIDE: namespace.here(), namespace.OUTSIDE_USER: namespace.whose()}


def _await_access(daemon: subprocess.Popen[bytes], directory: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not (directory / ACCESS_FILE).exists():
        if daemon.poll() is not None:
            raise _failure(directory)
        if time.monotonic() > deadline:
            raise LabError("sim.slow_start", where=str(directory / LOG), seconds=int(START_LIMIT_S))
        time.sleep(0.01)
    daemon.returncode = 0  # from here on it is known by its mark: no ResourceWarning when this object goes


def _failure(directory: Path) -> LabError:
    try:
        code, where, detail, facts = read_json_file(directory / FAILURE)
    except (FileNotFoundError, ValueError, TypeError):
        words = (directory / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return LabError("sim.died", where=str(directory / LOG), detail="\n".join(words[-3:]))
    return LabError(code, where=where, detail=detail, **facts)


@contextlib.contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    """Two `sim up` at the same time: the second is told so. A lock of a process that died is no lock."""
    lock = directory / STARTING
    if lock.exists():
        with contextlib.suppress(FileNotFoundError, Unreadable):
            if read_identity(read_json_file(lock)).alive():
                raise LabError("sim.already_up", where=str(directory))
        lock.unlink(missing_ok=True)
    with told(lock, "local.unwritten"):
        try:
            with lock.open("x", encoding="utf-8") as held:
                held.write(json.dumps(identify(os.getpid())))
        except FileExistsError as error:
            raise LabError("sim.already_up", where=str(directory)) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
