"""Which hosts are changed over SSH is told in the spec's order, whichever of them answers first."""

from __future__ import annotations

import threading
from types import SimpleNamespace

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.esxi.shells import Shells
from esxlab.backends.vsphere.backend import PyVmomiVSphere
from esxlab.lab.machine import Server, Site
from esxlab.sim.access import SchoolEndpoints
from tests.vsphere_worlds import wanted_lab

HOSTS = {
    1: Server("esxi9.example", "root"),
    2: Server("esxi10.example", "root", api="none"),
    3: Server("vcenter.example", "root"),
    4: Server("esxi1.example", "root", writes="ssh"),
}
ROADS = [("esxi9.example", "licence"), ("esxi10.example", "no_api"), ("esxi1.example", "spec")]


def test_the_order_is_the_specs_and_each_is_told_once(monkeypatch):
    """The hosts answer in the opposite order, so that each of them is opened after those behind it."""
    told, stop = [], threading.Event()
    places = SchoolEndpoints(shells={server.host: Endpoint("127.0.0.1", 1) for server in HOSTS.values()})
    shells = Shells(places, Credentials(), tell=lambda *road: told.append(road))
    vsphere = PyVmomiVSphere(places, Credentials(), shells=shells)
    order = [*reversed(HOSTS.values())]
    turns = {server: threading.Event() for server in order}
    turns[order[0]].set()

    def look(server, theirs):
        assert turns[server].wait(20)
        if server.api == "none":
            shells.connect(server, stop, deadline_s=1.0)
        elif not server.host.startswith("vcenter"):
            shells.open(SimpleNamespace(named=server), stop)
        for after in order[order.index(server) + 1 :][:1]:
            turns[after].set()
        return {lab.group: lab for lab in theirs}

    monkeypatch.setattr(vsphere, "_observe_server", look)
    labs = [wanted_lab(number, Site(host, "d", "m", "VM Network")) for number, host in HOSTS.items()]
    for _ in range(2):
        assert [*vsphere.observe(labs).values()] == labs
        assert told == ROADS
