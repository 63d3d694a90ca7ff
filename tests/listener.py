"""A TLS server on the loopback that nobody has any reason to dial: it keeps every byte that it is sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.sim.proxy.certificate import create_certificate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

ANSWER = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Listener:
    """What came in: one entry for each connection, with all that was said on it after the handshake."""

    port: int
    thumbprint: str = ""
    heard: list[bytes] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """Nobody has even connected."""
        return not self.heard


@contextlib.contextmanager
def listening(directory: Path, *, tls: bool = True, greeting: bytes = b"") -> Iterator[Listener]:
    """A listener with a certificate of its own; without TLS it says its greeting, as a router does."""
    directory.mkdir(parents=True, exist_ok=True)
    context, pin = create_certificate(directory, ("127.0.0.1",)) if tls else (None, "")
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(server.getsockname()[1], pin)
        thread = threading.Thread(target=_serve, args=(server, context, greeting, found), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def _serve(server: socket.socket, context: ssl.SSLContext | None, greeting: bytes, found: Listener) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:  # the end
            return
        number = len(found.heard)
        found.heard.append(b"")
        with contextlib.suppress(OSError), plain:
            plain.settimeout(5)
            stream = context.wrap_socket(plain, server_side=True) if context else plain
            with stream:
                stream.sendall(greeting)
                while part := stream.recv(4096):
                    found.heard[number] += part
                    if b"\r\n\r\n" in found.heard[number] and context:
                        stream.sendall(ANSWER)
                        break
