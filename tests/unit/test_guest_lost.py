"""A change of a guest is several scripts: once one was sent, a connection that breaks ends the change.

A second connection would meet the host key that the change has just put in force, and be told that this is no
copy of the model (make torture found it).
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.guest import guests
from esxlab.backends.guest.sessions import LostError
from esxlab.backends.protocols import CommandResult
from esxlab.errors import LabError
from esxlab.lab.guest import GuestChange, SshHop, SshRoute
from esxlab.lab.password import MODEL

ROUTE = SshRoute(1, (SshHop("srvweb1", "127.0.0.1"),))


class Line:
    """Connections that count how often one is asked for."""

    def __init__(self) -> None:
        self.dialled = 0

    def borrow(self, route, *, deadline):
        self.dialled += 1
        return SimpleNamespace(transport=object())

    def give_back(self, route, *, broken=False, leave=False):
        """It is given back."""

    def password_of(self, route):
        return MODEL


@pytest.mark.parametrize(("broken_at", "dialled"), [(1, 2), (2, 1), (3, 1)])
def test_a_change_that_was_begun_is_not_begun_again_on_another_connection(monkeypatch, broken_at, dialled):
    sent = 0

    def speak(*_, **__):
        nonlocal sent
        sent += 1
        if sent >= broken_at:
            raise LostError("the channel cannot be opened", sent=False)
        return CommandResult(0, "", "")

    monkeypatch.setattr(guests, "execute", speak)
    monkeypatch.setattr(guests, "send_batch", lambda *_, **__: speak() and "/run/esxlab-1")
    machine = guests.ParamikoGuests(Endpoints(), Credentials())
    machine.connections = line = Line()
    with pytest.raises(LabError) as caught:
        machine.apply(ROUTE, GuestChange(hostname="SRV1"), nic_names={})
    assert caught.value.code == "guest.lost"
    assert line.dialled == dialled
