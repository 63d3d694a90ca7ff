"""Watches one server: one property collector over its machines, and one call outstanding that waits for news.

WaitForUpdatesEx answers when something has changed, or with nothing after WAIT_S (vSphere Web Services SDK
Programming Guide, "Client Data Synchronization (WaitForUpdatesEx)"). Machines that come and go are told by
the view that the filter goes through. Whose a machine is, is read once of each: its marks do not change.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim, vmodl
from esxlab.backends.vsphere.https import Unfit
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.reading import question_asked
from esxlab.backends.vsphere.servers import REFUSED_LOGINS, Servers
from esxlab.backends.vsphere.session import GOODBYE_S, OUT_OF_REACH, members_spec
from esxlab.backends.vsphere.soap import checked_properties
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.identity import owner_from_marks
from esxlab.lab.watched import CardWatched, MachineWatched, ServerWatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.vsphere.session import Session
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Server
    from esxlab.lab.watched import Standing

WAIT_S = 30
"""WaitOptions.maxWaitSeconds: an idle class costs two calls a minute, and a dead wire is noticed in that."""
MOST_SILENT_S = WAIT_S + 15.0
PAGE = 100
"""WaitOptions.maxObjectUpdates."""
MOST_MACHINES = 100_000
"""A vCenter has 45,000 at most (VMware's Configuration Maximums, 8.0)."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
PATIENCE_S = 2 * 3600.0
"""How long a server that is gone is tried again: half a morning."""
POWERS = {"poweredOn": "on", "suspended": "suspended"}
UUID = "config.instanceUuid"
MARKS = "config.extraConfig"
PATHS = [UUID, "runtime.powerState", "runtime.question", "guest.ipAddress", "guest.net"]

Machines = dict[tuple[int, str], MachineWatched]


class Watch:
    """A server that is watched from a thread of its own until `close`; nothing on it is changed.

    Args:
        host: as it is called.
        class_name: whose machines are told of.
        open_session: connects and logs in; LabError.
        patience_s: how long a server that is gone is tried again.
    """

    def __init__(
        self,
        host: str,
        class_name: str,
        open_session: Callable[[], Session],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._host, self._class, self._open = host, class_name, open_session
        self._patience_s = patience_s
        self._stop = threading.Event()
        self._session: Session | None = None
        self._told: dict[Any, dict[str, Any]] = {}
        self._owners: dict[Any, Owner | None] = {}
        self.version = 0
        self.machines: Mapping[tuple[int, str], MachineWatched] = MappingProxyType({})
        self.changed: Mapping[int, float] = MappingProxyType({})
        self._is_first = True
        self.standing = ServerWatched(host, "asking", _now())
        self._thread = threading.Thread(target=self._run, name="vsphere-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the outstanding call, and log out."""
        self._stop.set()
        if (session := self._session) is not None:
            session.https.limits = session.https.limits.at_most(GOODBYE_S)
            attempt(partial(session.once, session.content.propertyCollector.CancelWaitForUpdates))
        self._thread.join(GOODBYE_S)
        if session is not None:
            session.https.drop()  # what that call itself has left

    def _run(self) -> None:
        pause_s, lost_at = FIRST_PAUSE_S, 0.0
        while not self._stop.is_set():
            error = attempt(self._follow)
            if self._stop.is_set() or not isinstance(error, LabError):
                return
            if self.standing.standing == "watching" or not lost_at:
                pause_s, lost_at = FIRST_PAUSE_S, time.monotonic()
            ended = not _is_passing(error) or time.monotonic() + pause_s > lost_at + self._patience_s
            self._say("ended" if ended else "lost", error)
            if ended or self._stop.wait(pause_s):
                return
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _follow(self) -> None:
        """From a login to the loss of the server, or to the end; LabError."""
        with closing(self._open()) as session:
            self._session = session
            self._told, self._owners = {}, {}
            try:
                self._wait(session)
            finally:
                self._session = None

    def _wait(self, session: Session) -> None:
        content = session.content
        collector, kinds = content.propertyCollector, [vim.VirtualMachine]
        create = content.viewManager.CreateContainerView
        view = session.once(lambda: create(content.rootFolder, kinds, recursive=True))
        spec = members_spec(view, "view", {vim.VirtualMachine: PATHS})
        session.once(lambda: collector.CreateFilter(spec, partialUpdates=False))
        options = vmodl.query.PropertyCollector.WaitOptions(maxWaitSeconds=WAIT_S, maxObjectUpdates=PAGE)
        version = ""
        while not self._stop.is_set():
            news = session.once(partial(collector.WaitForUpdatesEx, version, options))
            if news is None:
                if self.standing.standing != "watching":
                    self._publish(session)  # there is no machine at all
                continue
            version = news.version
            session.once(partial(self._take, news))
            if not news.truncated:
                self._publish(session)

    def _take(self, news: Any) -> None:
        """What has changed; what is unset is gone. Unfit."""
        for change in (each for part in news.filterSet or () for each in part.objectSet or ()):
            if change.kind == "leave":
                self._told.pop(change.obj, None)
                self._owners.pop(change.obj, None)
                continue
            told = self._told.setdefault(change.obj, {})
            if len(self._told) > MOST_MACHINES:
                raise Unfit("vsphere.too_deep", limit=MOST_MACHINES)
            mine = [each for each in change.changeSet or () if each.name in PATHS]
            for each in mine:
                told.pop(each.name, None)
            told.update(checked_properties(SimpleNamespace(obj=change.obj, propSet=mine)))

    def _publish(self, session: Session) -> None:
        """What is known now, as one new mapping: whoever reads it has never half of it."""
        new = [ref for ref, told in self._told.items() if UUID in told and ref not in self._owners]
        if new:
            self._owners |= dict(self._marks(session, new))
        mine: Machines = {}
        for ref, told in self._told.items():
            owner = self._owners.get(ref)
            if owner is not None and owner.instance_uuid == told.get(UUID):
                mine[owner.group.number, owner.machine] = _machine(owner, told)
        if mine != self.machines:
            if not self._is_first:
                now = dict.fromkeys(_turned(self.machines, mine), time.time())
                self.changed = MappingProxyType({**self.changed, **now})
            self.machines = MappingProxyType(mine)
            self._count()
        self._is_first = False
        self._say("watching", None)

    def _marks(self, session: Session, refs: list[Any]) -> Iterable[tuple[Any, Owner | None]]:
        """Whose these machines are; one that has gone meanwhile, or has no configuration yet, is not told."""
        for at in range(0, len(refs), PAGE):
            query = vmodl.query.PropertyCollector
            asked = [query.ObjectSpec(obj=ref) for ref in refs[at : at + PAGE]]
            paths = [query.PropertySpec(type=vim.VirtualMachine, pathSet=[MARKS])]
            spec = query.FilterSpec(objectSet=asked, propSet=paths, reportMissingObjectsInResults=True)
            for ref, told in session.collect(spec, what=self._host):
                if MARKS in told:
                    marks = {option.key: str(option.value) for option in told[MARKS] or ()}
                    owner = owner_from_marks(marks)
                    yield ref, owner if owner and owner.group.class_name == self._class else None

    def _say(self, standing: Standing, trouble: LabError | None) -> None:
        if (standing, trouble) != (self.standing.standing, self.standing.trouble):
            since = _now() if standing != self.standing.standing else self.standing.since
            self.standing = ServerWatched(self._host, standing, since, trouble)
            self._count()

    def _count(self) -> None:
        self.version += 1


def begin_watch(server: Server, class_name: str, endpoints: Endpoints, credentials: Credentials) -> Watch:
    """A watch with a session of its own: what it waits for keeps nobody else waiting."""
    limits = replace(LIMITS, silence_s=MOST_SILENT_S)
    servers = Servers(
        endpoints=endpoints,
        credentials=credentials,
        workers=2,  # one waits, one ends that
        deadline_s=MOST_SILENT_S,
        patience_s=0.0,
        limits=limits,
        cancelled=threading.Event(),
    )
    return Watch(server.host, class_name, partial(servers.open_session, server), patience_s=PATIENCE_S)


def _turned(before: Mapping[tuple[int, str], MachineWatched], now: Machines) -> set[int]:
    """The groups of which others are there, or on, than before."""
    were, are = ({(key, seen.power) for key, seen in each.items()} for each in (before, now))
    return {group for (group, _), _ in were ^ are}


def _machine(owner: Owner, told: Mapping[str, Any]) -> MachineWatched:
    power = POWERS.get(str(told.get("runtime.powerState")), "off")
    cards = tuple(
        CardWatched((card.macAddress or "").lower(), bool(card.connected), tuple(card.ipAddress or ()))
        for card in told.get("guest.net") or ()
    )
    return MachineWatched(
        owner,
        power=power,  # type: ignore[arg-type]  # of POWERS
        address=told.get("guest.ipAddress") or "",
        question=question_asked(told.get("runtime.question")),
        cards=cards if power == "on" else (),
    )


def _is_passing(error: LabError) -> bool:
    """Whether another try may be answered: a refused login counts, and a certificate stays what it is."""
    return error.code in OUT_OF_REACH or error.code not in {
        *REFUSED_LOGINS,
        "vsphere.certificate",
        "vsphere.licence",
        "vsphere.licence_expired",
        "vsphere.old_api",
        "vsphere.not_supported",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
