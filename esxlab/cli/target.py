"""What a teardown aims at: from the spec when there is one, else from the class's name and a login."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from esxlab.cli.options import Source
from esxlab.errors import LabError
from esxlab.foreign import is_text
from esxlab.lab.machine import HTTPS_PORT, Server

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.lab.router import RouterAddress
    from esxlab.spec.load import LoadedSpec

DEFAULT_USER = "root"
BY_SHELL = "ssh://"
"""A host whose API cannot be reached, `api: none` of a spec."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the command line says in place of a spec; empty strings where it says nothing."""

    class_name: str
    server: str
    user: str
    thumbprint: str
    routers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Which groups (None: all) of which class, on which servers; `password` only when GOVC_* gave one.

    `routers` are the spec's, then those that the command line names.
    """

    class_name: str
    groups: tuple[int, ...] | None
    servers: tuple[Server, ...]
    sim: bool
    password: str = field(default="", repr=False)
    routers: tuple[RouterAddress, ...] = ()


def find_target(file: Path | None, groups: str, login: Login, *, sim: bool) -> Target:
    """The target; LabError usage.* when the command line says too little, spec.* when the spec is wrong."""
    from esxlab.lab.router_logins import read_router  # noqa: PLC0415 - only to act

    named = tuple(read_router(text) for text in login.routers)
    target = _find(file, groups, login, sim=sim)
    return replace(target, routers=(*target.routers, *named))


def _find(file: Path | None, groups: str, login: Login, *, sim: bool) -> Target:
    from esxlab.spec.ranges import parse_groups  # noqa: PLC0415 - only when there are groups to name

    numbers = parse_groups(groups) if groups else None
    if login.class_name and file is None:
        return _by_login(login, numbers, sim=sim)
    from esxlab.cli.session import load_source  # noqa: PLC0415 - a teardown without spec needs no spec reader

    loaded = load_source(Source(file, groups, sim))
    if login.class_name not in {"", loaded.class_name}:
        raise LabError("usage.class_differs", name=login.class_name, spec=loaded.class_name)
    routers = tuple({spec.router.address: None for spec in loaded.groups(None) if spec.router})
    servers = _servers(loaded, numbers)
    return Target(loaded.class_name, numbers, servers, sim or loaded.embedded_school, routers=routers)


def _servers(loaded: LoadedSpec, numbers: tuple[int, ...] | None) -> tuple[Server, ...]:
    """The servers of these groups; all of the class when one of them is no longer in the spec."""
    known = {spec.group.number: spec.site.server for spec in loaded.groups(None)}
    chosen = known.keys() if numbers is None or not known.keys() >= set(numbers) else numbers
    return tuple(sorted({known[number] for number in chosen}))


def _by_login(login: Login, numbers: tuple[int, ...] | None, *, sim: bool) -> Target:
    if sim and not login.server:
        from esxlab.cli.school import school_servers  # noqa: PLC0415 - only for the school

        return Target(login.class_name, numbers, school_servers(login.user), sim=True)
    govc, place = _govc()
    if not login.server and not place[0]:
        raise LabError("usage.server_missing")
    by_shell = login.server.startswith(BY_SHELL)
    host, port = _place(login.server.removeprefix(BY_SHELL)) if login.server else place
    if (host, port) != place or sim or by_shell:  # govc's login is another server's
        server = Server(host, login.user or DEFAULT_USER, port, login.thumbprint)
        server = replace(server, api="none") if by_shell else server
        return Target(login.class_name, numbers, (server,), sim)
    user = login.user or _of_govc("GOVC_USERNAME") or unquote(govc.username or "") or DEFAULT_USER
    password = os.environ.get("GOVC_PASSWORD") or unquote(govc.password or "")
    server = Server(host, user, port, login.thumbprint)
    return Target(login.class_name, numbers, (server,), sim, password)


def _govc() -> tuple[SplitResult, tuple[str, int]]:
    """GOVC_URL, and the host and port in it (an empty host: none is set); LabError usage.govc_url.

    What is wrong with it is not shown: it may hold a password.
    """
    try:
        url = urlsplit(_with_scheme(_of_govc("GOVC_URL")))
        place = url.hostname or "", url.port or HTTPS_PORT
    except ValueError:  # brackets without an address, a port that is none
        raise LabError("usage.govc_url", where="GOVC_URL") from None
    return url, place


def _of_govc(variable: str) -> str:
    """What govc's variable holds; LabError usage.encoding, without it: it may hold a password."""
    found = os.environ.get(variable, "")
    if not is_text(found):
        raise LabError("usage.encoding", where=variable, value="***")
    return found


def _place(text: str) -> tuple[str, int]:
    """A host, or host:port; LabError usage.server when it is neither."""
    try:
        found = urlsplit(f"//{text}")
        if found.hostname and found.netloc == text and "@" not in text:
            return found.hostname, found.port or HTTPS_PORT
    except ValueError:  # a port that is none
        pass
    raise LabError("usage.server", server=text)


def _with_scheme(url: str) -> str:
    """GOVC_URL may be a bare host; source: govc's README, "GOVC_URL"."""
    return url if "//" in url else f"//{url}"
