"""Serves the board: pages and server-sent events, to who has the token of the class or of a group; read only.

A token is the first part of the path, since a browser's EventSource sends no header of ours (HTML,
server-sent events); no page of the board loads anything from elsewhere, and none says where it was
(Referrer-Policy).
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import socket
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from esxlab.board.pages import ASSETS, POLICY, asset
from esxlab.errors import LabError
from esxlab.lab.addresses import is_loopback
from esxlab.lab.identity import group_label
from esxlab.local.files import reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Hashable, Mapping

    from starlette.requests import Request

    from esxlab.board.pages import Board

LOOK_S = 0.5
"""How often this computer is looked at: its journals, and what its watches have heard."""
AGAIN_S = 10.0
"""The same after what nobody foresaw: each time it is written down."""
ALIVE_S = 15.0
"""How often a page hears that the board is there: one that hears nothing says so (board.js)."""
ALIVE = "event: alive\ndata\n\n"
MOST_CLIENTS = 1000
ALL = 0
"""The scope of the teacher's token; a group's own is its number."""
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Hub:
    """The board, and who waits for news of it. `tokens` is token -> scope; empty: this computer alone."""

    board: Board
    tokens: Mapping[str, int] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()  # what a browser may call this computer; empty: anything
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _made: dict[str, tuple[Hashable, str]] = field(default_factory=dict)

    async def watch(self) -> None:
        """Look at the journals, and at what the watches have heard, until the end."""
        seen = self.board.version
        while True:
            self.board.look()
            if self.board.version != seen:
                seen = self.board.version
                async with self._changed:
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_S if self.board.trouble is None else AGAIN_S)

    def made(self, name: str, make: Callable[[], str]) -> str:
        """A page, made once for each state of the board, however many ask for it."""
        version = self.board.version
        if self._made.get(name, (None, ""))[0] != version:
            self._made[name] = (version, make())
        return self._made[name][1]

    async def events(self, name: str, make: Callable[[], str]) -> AsyncIterator[str]:
        """The page now, and again whenever it has changed; a slow reader misses what is old by then."""
        seen: Hashable = None
        page = ""
        while True:
            version = self.board.version
            if version != seen and self.made(name, make) != page:
                page = self.made(name, make)
                yield f"data: {json.dumps(page)}\n\n"
            else:
                yield ALIVE
            seen = version
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_S), self._changed:
                    await self._changed.wait_for(lambda: self.board.version != seen)  # noqa: B023 - awaited here

    def scope(self, token: str) -> int | None:
        """Whom a token lets in; None: nobody."""
        found = None
        for known, scope in self.tokens.items():
            if hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
                found = scope
        return found


def application(hub: Hub) -> Starlette:
    """The ASGI application."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(hub.watch())
        yield
        watching.cancel()

    async def nothing(_: Request, __: Exception) -> Response:
        return Response(status_code=404, headers=HEADERS)

    routes = [Route("/{path:path}", partial(_answer, hub))]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: nothing})


async def _answer(hub: Hub, request: Request) -> Response:
    """One of a few names, or nothing at all."""
    name = str(request.path_params["path"])
    scope: int | None = ALL
    if hub.hosts and request.headers.get("host", "").rpartition(":")[0] not in hub.hosts:
        scope = None  # a page of elsewhere that has given this computer's address a name of its own
    elif hub.tokens:
        token, slash, name = name.partition("/")
        scope = hub.scope(token)
        if scope is not None and not slash:
            return RedirectResponse(f"/{token}/", headers=HEADERS)
    if scope is None:
        return Response(status_code=404, headers=HEADERS)
    if name in ASSETS:
        return Response(asset(name), headers=HEADERS | {"Content-Type": ASSETS[name]})
    pages = _pages(hub.board, scope)
    page, _, rest = name.rpartition("/")
    if page not in pages or rest not in ("", "events"):
        return Response(status_code=404, headers=HEADERS)
    key, make = f"{scope} {page}", pages[page]
    if rest == "events":
        return StreamingResponse(hub.events(key, make), media_type="text/event-stream", headers=HEADERS)
    return Response(hub.made(key, make), media_type="text/html", headers=HEADERS)


def _pages(board: Board, scope: int) -> dict[str, Callable[[], str]]:
    """What this scope may see: path -> what makes it."""
    if scope != ALL:
        return {"": partial(board.one_group, scope, live=True, teacher=False)}
    groups = {
        group_label(number): partial(board.one_group, number, live=True, teacher=True, up="../")
        for number in board.known
    }
    return {"": partial(board.all_groups, live=True), **groups}


def is_this_computer(address: str) -> bool:
    """Whether only this computer can reach what listens there."""
    return address == "localhost" or is_loopback(address)


def listen(address: str, port: int) -> socket.socket:
    """The socket; LabError board.address when nothing can listen there."""
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((address, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise LabError("board.address", where=f"{address}:{port}", detail=why) from error


def configured(hub: Hub) -> uvicorn.Config:
    """How the server is: no word of its own, and nobody is waited for when it ends."""
    return uvicorn.Config(
        application(hub),
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CLIENTS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        ws="none",
    )


def serve(hub: Hub, listening: socket.socket) -> None:
    """Until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(configured(hub)).run(sockets=[listening])
