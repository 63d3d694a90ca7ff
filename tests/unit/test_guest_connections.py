"""Shared connections: a jump host's stays open while another guest is being dialled through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from esxlab.backends.endpoints import Endpoints
from esxlab.backends.guest.connections import Connections
from esxlab.backends.guest.dialling import Login
from esxlab.lab.guest import SshHop, SshRoute

JUMP = SshRoute(1, (SshHop("ClientB", "127.0.0.1"),))
BEHIND = SshRoute(1, (*JUMP.hops, SshHop("srvweb2", "172.16.193.40")))


@dataclass
class Transport:
    open: bool = True

    def is_active(self):
        return self.open

    def close(self):
        self.open = False

    def stop_thread(self):
        self.open = False

    def join(self, timeout):
        """Its reader has ended."""

    @property
    def sock(self):
        return self


@dataclass
class Dialling(Connections):
    """Dials nothing; `during` happens while the guest behind the jump host is being dialled."""

    during: object = None
    made: list[Transport] = field(default_factory=list)

    def _dial_until(self, route, deadline):
        if len(route.hops) > 1:
            self.borrow(JUMP, deadline=deadline)
            self.during()
            self.give_back(JUMP)
        self.made.append(Transport())
        return SimpleNamespace(transport=self.made[-1])


def test_a_jump_host_is_not_left_while_somebody_is_being_dialled_through_it():
    connections = Dialling(Endpoints(), Login("root", lambda: ""))
    connections.during = lambda: connections.give_back(JUMP, leave=True)  # its own guest is configured now
    connections.borrow(JUMP, deadline=1.0)
    connections.borrow(BEHIND, deadline=1.0)
    jump, behind = connections.made
    assert (jump.open, behind.open) == (True, True)
    connections.give_back(BEHIND, leave=True)
    assert not behind.open
    connections.close()
    assert not jump.open
