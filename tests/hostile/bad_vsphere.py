"""A vSphere server on 127.0.0.1 that is as bad as a script says, in front of a good one that it may ask."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.sim.proxy.certificate import create_certificate
from tests.schools import trust_nobody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT_S = 10.0
"""No client is waited for longer; the clients that are tested have given up long before."""
TICK_S = 0.02
NOBODY = trust_nobody()


@dataclass(frozen=True, slots=True)
class Script:
    """What a server does: with each request, or with a connection before TLS has begun."""

    reply: Callable[[Talk], None] | None = None
    greet: Callable[[Talk], None] | None = None
    after_login: bool = True  # good until a login was answered: the password has gone where it should
    certificates: int = 1
    waits: bool = False  # the client has nothing to do but wait
    now_and_then: bool = False  # some commands do not meet what is bad
    harmless: bool = False  # every command ends as on a good server

    @property
    def trusted(self) -> bool:
        """It is sent the password, and rightly: until then it was as good as any."""
        return self.after_login or self.harmless


class Gone(Exception):  # noqa: N818 - not an error: how a play ends
    """The conversation is over."""


class Talk:
    """One connection, as the server's side sees it."""

    def __init__(self, server: BadServer, plain: socket.socket, number: int) -> None:
        self.server = server
        self.number = number
        self.socket = plain
        address, good = server.good
        self.upstream = http.client.HTTPSConnection(address, good, context=NOBODY, timeout=LIMIT_S)
        self.verb = self.path = self.method = ""
        self.headers: dict[str, str] = {}
        self.body = b""

    def secure(self) -> None:
        self.socket = self.server.context_of(self.number).wrap_socket(self.socket, server_side=True)
        self.socket.settimeout(LIMIT_S)

    def hear(self) -> bool:
        """Read one request; False when the client has gone."""
        with self.socket.makefile("rb") as stream:
            start = stream.readline()
            if not start:
                return False
            self.verb, self.path = start.decode().split(" ")[:2]
            lines = iter(stream.readline, b"\r\n")
            self.headers = dict(line.decode().strip().split(": ", 1) for line in lines)
            self.body = stream.read(int(self.headers.get("Content-Length", 0)))
        called = re.search(rb"<(?:\w+:)?Body[^>]*><(\w+)", self.body)
        self.method = called[1].decode() if called else self.verb
        self.server.heard.append((self.method, self.body))
        return True

    def say(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone from error

    def answer(self, body: bytes, *, status: str = "200 OK", kind: str = "text/xml", more: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.say(head.encode() + body)

    def hang_up(self) -> None:
        raise Gone

    def drip(self, data: bytes) -> None:
        """The same bytes, a little at a time, for as long as the client listens."""
        while not self.server.closing.wait(TICK_S):
            self.say(data)

    def flood(self, data: bytes) -> None:
        """The same bytes as fast as they go."""
        while not self.server.closing.is_set():
            self.say(data)

    def hold(self) -> None:
        """Nothing, until the client hangs up."""
        while not self.server.closing.is_set():
            self.socket.settimeout(TICK_S)
            try:
                if not self.socket.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def good(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the good server answers to this request."""
        sent = {k: v for k, v in self.headers.items() if k not in {"Host", "Accept-Encoding"}}
        self.upstream.request(self.verb, self.path, body=self.body or None, headers=sent)
        with self.upstream.getresponse() as response:
            return response.status, response.getheaders(), response.read()

    def pass_on(self, change: Callable[[bytes], bytes] = bytes, *, times: int = 1, more: str = "") -> None:
        """The good server's answer, changed."""
        status, headers, body = self.good()
        kept = "".join(f"{k}: {v}\r\n" for k, v in headers if k in {"Set-Cookie", "Content-Type"})
        body = change(body)
        head = f"HTTP/1.1 {status} Told\r\n{kept}{more}Content-Length: {len(body)}\r\n\r\n"
        self.say((head.encode() + body) * times)


@dataclass
class BadServer:
    """Listens from `start` to `close`; every connection has a thread of its own."""

    script: Script
    good: tuple[str, int]
    contexts: tuple[Any, ...]
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    logged_in: bool = False
    port: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)

    def context_of(self, number: int) -> Any:
        """The first connection's, and the last one for all that follow."""
        return self.contexts[min(number, self.script.certificates - 1)]

    def start(self) -> BadServer:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.settimeout(TICK_S)
        self.port = self._listener.getsockname()[1]
        self._begin(self._accept)
        return self

    def close(self) -> None:
        self.closing.set()
        for thread in list(self._threads):
            thread.join(LIMIT_S)
        self._listener.close()
        assert not [thread for thread in self._threads if thread.is_alive()]

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="bad-vsphere", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        while not self.closing.is_set():
            with contextlib.suppress(TimeoutError):
                plain, _ = self._listener.accept()
                plain.settimeout(LIMIT_S)
                talk = Talk(self, plain, number)
                self._begin(lambda talk=talk: self._serve(talk))
                number += 1

    def _serve(self, talk: Talk) -> None:
        try:
            if self.script.greet is not None:
                self.script.greet(talk)
                return
            talk.secure()
            while self._wait_for_words(talk) and talk.hear():
                self._reply(talk)
        except (Gone, OSError, http.client.HTTPException, ValueError):
            pass  # the client, or the play, is over
        finally:
            talk.socket.close()
            talk.upstream.close()

    def _wait_for_words(self, talk: Talk) -> bool:
        """A client that keeps its connection says nothing for a while; closing ends that."""
        while not self.closing.is_set():
            talk.socket.settimeout(TICK_S)
            try:
                if talk.socket.pending() or socket.socket.recv(talk.socket, 1, socket.MSG_PEEK):
                    talk.socket.settimeout(LIMIT_S)
                    return True
            except TimeoutError:
                continue
            return False
        return False

    def _reply(self, talk: Talk) -> None:
        early = self.script.after_login and not self.logged_in
        if early or self.script.reply is None:
            talk.pass_on()
        else:
            self.script.reply(talk)
        self.logged_in = self.logged_in or talk.method == "Login"


def certificates(directory: Path) -> tuple[list[Any], list[str]]:
    """Two certificates of the loopback: the contexts of a server, and their fingerprints."""
    contexts, prints = [], []
    for name in ("first", "second"):
        place = directory / name
        place.mkdir()
        context, fingerprint = create_certificate(place, ())
        contexts.append(context)
        prints.append(fingerprint)
    return contexts, prints
