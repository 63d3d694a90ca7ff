"""The implementations that a contract is asked of: in memory, vcsim of both kinds, and a host's own shell."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from zlib import crc32

import pytest

from esxlab.sim.inventory import log_in
from tests.borrowed import borrows
from tests.hostile.share import share
from tests.memory.school import running_school
from tests.schools import ESXI, VCENTER, administrator, lone_esxi, school, vcenter
from tests.vsphere_worlds import MemoryWorld, ShellWorld, VcsimWorld

MEMORY = "memory"
API = [pytest.param(name, marks=pytest.mark.scenario) for name in ("vcenter", "esxi")]
RELEASES = ("6.7", "7.0", "8.0")
SSH = "esxi-ssh"
SHELLS = [
    pytest.param(f"{SSH} {release}", marks=[pytest.mark.scenario, borrows("busybox")])
    for release in share(RELEASES, 0)
]
"""A host of the day's release; ESXLAB_SHARE=whole asks one of each."""
ALONE_BY_SHELL = "esxi-ssh-none"
NO_API = [
    pytest.param(f"{ALONE_BY_SHELL} {release}", marks=[pytest.mark.scenario, borrows("busybox")])
    for release in share(RELEASES, 1)
]
"""The same host, whose API cannot be reached: it is looked at by its shell too."""
EVERY = [MEMORY, *API, *SHELLS, *NO_API]


@contextmanager
def free_school(tmp_path_factory, *servers):
    """Hosts with the free licence: their API only reads, and their shell is open.

    It yields what brings up a school of a release, once, when that is first asked for.
    """
    shape = school(*(servers or (lone_esxi(),)))
    with ExitStack() as stack:

        @lru_cache
        def of_release(release):
            directory = tmp_path_factory.mktemp("free")
            conditions = {"engine": "idle", "licence": "free", "release": release}
            return stack.enter_context(running_school(shape, directory, **conditions))

        yield of_release


DAYS = 5
"""In so many days every test is asked of a host's shell once: a machine costs twenty programs there."""


def is_todays(name, days=DAYS):
    """Whether a test belongs to the day's share (tests/hostile/share.py)."""
    return 0 in share(range(days), crc32(name.encode()))


def skip_on_other_days(request, days=DAYS):
    """Leave a test to its day; ESXLAB_SHARE=whole asks all of them."""
    if not is_todays(request.node.name, days):
        pytest.skip("a host with a shell: asked on another day (ESXLAB_SHARE)")


@contextmanager
def world_on(road, request):
    """The world of one road; the module's fixtures `up` and `free` are its schools.

    A test that asks for a capability (`pytest.mark.needs`) that this road has not is skipped, and says so.
    """
    kind, _, release = road.partition(" ")
    for marker in request.node.iter_markers("needs"):
        if marker.args[0] in LACKING.get(kind, ()):
            pytest.skip(f"{road} has no {marker.args[0]}: {LACKING[kind][marker.args[0]]}")
    if kind in {SSH, ALONE_BY_SHELL}:
        skip_on_other_days(request, DAYS if kind == SSH else 2 * DAYS)
    if road == MEMORY:
        yield MemoryWorld()
        return
    if kind in {SSH, ALONE_BY_SHELL}:
        api = "none" if kind == ALONE_BY_SHELL else "use"
        running, access = request.getfixturevalue("free")(release)
        server = running.shape.servers[0]
        with (
            straight(running, server) as session,
            closing(ShellWorld(running, access, server, session, api=api)) as it,
        ):
            yield it
        return
    running, access = request.getfixturevalue("up")
    host, user, esxi = (VCENTER, vcenter().user, "esxi-a") if road == "vcenter" else (ESXI, "root", "")
    server = next(found for found in running.shape.servers if found.host == host)
    with (
        administrator(access, host, user=user) as session,
        closing(VcsimWorld(running, access, server, session, esxi=esxi)) as it,
    ):
        yield it


@contextmanager
def straight(running, server):
    """An administrator whom no licence holds: at vcsim's own port, as somebody at the host's console."""
    session = log_in(running.vcsims[server.host].port, server.user, running.passwords["vsphere"])
    try:
        yield session
        session.content.sessionManager.Logout()
    finally:
        session._stub.DropConnections()


ALONE = "a lone ESXi is found whatever it is called"
OF_A_SHELL = {
    "hosts by name": ALONE,
    "changes by the API": "they are programs of the host, and no calls that could be counted",
    "tasks of a machine that runs": "what it cannot take is noted beside it, and needs no turn",
}
NO_PROGRAM = {"copies by a program": "its API does not list them; who copies that disk waits for it"}
LACKING: dict[str, dict[str, str]] = {
    "vcenter": NO_PROGRAM,
    "esxi": NO_PROGRAM | {"hosts by name": ALONE},
    SSH: NO_PROGRAM | OF_A_SHELL,
    ALONE_BY_SHELL: OF_A_SHELL | {"looks by the API": "what SOAP refuses it never asks"},
}
"""road -> capability -> why it has it not."""
