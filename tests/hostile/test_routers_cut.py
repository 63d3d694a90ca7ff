"""A router's line that is cut behind any byte: while it is dialled, logged in to, or read."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import partial
from typing import Self

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress
from tests.hostile.neighbours import left_behind
from tests.hostile.routers import KEYS, PASSWORD, SECRET, Server
from tests.hostile.test_routers import BAD, GOOD
from tests.router_shapes import exercise_table


class Scissors:
    """Hands everything on between two sockets, and cuts the line behind the n-th byte of the router."""

    def __init__(self, port: int, at: int) -> None:
        self._port, self._left = port, at
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._wires: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="peer")]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._wires += [wire, far]
                for source, sink, counts in ((wire, far, False), (far, wire, True)):
                    hand_on = partial(self._hand_on, source, sink, counts=counts)
                    self._threads.append(threading.Thread(target=hand_on, name="peer"))
                    self._threads[-1].start()

    def _hand_on(self, source: socket.socket, sink: socket.socket, *, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if counts:
                    data, self._left = data[: max(0, self._left)], self._left - len(data)
                sink.sendall(data)
                if counts and self._left <= 0:
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
        for wire in self._wires:
            wire.close()


CUT = {"router.cut", "router.no_line", "router.login"}


ENDLESS = 10**9


def outcome(routers: NetmikoRouters, address: RouterAddress) -> tuple[str, str]:
    """The code of the error and what is read of it; empty when the configuration came whole."""
    try:
        found = routers.observe(address, exercise_table())
    except LabError as error:
        return error.code, str(error)
    return "" if found.running_config.rstrip().endswith("end") else "half", ""


@pytest.mark.parametrize("way", ["telnet", "ssh"])
def test_a_line_that_is_cut_behind_any_byte_is_a_line_that_was_cut(way) -> None:
    """A reading of both configurations; every step of the conversation is met by one of these bytes."""
    others = set(threading.enumerate())
    device = {"ssh": "cisco_ios", "telnet": "cisco_ios_telnet"}[way]
    credentials = Credentials(known={"router": PASSWORD, "router_secret": SECRET})
    with Server(GOOD, way) as server:
        for at in (*range(0, 200, 23), *range(200, 6000, 397), ENDLESS):
            with Scissors(server.port, at) as scissors:
                address = RouterAddress(BAD, device, scissors.port, serial_number=server.box.serial_number)
                routers = NetmikoRouters(Endpoints(), credentials)
                key = f"{KEYS[0].get_name()} {KEYS[0].get_base64()}"
                routers.confirm(address, key if way == "ssh" else f"telnet {scissors.port}")
                code, said = outcome(routers, address)
                assert code in (CUT if code else {""}), (at, said)
                assert PASSWORD not in said
                assert not code or at < ENDLESS, (at, said)
    assert left_behind(others, names=("Thread-", "esxlab")) == []
