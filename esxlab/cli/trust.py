"""esxlab trust: show what servers and routers identify themselves by, and pin it once the user agrees."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from esxlab.backends.esxi.shells import Shells
    from esxlab.backends.router.routers import NetmikoRouters
    from esxlab.cli.given import Given
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.trusted import Trusted
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress

Kind = Literal["certificate", "shell", "key", "line", "serial"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What one host shows now, and what is pinned (empty: nothing yet)."""

    kind: Kind
    host: str
    shown: str
    pinned: str

    @property
    def state(self) -> Literal["new", "same", "changed"]:
        """How the two compare."""
        if not self.pinned:
            return "new"
        return "same" if self.shown == self.pinned else "changed"


@click.command("trust", cls=WordedCommand, help="command.trust.long")
@spec_options()
@option("--router", "named", multiple=True, metavar="URL", help="option.router_alone")
@option("--replace", "replacing", is_flag=True, help="option.replace")
@option("-y", "--yes", is_flag=True, help="option.yes")
@shown_options("table", "json")
def command(*, source: Source, named: tuple[str, ...], replacing: bool, yes: bool, shown: Shown) -> ExitCode:
    """Look, show, ask, pin: first what is shown before any login, then what only a login tells."""
    from esxlab.cli.given import load_given  # noqa: PLC0415 - only when it is run
    from esxlab.cli.school import pins_directory  # noqa: PLC0415 - as above
    from esxlab.cli.trusted import (  # noqa: PLC0415 - as above
        Trusted,
        load_trusted,
        remember_routers,
        save_trusted,
    )

    servers, routers, sim = _named(named, sim=source.sim) if named else _of_spec(source)
    directory = pins_directory(sim=sim)
    asking = _Asking(shown, replacing=replacing, yes=yes)
    given = load_given(sim=sim)
    trusted, backend = load_trusted(directory), _backend(directory, given, sim=sim)
    before_login: list[Callable[[], Identity]] = [
        partial(_certificate, server, trusted, given) for server in servers if server.api == "use"
    ]
    shells, hosts = _shells(directory, given), {server.host: server for server in servers}
    before_login += [shell for server in servers if (shell := _shell_look(server, shells))]
    before_login += [partial(_identity, address, backend) for address in routers.values()]
    after_login = [partial(_serial_number, address, trusted, backend) for address in routers.values()]
    for look in (before_login, after_login):
        if not asking.agree(look):
            return ExitCode.INTERRUPTED
        news = Trusted()
        for identity in asking.agreed:
            if identity.kind in ("key", "line"):
                backend.confirm(routers[identity.host], identity.shown)
            elif identity.kind == "shell":
                shells.confirm(hosts[identity.host], identity.shown)
            else:
                place = news.certificates if identity.kind == "certificate" else news.serials
                place[identity.host] = identity.shown
        if asking.agreed:
            save_trusted(directory, news)
            shown.screen.note(say("trust.done", file=directory / "trust.json"))
    remember_routers(directory, (a for a in routers.values() if a.host in asking.known))
    asking.tell(directory)
    return exit_code_of(asking.failed[0]) if asking.failed else ExitCode.DONE


_Peers = tuple["list[Server]", "dict[str, RouterAddress]", bool]


def _of_spec(source: Source) -> _Peers:
    """The servers and routers of these groups, and whether they are the embedded school's."""
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - only when there is a spec

    loaded = load_source(source)
    specs = chosen_groups(loaded, source.groups)
    routers = {spec.router.address.host: spec.router.address for spec in specs if spec.router}
    return sorted({spec.site.server for spec in specs}), routers, source.sim or loaded.embedded_school


def _named(written: tuple[str, ...], *, sim: bool) -> _Peers:
    """Routers alone, without any spec: those that a teardown had to leave."""
    from esxlab.lab.router_logins import read_router  # noqa: PLC0415 - only when some are named

    routers = [read_router(text) for text in written]
    return [], {address.host: address for address in routers}, sim


@dataclass(slots=True)
class _Asking:
    """What one round shows, and what the user says to it. `failed`: who could not be looked at."""

    shown: Shown
    replacing: bool
    yes: bool
    seen: list[Identity] = field(default_factory=list)  # in all rounds
    confirmed: list[Identity] = field(default_factory=list)  # as above
    agreed: list[Identity] = field(default_factory=list)
    failed: list[LabError] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # routers whose serial number was agreed to, now or before

    def agree(self, looks: Sequence[Callable[[], Identity]]) -> bool:
        """Look at each, show all, ask about those that are new; LabError safety.identity_changed."""
        from esxlab.show.words import error_lines  # noqa: PLC0415 - only when it is run

        screen, seen, self.agreed = self.shown.screen, [], []
        for look in looks:
            try:
                seen.append(look())
            except LabError as error:
                self.failed.append(error)
                screen.note(f"{screen.err_glyphs.failed} {error_lines(error)}")
        if not seen:
            return True
        self.seen += seen
        news = [identity for identity in seen if identity.state != "same"]
        self._show(seen, asked=bool(news) and not self.yes)
        changed = [identity for identity in seen if identity.state == "changed"]
        if changed and not self.replacing:
            first = changed[0]
            facts = {"kind": say(f"trust.{first.kind}"), "pinned": first.pinned, "shown": first.shown}
            raise LabError("safety.identity_changed", where=first.host, **facts)
        if any(identity.kind == "line" for identity in news):
            screen.note(say("trust.line_without_key"))
        if news and not self.yes and not confirm(say("confirm.trust"), screen):
            return False
        self.agreed = news
        self.confirmed += news
        self.known |= {identity.host for identity in seen if identity.kind == "serial"}
        return True

    def _show(self, seen: Sequence[Identity], *, asked: bool) -> None:
        """On stdout; where that is for a document, on stderr: what is asked about must be read."""
        screen = self.shown.screen
        if self.shown.output != "json":
            screen.result(_table(seen, screen.width) + "\n")
        else:
            (screen.complain if asked else screen.note)(_table(seen, 0))

    def tell(self, directory: Path) -> None:
        """The document, where one was asked for: all rounds; the tables have been shown one by one.

        `confirmed`: it was new or another one, and is written down now.
        """
        if self.shown.output != "json":
            return
        hosts = [
            {
                "host": each.host,
                "kind": each.kind,
                "state": each.state,
                "shown": each.shown,
                "pinned": each.pinned or None,
                "confirmed": each in self.confirmed,
            }
            for each in self.seen
        ]
        document = {"file": str(directory / "trust.json"), "hosts": hosts}
        self.shown.give("trust", document, "", errors=self.failed)


def _table(seen: Sequence[Identity], width: int) -> str:
    from esxlab.show.tables import draw  # noqa: PLC0415 - only when it is run

    headers = [say(f"column.{name}") for name in ("host", "topic", "state", "shown")]
    rows = [[i.host, say(f"trust.{i.kind}"), say(f"trust.{i.state}"), _short(i.shown)] for i in seen]
    return draw(headers, rows, width=width)


def _short(shown: str) -> str:
    """A host key as `ssh-keygen -l` shows it; all else as it is."""
    from esxlab.backends.host_keys import fingerprint  # noqa: PLC0415 - only when it is run

    return fingerprint(shown) if " " in shown else shown


def _certificate(server: Server, trusted: Trusted, given: Given) -> Identity:
    from esxlab.backends.vsphere.trust import normal_pin, shown_fingerprint  # noqa: PLC0415 - only when it is run

    shown = shown_fingerprint(given.endpoints.server(server))
    if not shown:
        raise LabError("vsphere.unreachable", where=server.host, host=server.host, what=server.host)
    pinned = server.thumbprint or trusted.certificates.get(server.host, "")
    return Identity("certificate", server.host, shown, normal_pin(pinned))


def _shell_look(server: Server, shells: Shells) -> Callable[[], Identity] | None:
    """Of a host that may be changed over SSH: it must be, or its licence may want it and it listens."""
    if server.writes == "api" or not shells.reaches(server):
        return None
    if server.writes == "ssh" or server.api == "none":
        return partial(_shell_key, server, shells)
    try:
        seen = _shell_key(server, shells)
    except LabError:
        return None
    return lambda: seen


def _shell_key(server: Server, shells: Shells) -> Identity:
    """Nothing is sent for it, as below."""
    return Identity("shell", server.host, shells.shown(server), shells.confirmed(server))


def _identity(address: RouterAddress, backend: NetmikoRouters) -> Identity:
    """Nothing is sent for it: an SSH server shows its key before it asks who is there."""
    shown = backend.identity(address)
    kind: Kind = "key" if address.device_type == "cisco_ios" else "line"
    return Identity(kind, address.host, shown, backend.confirmed(address))


def _serial_number(address: RouterAddress, trusted: Trusted, backend: NetmikoRouters) -> Identity:
    """One login, which the first round has made one to a confirmed router."""
    found = backend.serial_number(address)
    if found == "?":
        raise LabError("trust.no_serial", where=address.host)
    pinned = address.serial_number or trusted.serials.get(address.host, "")
    return Identity("serial", address.host, found, pinned)


def _backend(directory: Path, given: Given, *, sim: bool) -> NetmikoRouters:
    import sys  # noqa: PLC0415 - only when it is run

    from esxlab.backends.credentials import Credentials  # noqa: PLC0415 - as above
    from esxlab.backends.router.routers import NetmikoRouters  # noqa: PLC0415 - as above
    from esxlab.cli.session import ask_password  # noqa: PLC0415 - as above

    prompt = ask_password if sys.stdin.isatty() and not sim else None
    credentials = Credentials(given.passwords, prompt)
    return NetmikoRouters(given.endpoints, credentials, key_file=directory / "router_keys")


def _shells(directory: Path, given: Given) -> Shells:
    from esxlab.backends.credentials import Credentials  # noqa: PLC0415 - only when it is run
    from esxlab.cli.over_ssh import OverSsh  # noqa: PLC0415 - as above

    return OverSsh().shells(given.endpoints, Credentials(), directory)
