"""Cisco routers over ssh, telnet or a serial line: the `Routers` protocol, with netmiko."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from esxlab.backends.host_keys import HostKeys
from esxlab.backends.router.push import Push, check_serial_number, left_armed, read_serial_number
from esxlab.backends.router.session import READ_LIMIT_S, Dialler
from esxlab.errors import LabError
from esxlab.lab.ios import found_table, is_saved
from esxlab.lab.router import Router
from esxlab.local.files import write_private
from esxlab.local.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.router.session import Session
    from esxlab.lab.router import RouterAddress, RouterChange, RouterTable


class NetmikoRouters:
    """Every call logs in, does its work and logs out: a router has five lines, and others need them too.

    Args:
        endpoints: what is dialled for which router.
        credentials: asked for `router` and `router_secret`.
        key_file: where host keys are pinned at the first meeting; None: only while this object lives.
        parallel_logins: an AAA server suffers above ten at a time (netmiko#3146).
        read_limit_s: how long one command may stay without an answer.
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
        read_limit_s: float = READ_LIMIT_S,
        before_dir: Path | None = None,
        unwritten: Unwritten | None = None,
        report: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        logins = threading.Semaphore(parallel_logins)
        self._unwritten = unwritten or Unwritten()
        keys = self._keys = HostKeys(key_file, self._unwritten)
        self._school = endpoints.school
        self._dialler = Dialler(endpoints, credentials, keys, logins, read_limit_s=read_limit_s)
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
            if error.code in {"router.login", "router.enable_secret"}:
                self._refused[address.host] = error
            raise

    def observe(self, address: RouterAddress, slots: RouterTable) -> Router:
        """Log in once and read both configurations; the found table holds the slots of `slots`.

        What a killed push has left to a revert timer counts as unsaved too: it goes away by itself.

        Raises:
            LabError: router.unreachable, login, enable_secret, host_key, algorithms, no_line, serial, cut,
                silent, wrong_serial, config_incomplete.
        """
        with self._lock(address), self._open(address) as session:
            check_serial_number(session, address)
            running = session.show("show running-config")
            startup = session.show("show startup-config")
            armed = left_armed(session, address)
        try:
            found = found_table(running, slots)
            return Router(address, found, running, unsaved=armed or not is_saved(startup, found))
        except LabError as error:
            raise error.at(address.host) from error

    def push(self, address: RouterAddress, change: RouterChange, wanted: RouterTable) -> None:
        """The safe push; an empty change does not even log in.

        What is proved is `change.target`, or `wanted` when the change names no target.

        Raises:
            LabError: those of `observe`; router.unconfirmed when no serial number is pinned (outside the
                school); router.stale before anything is sent; router.refused_line,
                not_applied, link_down, no_route, not_translated, not_saved after everything was taken back;
                router.half_changed when that did not succeed.
        """
        if not change:
            return
        if not address.serial_number and not self._school:
            raise LabError("router.unconfirmed", where=address.host, serial=self._serial(address))
        with self._lock(address):
            Push(
                address,
                change,
                change.target if change.target.lines else wanted,
                lambda: self._open(address),
                report=lambda key: self._report(address.host, key),
                keep=lambda running: self._keep_before(address, running),
            ).perform()

    def _serial(self, address: RouterAddress) -> str:
        with self._lock(address), self._dialler.open(address) as session:
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
        """The answer of one show command; LabError router.refused_line when IOS does not take it."""
        with self._lock(address), self._open(address) as session:
            return session.show(command)

    def algorithms(self, address: RouterAddress) -> str:
        """What SSH agreed on at the last login; a 2600 offers nothing that is strong today."""
        return self._dialler.algorithms.get(address.host, "")

    def host_key(self, address: RouterAddress) -> str:
        """The SSH host key (type and base64) that the router showed; empty for telnet and serial lines."""
        return self._keys.known(address.host)

    def close(self) -> None:
        """Nothing stays open between calls."""
