"""Cisco routers over ssh, telnet or a serial line: the `Routers` protocol, with netmiko."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.host_keys import HostKeys
from esxlab.backends.router.dialling import Dialler
from esxlab.backends.router.limits import Limits
from esxlab.backends.router.permission import if_let_in
from esxlab.backends.router.push import Push, left_armed, read_serial_number
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.ios import found_table, is_saved
from esxlab.lab.router import Router, RouterExamined
from esxlab.local.files import write_private
from esxlab.local.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.protocols import Terminal
    from esxlab.backends.router.session import Session
    from esxlab.lab.router import RouterAddress, RouterChange, RouterTable


REFUSALS = frozenset({"router.login", "router.login_key", "router.enable_secret", "router.no_enable_secret"})
"""What a router has refused is not tried again in the same run."""


class NetmikoRouters:
    """Every call logs in, does its work and logs out: a router has five lines, and others need them too.

    Args:
        endpoints: what is dialled for which router.
        credentials: asked for `router` and `router_secret`.
        key_file: the host keys that were confirmed; None: of nobody.
        parallel_logins: an AAA server suffers above ten at a time (netmiko#3146).
        limits: of silence, time and size of every conversation.
        before_dir: where each router's running configuration is kept before a push (files 0600).
        unwritten: hears what could not be kept on this computer.
        report: hears (host, key of a text) of what is worth knowing, such as router.armed.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials,
        *,
        key_file: Path | None = None,
        parallel_logins: int = 10,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        before_dir: Path | None = None,
        unwritten: Unwritten | None = None,
        report: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        logins = threading.Semaphore(parallel_logins)
        self._unwritten = unwritten or Unwritten()
        keys = HostKeys(key_file, self._unwritten)
        self._accept_new = endpoints.accept_new
        self._dialler = Dialler(endpoints, credentials, keys, logins, limits)
        self._report = report
        self._before_dir = before_dir
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._refused: dict[str, LabError] = {}

    def _lock(self, address: RouterAddress) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(address.host, threading.Lock())

    def _open(self, address: RouterAddress) -> Session:
        """Log in; what a router has refused once is not tried again: some lock the account."""
        if refused := self._refused.get(address.host):
            raise refused
        try:
            return self._dialler.open(address)
        except LabError as error:
            if error.code in REFUSALS:
                self._refused[address.host] = error
            raise

    def observe(self, address: RouterAddress, line_keys: RouterTable) -> Router:
        """Log in once and read both configurations; the found table holds the line keys of `line_keys`.

        Raises:
            LabError: those of `observe_each`, and why the configuration does not tell what is there.
        """
        with self._lock(address), self._open(address) as session:
            [found] = self._each(session, address, [line_keys])
        if isinstance(found, LabError):
            raise found
        return found

    def observe_each(
        self, address: RouterAddress, tables: Sequence[RouterTable]
    ) -> tuple[Router | LabError, ...]:
        """The same for several tables, with one login for all of them.

        What a killed push has left to a revert timer counts as unsaved too: it goes away by itself. Where
        lines differ from `tables`, configuration mode is entered and left, without a line.

        Raises:
            LabError: those of `Dialler.open`; router.wrong_serial, config_incomplete; router.unconfirmed when
                no serial number is pinned (unless new ones are accepted).
        """
        with self._lock(address), self._open(address) as session:
            return self._each(session, address, tables, trying=True)

    def examine(self, address: RouterAddress, tables: Sequence[RouterTable]) -> RouterExamined:
        """The same, the router's version, its clock and what SSH agreed on; a 2600 has nothing strong.

        LabError: those of `observe_each`; router.refused_show when IOS does not tell one of them.
        """
        with self._lock(address), self._open(address) as session:
            each = self._each(session, address, tables, trying=True)
            version, clock = session.show("show version"), session.show("show clock")
            return RouterExamined(each, version, clock, self._dialler.algorithms.get(address.host, ""))

    def _each(
        self, session: Session, address: RouterAddress, tables: Sequence[RouterTable], *, trying: bool = False
    ) -> tuple[Router | LabError, ...]:
        self._check_serial_number(session, address)
        running = session.show("show running-config")
        startup = session.show_startup()
        armed = left_armed(session, address)

        def router_with(line_keys: RouterTable) -> Router:
            found = found_table(running, line_keys)
            return Router(address, found, running, unsaved=armed or not is_saved(startup, found))

        answers = [attempt(partial(router_with, line_keys)) for line_keys in tables]
        if trying:
            answers = if_let_in(session, answers, tables)
        return tuple(a.at(address.host) if isinstance(a, LabError) else a for a in answers)

    def push(self, address: RouterAddress, change: RouterChange, wanted: RouterTable) -> None:
        """The safe push; an empty change does not even log in.

        What is proved is `change.target`, or `wanted` when the change names no target.

        Raises:
            LabError: those of `observe`; router.stale, config_refused before anything is sent;
                router.refused_line, not_applied, link_down, no_route, not_translated, not_saved after
                everything was taken back; router.half_changed when that did not succeed.
        """
        if not change:
            return
        with self._lock(address):
            Push(
                address,
                change,
                change.target if change.target.lines else wanted,
                lambda: self._open(address),
                lambda session: self._check_serial_number(session, address),
                report=lambda key: self._report(address.host, key),
                keep=lambda running: self._keep_before(address, running),
            ).perform()

    def _check_serial_number(self, session: Session, address: RouterAddress) -> None:
        """Which router answers is known by its serial number; one that nobody confirmed is not touched."""
        if not address.serial_number and self._accept_new:
            return
        found = read_serial_number(session)
        if not address.serial_number:
            raise LabError("router.unconfirmed", where=address.host, shown=found)
        if found != address.serial_number:
            facts = {"found": found, "wanted": address.serial_number}
            raise LabError("router.wrong_serial", where=address.host, **facts)

    def serial_number(self, address: RouterAddress) -> str:
        """The processor board ID, which only a login can tell; `?` when the router has none."""
        with self._lock(address), self._open(address) as session:
            return read_serial_number(session)

    def _keep_before(self, address: RouterAddress, running_config: str) -> None:
        if self._before_dir is None:
            return
        name = "".join(c if c.isalnum() or c in ".-" else "_" for c in address.host)
        try:
            write_private(self._before_dir / f"{name}.before", running_config)
        except LabError as error:  # for people: what a teardown puts back is in the group's record
            self._unwritten.informs(error)

    def show(self, address: RouterAddress, command: str) -> str:
        """The answer of one show command; LabError router.refused_show when IOS does not take it."""
        with self._lock(address), self._open(address) as session:
            return session.show(command)

    def hold_terminal(self, address: RouterAddress, terminal: Terminal) -> None:
        """As long as a person likes, on a router that is the one that was confirmed.

        Raises:
            LabError: those of `Dialler.open`; router.unconfirmed, wrong_serial.
        """
        with self._lock(address), self._open(address) as session:
            self._check_serial_number(session, address)
            session.hold_terminal(terminal)

    def identity(self, address: RouterAddress) -> str:
        """What the router can be known by before any login: its SSH host key (type and base64).

        A telnet or serial line has none; then its way, `telnet 23`.
        """
        with self._lock(address):
            return self._dialler.identity(address)

    def confirm(self, address: RouterAddress, identity: str) -> None:
        """From now on this router is logged in to: the user has agreed."""
        self._dialler.host_keys.pin(address.host, identity)

    def confirmed(self, address: RouterAddress) -> str:
        """The identity that was agreed to; empty: none."""
        return self._dialler.host_keys.known(address.host)

    def login_key(self, address: RouterAddress) -> str:
        """By which SSH keys one logs in; nothing is dialled."""
        return self._dialler.login_key(address)

    def close(self) -> None:
        """Nothing stays open between calls."""
