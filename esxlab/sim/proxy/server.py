"""The proxy itself: TLS towards the clients, plain HTTP on kept connections towards vcsim."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from esxlab.sim.processes import KILL
from esxlab.sim.proxy.calls import Call, CallList, parse_soap
from esxlab.sim.proxy.http import Message, read_message
from esxlab.sim.proxy.refusals import Kind, LoginLock, refusal
from esxlab.sim.proxy.restart import Forgetting
from esxlab.sim.proxy.rules import Rule, Rules
from esxlab.sim.proxy.soap import Fault, with_orders

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable
    from pathlib import Path

STREAM_LIMIT = 1 << 22
EDITION = re.compile(rb"(?<=<editionKey>)[^<]*")
HANG_LIMIT_S = 600.0
FILE_PRIVILEGES = {
    "GET": "Datastore.Browse",
    "HEAD": "Datastore.Browse",
    "PUT": "Datastore.FileManagement",
}
"""What a datastore's files over HTTP need; without it a real server answers 403."""

Outcome = Literal["answered", "dropped"]


@dataclass(slots=True)
class VSphereProxy:
    """One vSphere end point of the school.

    Args:
        upstream_port: where vcsim listens on the loopback.
        kind: which of vSphere's two faces it shows.
        tls: the server's context; None: plain HTTP (tests).
        rules: the faults to inject; may be changed at any time.
        call_delay_s: how late every call is, as on a far or busy server.
        read_only: the licence is the free one, whose API changes nothing (pyvmomi#625).
        lacking: privileges that whoever logs in has not; may be changed at any time.
        edition: editionKey of the licence that was entered; empty: as vcsim was started.
        screen: of a machine's reference, the PNG of what its screen shows; None: nothing shows there.
    """

    upstream_port: int
    kind: Kind = "vcenter"
    tls: ssl.SSLContext | None = None
    rules: Rules = field(default_factory=Rules)
    calls: CallList = field(default_factory=CallList)
    call_delay_s: float = 0.0
    read_only: bool = False
    lacking: tuple[str, ...] = ()
    edition: str = ""
    screen: Callable[[str], Awaitable[Path | None]] | None = None
    login_lock: LoginLock = field(default_factory=lambda: LoginLock(time.monotonic))
    forgetting: Forgetting = field(default_factory=Forgetting)
    port: int = 0
    _server: asyncio.Server | None = None
    _clients: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> int:
        """Listen on a free port of 127.0.0.1; the port."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self.tls, limit=STREAM_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def restart(self, seconds: float) -> None:
        """As a vCenter restarts: nobody listens for so long; of all before only the inventory is left."""
        await self.close()
        self.forgetting.restart()
        await asyncio.sleep(seconds)
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=self.tls, limit=STREAM_LIMIT
        )

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        upstream = _Upstream(self.upstream_port)
        try:
            while (request := await read_message(reader)) is not None:
                if await self._handle(request, writer, upstream) == "dropped":
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the client has gone, vcsim has gone, or the school is being closed: hang up
        finally:
            upstream.close()
            writer.transport.abort()

    async def _handle(self, request: Message, writer: asyncio.StreamWriter, upstream: _Upstream) -> Outcome:
        verb, path = request.start.split(b" ", 2)[:2]
        call = self._note(verb.decode(), path.decode(), request, writer.get_extra_info("peername")[1])
        if self.call_delay_s:
            await asyncio.sleep(self.call_delay_s)
        rule = self.rules.strike(call)
        if rule is not None:
            stopped = await self._before(rule, call, writer)
            if stopped:
                return stopped
        self.forgetting.without_session(request)
        refused = self._refused(call, request.body)
        if refused is None:
            request.body = with_orders(request.body, await self._orders(call, rule))
            answer = self._licensed(await upstream.exchange(request))
        else:
            answer = refused
        self.forgetting.note(answer)
        if call.method == "Login":
            self.login_lock.note(accepted=answer.start.split(b" ")[1] == b"200")
        if rule is not None and _after(rule, call) == "dropped":
            _reset(writer)
            return "dropped"
        await _send(writer, answer)
        return "answered"

    def _note(self, verb: str, path: str, request: Message, client: int) -> Call:
        if verb == "POST" and path.startswith("/sdk"):
            method, target, arguments = parse_soap(request.body)
        else:
            parts = urlsplit(path)
            query = parse_qs(parts.query)
            method, target = verb, unquote(parts.path)
            arguments = tuple((key, values[0]) for key, values in sorted(query.items()))
        return self.calls.add(
            at_s=time.monotonic(), client=client, method=method, target=target, arguments=arguments
        )

    async def _before(self, rule: Rule, call: Call, writer: asyncio.StreamWriter) -> Outcome | None:
        """What a rule does before the call is passed on; not None when it is not to be passed on at all."""
        if rule.before is not None:
            rule.before(call)
        _kill(rule.kill_before)
        if rule.action == "delay":
            await asyncio.sleep(rule.seconds)
        elif rule.action == "hang":
            await asyncio.sleep(rule.seconds or HANG_LIMIT_S)
        if rule.action in {"reset", "hang"}:
            _reset(writer)
            return "dropped"
        if rule.action == "fault":
            await _send(writer, _faulty(rule.fault))
            return "answered"
        return None

    def _refused(self, call: Call, body: bytes) -> Message | None:
        if call.method == "Login" and self.kind == "esxi" and self.login_lock.locked():
            words = "Cannot complete login due to an incorrect user name or password."
            return _faulty(Fault("InvalidLogin", words))
        if forgotten := self.forgetting.refusal(body):
            return _faulty(forgotten)
        if self.read_only and call.mutating and call.method != "PUT":
            words = "Current license or ESXi version prohibits execution of the requested operation."
            return _faulty(Fault("RestrictedVersion", words))
        if FILE_PRIVILEGES.get(call.method) in self.lacking:
            return Message(b"HTTP/1.1 403 Forbidden")
        fault = refusal(self.kind, call.method, body)
        return _faulty(fault) if fault else None

    def _licensed(self, answer: Message) -> Message:
        if self.edition and b"<editionKey>" in answer.body:
            answer.body = EDITION.sub(escape(self.edition).encode(), answer.body)
        return answer

    async def _orders(self, call: Call, rule: Rule | None) -> dict[str, Any]:
        """What our vcsim shall do with this call beyond the call itself."""
        orders: dict[str, Any] = {"lacking": self.lacking} if self.lacking else {}
        if rule is not None and rule.action == "fail_task":
            text = rule.fault.text or rule.fault.kind
            orders["fail"] = {"kind": rule.fault.kind, "text": text, "seconds": rule.seconds}
        if call.method == "CreateScreenshot_Task" and self.screen is not None:
            shown = await self.screen(call.target.partition(":")[2])
            orders |= {"picture": str(shown)} if shown is not None else {}
        return orders


class _Upstream:
    """One client connection's own kept connection to vcsim."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, request: Message) -> Message:
        """Send one request and read its answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=STREAM_LIMIT)
        reader, writer = self._streams
        writer.write(request.encode(b"Host: 127.0.0.1:%d" % self._port))
        answer = await read_message(reader, bodiless=request.start.startswith(b"HEAD"))
        if answer is None:
            raise ConnectionResetError
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()


async def _send(writer: asyncio.StreamWriter, answer: Message) -> None:
    writer.write(answer.encode())
    await writer.drain()


def _faulty(fault: Fault) -> Message:
    return Message(
        b"HTTP/1.1 500 Internal Server Error",
        [(b"Content-Type", b"text/xml; charset=utf-8")],
        fault.envelope(),
    )


def _after(rule: Rule, call: Call) -> Outcome:
    """What a rule does once vcsim has answered: the reply may be lost."""
    if rule.after is not None:
        rule.after(call)
    _kill(rule.kill_after)
    return "dropped" if rule.action == "lose_reply" else "answered"


def _kill(pid: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, KILL)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Make the close a TCP reset: lingering off means RST instead of FIN (SO_LINGER, socket(7))."""
    plug: socket.socket = writer.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
