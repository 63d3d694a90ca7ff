"""The school's own network namespace: nothing of engine qemu is on this computer's network.

The school's process is started in it, and the commands that work with the school step into it; there alone a
lab address is dialled. It goes away by itself with its last process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sim.access import OWN_NAMESPACE, read_access
from esxlab.sim.processes import ProcessIdentity
from esxlab.sim.qemu.programs import RUNNING, is_root, require, search_path

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTSIDE = "ESXLAB_OUTSIDE_NAMESPACE"
"""In the environment of the school's process: the namespace that it must not be in."""
OUTSIDE_USER = "ESXLAB_OUTSIDE_USER_NAMESPACE"
"""The same of the user namespace: a school without root is in another, where it takes itself for root."""
OWN_USER_NAMESPACE = Path("/proc/self/ns/user")
ROUTES = Path("/proc/self/net/route")
TUN = "/dev/net/tun"
"""Cards come through it. Debian's udev makes it 0666 (50-udev-default.rules); some containers do not."""
TRIAL_S = 10.0
USER_SPACE = ("--user", "--map-root-user")


def here() -> str:
    """The network namespace of this process, as the kernel names it: net:[4026531840]."""
    return str(OWN_NAMESPACE.readlink())


def whose() -> str:
    """The user namespace of this process, in the same form."""
    return str(OWN_USER_NAMESPACE.readlink())


def in_user_namespace() -> bool:
    """Whether this process, the school's, was started in a user namespace of its own."""
    return os.environ.get(OUTSIDE_USER, whose()) != whose()


def command_in_new() -> list[str]:
    """The words before a command that is to run in a new network namespace.

    Raises:
        LabError: sim.programs; sim.no_namespace and sim.no_tun, when this user may not do what it takes.
    """
    require(RUNNING)
    os.environ["PATH"] = search_path()
    words = ["unshare", "--net", *(() if is_root() else USER_SPACE), "--"]
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False, timeout=TRIAL_S)
    if tried.returncode:
        raise LabError("sim.no_namespace", detail=tried.stderr.strip(), command=" ".join(words[:-1]))
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        raise LabError("sim.no_tun", detail=str(error.strerror), device=TUN) from error
    return words


def require_isolation() -> None:
    """LabError sim.not_isolated when this process is where it was started from, or has a way out."""
    routes = ROUTES.read_text(encoding="ascii").splitlines()[1:]
    way_out = any(line.split()[1] == "00000000" for line in routes)
    if way_out or os.environ.get(OUTSIDE) in {None, here()}:
        raise LabError("sim.not_isolated", where=here())


def step_inside(directory: Path) -> None:
    """Run this very command again inside the namespace of the school in `directory`, if it has one.

    Does not return then. Returns when there is nothing to do: no school, another engine, or inside already.
    """
    access = read_access(directory)
    if access is None or not access.get("namespace") or access["namespace"]["net"] == here():
        return
    daemon = ProcessIdentity(*access["pids"]["daemon"])
    if not daemon.alive():
        return
    sys.stdout.flush()
    sys.stderr.flush()
    os.environ["PATH"] = search_path()
    os.execvp("nsenter", [*_way_in(access, daemon.pid), sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell is what is wanted


def _way_in(access: Mapping[str, Any], pid: int) -> list[str]:
    user = ["--user", "--preserve-credentials"] if access["namespace"]["user"] else []
    return ["nsenter", "--target", str(pid), *user, "--net", "--"]
