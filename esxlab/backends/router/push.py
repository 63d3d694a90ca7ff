"""The safe push: read, arm, send, read again, prove, confirm on a new connection, save; or put back."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.ios import (
    INTERFACE,
    NO_CONFIG_PROMPT,
    SERIAL_NUMBER,
    SHUTDOWN,
    commands_between,
    found_table,
    parse_running_config,
)
from esxlab.lab.ios_statics import parse_static

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.router.session import Session
    from esxlab.lab.router import RouterAddress, RouterChange, RouterTable

REVERT_MINUTES = 5
LINK_LIMIT_S = 20.0  # auto-negotiation after `no shutdown` takes a few seconds
RECONNECT_TRIES = 3
_BRIEF = re.compile(
    r"^(?P<name>\S+) +\S+ +\S+ +\S+ +(?P<status>.*?) +(?P<protocol>up|down)\s*$", re.MULTILINE
)
_NOT_OURS = re.compile(r"ip virtual-reassembly|ntp clock-period")  # lines that IOS writes by itself


@dataclass(slots=True)
class Push:
    """One push on one router. `open_session` logs in anew; `report` hears keys of texts worth saying."""

    address: RouterAddress
    change: RouterChange
    target: RouterTable
    open_session: Callable[[], Session]
    check_router: Callable[[Session], None]  # LabError when it is not the router that is meant
    report: Callable[[str], None] = lambda _: None
    keep: Callable[[str], None] = lambda _: None  # hears the running configuration before the first line
    sleep: Callable[[float], None] = time.sleep
    _before: str = ""
    _armed: bool = False
    _touched: bool = False
    _sent: list[str] = field(default_factory=list)
    _remark: LabError | None = None  # what IOS said of a line that was to go

    def perform(self) -> None:
        """Raises LabError; what was sent has then been taken back, unless the code is router.half_changed."""
        try:
            with self.open_session() as session:
                if self._needed(session):
                    self._send(session)
                self._prove(session)
            with self.open_session() as session:  # a new login: the router can still be reached
                self._keep(session)
        except LabError as error:
            if not self._touched:
                raise
            raise self._taken_back(error) from error

    def _needed(self, session: Session) -> tuple[str, ...]:
        """Read, and refuse to send a line that the plan did not show."""
        self.check_router(session)
        if left_armed(session, self.address):  # what the dead run sent would go away under our feet
            session.do("configure confirm")
            self.report("router.taken_over")
        self._before = session.show("show running-config")
        if NO_CONFIG_PROMPT in parse_running_config(self._before)[""]:
            where = self.address.host
            raise LabError("router.no_config_prompt", where=where, line=NO_CONFIG_PROMPT)
        commands = commands_between(self._table(self._before), self.target)
        if new := [line for line in commands if line not in self.change.commands]:
            raise LabError("router.stale", where=self.address.host, line=new[0].strip())
        self._sent = list(commands)
        return commands

    def _table(self, running_config: str) -> RouterTable:
        try:
            return found_table(running_config, self.target)
        except LabError as error:
            raise error.at(self.address.host) from error

    def _send(self, session: Session) -> None:
        self.keep(self._before)
        self._armed = session.enter_config(revert_minutes=REVERT_MINUTES)
        self.report("router.armed" if self._armed else "router.not_armed")
        self._touched = True
        for line in self._sent:
            self._send_line(session, line)
        session.leave_config()

    def _send_line(self, session: Session, line: str) -> None:
        """A lab that is taken away is not kept by a remark: whether a line went is read again."""
        try:
            _configure(session, line)
        except LabError as error:
            enters = line.startswith(f"{INTERFACE} ")  # else the next lines would go somewhere else
            if self.change.works.lines or enters or error.code != "router.refused_line":
                raise
            self._remark = self._remark or error

    def _prove(self, session: Session) -> None:
        """Read again: nothing differs; what is to work does: links up, routes connected, entries in force."""
        after = self._table(session.show("show running-config"))
        if left := commands_between(after, self.target):
            if self._remark:
                raise self._remark
            raise LabError("router.not_applied", where=self.address.host, line=left[-1].strip())
        works = self.change.works
        if not works.lines:
            return  # a lab that is taken away proves nothing but that
        names = [s.removeprefix(f"{INTERFACE} ") for (s, k), x in works.lines if _is_up(k, x)]
        self._await_links(session, names)
        self._check_routes(session, names)
        self._check_statics(session)

    def _await_links(self, session: Session, names: list[str]) -> None:
        for waited in range(int(LINK_LIMIT_S)):
            if waited:
                self.sleep(1.0)
            lines = {m["name"]: m for m in _BRIEF.finditer(session.show("show ip interface brief"))}
            down = [
                n for n in names if n in lines and (lines[n]["status"], lines[n]["protocol"]) != ("up", "up")
            ]
            if not down:
                return
            state = lines[down[0]]
        states = f"{state['status']}/{state['protocol']}"
        raise LabError("router.link_down", where=self.address.host, interface=down[0], state=states)

    def _check_routes(self, session: Session, names: list[str]) -> None:
        with_address = [
            n for n in names if self.change.works[f"{INTERFACE} {n}", "address"].startswith("ip address ")
        ]
        if not with_address or self.change.works["", "ip routing"] != "ip routing":
            return
        routes = session.show("show ip route")
        for name in with_address:
            if not re.search(rf"^C .*is directly connected, {re.escape(name)}\s*$", routes, re.MULTILINE):
                raise LabError("router.no_route", where=self.address.host, interface=name)

    def _check_statics(self, session: Session) -> None:
        statics = [static for _, line in self.change.works.lines if (static := parse_static(line))]
        if not statics:
            return
        translations = session.show("show ip nat translations")
        for static in statics:
            inside = f"{static.inside}:{static.inside_port}"
            pattern = rf"^{static.protocol} +\S+:{static.port} +{re.escape(inside)} "
            if not re.search(pattern, translations, re.MULTILINE):
                raise LabError("router.not_translated", where=self.address.host, line=static.line)

    def _keep(self, session: Session) -> None:
        """End the revert timer and save; without [OK] nothing is saved."""
        if self._armed:
            session.do("configure confirm")
            self._armed = False
        answer = session.do("write memory")
        if "[OK]" not in answer:
            detail = " ".join(answer.split())
            raise LabError("router.not_saved", where=self.address.host, detail=detail)

    def _taken_back(self, error: LabError) -> LabError:
        """Put the router back: the same error when that is proved, else one that says what differs."""
        detail = f"{error.code}: {error.detail}".rstrip(": ")
        try:
            with self._reconnect() as session:
                differs = self._put_back(session)
        except LabError as second:
            if self._armed:
                return LabError(
                    "router.reverting", where=self.address.host, detail=detail, minutes=REVERT_MINUTES
                )
            detail = f"{detail} / {second.code}: {second.detail}".rstrip(": ")
            differs = [line.strip() for line in self._sent]
        if not differs:
            return error
        lines = "; ".join(differs)
        return LabError("router.half_changed", where=self.address.host, detail=detail, lines=lines)

    def _reconnect(self) -> Session:
        for attempt in range(RECONNECT_TRIES):
            try:
                return self.open_session()
            except LabError:
                if attempt == RECONNECT_TRIES - 1:
                    raise
                self.sleep(2.0 * (attempt + 1))
        raise AssertionError  # the last attempt returns or raises

    def _put_back(self, session: Session) -> list[str]:
        """Revert, else send the inverse commands of what stands; the lines that still differ."""
        if self._armed:
            session.do("configure revert now")
            self._armed = False
        found = self._table(session.show("show running-config"))
        undo = commands_between(found, self._table(self._before))
        if undo:
            session.enter_config(revert_minutes=0)
            for line in undo:
                with contextlib.suppress(LabError):  # the others still count; the comparison tells
                    _configure(session, line)
            session.leave_config()
        after = parse_running_config(session.show("show running-config"))
        then, now = set(parse_running_config(self._before).lines), set(after.lines)
        return sorted(line for line in then ^ now if not _NOT_OURS.search(line))


def _configure(session: Session, line: str) -> None:
    """Send a line. An IOS that does not ask before it removes an entry in use needs its table cleared."""
    try:
        session.configure(line)
    except LabError as error:
        if "static entry in use" not in error.detail.lower():
            raise
        session.leave_config()
        session.do("clear ip nat translation *")  # right before, or new translations appear
        session.enter_config(revert_minutes=0)
        session.configure(line)


def left_armed(session: Session, address: RouterAddress) -> bool:
    """Whether a revert timer of ours still runs: a push was killed between its first line and the end.

    Of ours is one of our login and of exactly our minutes; anybody else's is left alone.
    """
    return session.pending_revert() == (address.user, REVERT_MINUTES)


def read_serial_number(session: Session) -> str:
    """The processor board ID; `?` when `show version` has none."""
    match = SERIAL_NUMBER.search(session.show("show version"))
    return match[1] if match else "?"


def _is_up(kind: str, line: str) -> bool:
    return kind == SHUTDOWN and line == "no shutdown"
