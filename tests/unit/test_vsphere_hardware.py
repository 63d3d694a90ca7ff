"""The hardware of a machine that the server does not tell at once."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from esxlab.backends.vsphere import api_connection
from esxlab.errors import LabError

SEEN = SimpleNamespace(ref="vm-1", name="g07-srvweb1")


def connect(*answers):
    told = iter(answers)
    session = SimpleNamespace(server=None, retrieve=lambda *_, **__: next(told))
    return api_connection.ApiConnection(session, deadline_s=1.0, cancelled=threading.Event())


def test_a_machine_without_its_hardware_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(api_connection, "HARDWARE_PAUSES_S", (0.0, 0.0))
    server = connect({}, {"vm-1": {}}, {"vm-1": {"config.hardware": "cards"}})
    assert server.hardware(SEEN) == "cards"


def test_a_machine_that_keeps_it_to_itself_is_told_of(monkeypatch):
    monkeypatch.setattr(api_connection, "HARDWARE_PAUSES_S", (0.0,))
    with pytest.raises(LabError) as told:
        connect({}, {}).hardware(SEEN)
    assert told.value.code == "vsphere.locked"
