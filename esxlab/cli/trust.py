"""esxlab trust: show what servers and routers identify themselves by, and pin it once the user agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.host_keys import HostKeys
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.trusted import Trusted
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress

Kind = Literal["certificate", "serial", "key"]
SERIAL = re.compile(r"^Processor board ID (\S+)", re.MULTILINE)


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
@option("--replace", "replacing", is_flag=True, help="option.replace")
@option("-y", "--yes", is_flag=True, help="option.yes")
@shown_options("table")
def command(*, source: Source, replacing: bool, yes: bool, shown: Shown) -> ExitCode:
    """Look, show, ask, pin."""
    from esxlab.backends.host_keys import HostKeys  # noqa: PLC0415 - only when it is run
    from esxlab.cli.places import pins_directory  # noqa: PLC0415 - as above
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - as above
    from esxlab.cli.trusted import load_trusted, save_trusted  # noqa: PLC0415 - as above

    loaded = load_source(source, shown.screen)
    sim = source.sim or loaded.embedded_school
    directory = pins_directory(sim=sim)
    trusted, keys = load_trusted(directory), HostKeys(directory / "router_keys")
    specs = chosen_groups(loaded, source.groups)
    servers = sorted({spec.site.server for spec in specs})
    routers = {spec.router.address.host: spec.router.address for spec in specs if spec.router}
    seen = (
        *_certificates(servers, trusted, sim=sim),
        *_routers(list(routers.values()), trusted, keys, sim=sim),
    )
    shown.screen.result(_table(seen) + "\n")
    changed = [identity for identity in seen if identity.state == "changed"]
    if changed and not replacing:
        first = changed[0]
        facts = {"kind": say(f"trust.{first.kind}"), "pinned": first.pinned, "shown": first.shown}
        raise LabError("safety.identity_changed", where=first.host, **facts)
    news = [identity for identity in seen if identity.state != "same"]
    if not news:
        return ExitCode.DONE
    if not yes and not confirm(say("confirm.trust"), shown.screen):
        return ExitCode.INTERRUPTED
    for identity in news:
        if identity.kind == "key":
            keys.pin(identity.host, identity.shown)
        else:
            place = trusted.certificates if identity.kind == "certificate" else trusted.serials
            place[identity.host] = identity.shown
    save_trusted(directory, trusted)
    shown.screen.note(say("trust.done", file=directory / "trust.json"))
    return ExitCode.DONE


def _table(seen: Sequence[Identity]) -> str:
    from esxlab.show.tables import draw  # noqa: PLC0415 - only when it is run

    headers = [say(f"column.{name}") for name in ("host", "topic", "state", "shown")]
    return draw(
        headers, [[i.host, say(f"trust.{i.kind}"), say(f"trust.{i.state}"), _short(i.shown)] for i in seen]
    )


def _short(shown: str) -> str:
    """A host key as `ssh-keygen -l` shows it; all else as it is."""
    from esxlab.backends.host_keys import fingerprint  # noqa: PLC0415 - only when it is run

    return fingerprint(shown) if " " in shown else shown


def _certificates(servers: Sequence[Server], trusted: Trusted, *, sim: bool) -> Iterator[Identity]:
    from esxlab.backends.vsphere.trust import normal_pin, shown_fingerprint  # noqa: PLC0415 - only when it is run

    endpoints = _endpoints(sim=sim)
    for server in servers:
        shown = shown_fingerprint(endpoints.server(server))
        if not shown:
            raise LabError("vsphere.unreachable", where=server.host, host=server.host, what=server.host)
        pinned = server.thumbprint or trusted.certificates.get(server.host, "")
        yield Identity("certificate", server.host, shown, normal_pin(pinned))


def _routers(
    routers: Sequence[RouterAddress],
    trusted: Trusted,
    keys: HostKeys,
    *,
    sim: bool,
) -> Iterator[Identity]:
    """One login each; what is shown is pinned nowhere yet."""
    import sys  # noqa: PLC0415 - only when it is run

    from esxlab.backends.credentials import Credentials  # noqa: PLC0415 - as above
    from esxlab.backends.router.routers import NetmikoRouters  # noqa: PLC0415 - as above
    from esxlab.cli.session import ask_password  # noqa: PLC0415 - as above

    endpoints = _endpoints(sim=sim)
    prompt = ask_password if sys.stdin.isatty() and not sim else None
    backend = NetmikoRouters(endpoints, Credentials(school=endpoints.passwords, prompt=prompt))
    for address in routers:
        match = SERIAL.search(backend.show(address, "show version"))
        if not match:
            raise LabError("trust.no_serial", where=address.host)
        pinned = address.serial_number or trusted.serials.get(address.host, "")
        yield Identity("serial", address.host, match[1], pinned)
        if shown := backend.host_key(address):
            yield Identity("key", address.host, shown, keys.known(address.host))


def _endpoints(*, sim: bool) -> Endpoints:
    from esxlab.backends.endpoints import Endpoints, load_endpoints  # noqa: PLC0415 - only when it is run
    from esxlab.cli.places import BOOK, school_directory  # noqa: PLC0415 - as above

    return load_endpoints(school_directory() / BOOK) if sim else Endpoints()
