"""Of many hosts, each with a datastore1 and a modeleD9, doctor says which one a finding is about."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.vsphere import backend
from esxlab.engine.examine import examine
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.machine import Server, Site
from esxlab.show.doctor import render_findings
from esxlab.show.glyphs import glyphs_for
from tests.memory.guests import MemoryGuests
from tests.memory.routers import MemoryRouters
from tests.vsphere_worlds import wanted_lab

FOLDER = "[datastore1] srvweb1"


def labs(*hosts):
    sites = [Site(Server(host, "root"), "datastore1", "modeleD9", "VM Network") for host in hosts]
    return [wanted_lab(number, site, names=("srvweb1",)) for number, site in enumerate(sites, 1)]


def refuse(error):
    raise error


def found_by(monkeypatch, wanted):
    """Each host is in the same trouble: its model runs, and somebody has a folder of ours."""

    def look(server, theirs):
        del theirs
        yield Finding("server", server.named.host, facts={"product": "ESXi", "user": "root"})
        yield Finding("model", "modeleD9", LabError("vsphere.model_busy", model="modeleD9"))
        yield Finding("datastore", "datastore1", facts={"needed_gib": 1, "free_gib": 9, "worst_gib": 2})

    def survey(server, theirs):
        del server
        trouble = LabError("vsphere.locked", where=FOLDER, what=FOLDER)
        return {lab.group: lab.with_problem(trouble) for lab in theirs}

    vsphere = backend.PyVmomiVSphere(Endpoints(), Credentials())
    monkeypatch.setattr(vsphere, "_server", lambda named: SimpleNamespace(named=named))
    monkeypatch.setattr(backend, "examine", look)
    monkeypatch.setattr(backend.survey, "observe", survey)
    monkeypatch.setattr(vsphere, "find_records", lambda *_, **__: refuse(LabError("vsphere.gone", what="x")))
    worlds = SimpleNamespace(vsphere=vsphere, guests=MemoryGuests(), routers=MemoryRouters())
    return examine(wanted, worlds, logins=1)


@pytest.mark.parametrize("topic", ["model", "datastore", "group"])
def test_each_of_several_hosts_is_named(topic, monkeypatch):
    hosts = ("esxi1.example", "esxi2.example")
    found = found_by(monkeypatch, labs(*hosts))
    told = [finding for finding in found if finding.topic == topic]
    assert [host for finding in told for host in hosts if host in finding.where] == [*hosts]
    said = render_findings(told, glyphs_for("utf-8"))
    for finding in told:
        assert finding.error is None or f"{finding.where}: " in said


def test_on_the_only_server_nothing_is_said_twice(monkeypatch):
    found = found_by(monkeypatch, labs("esxi1.example"))
    assert {finding.where for finding in found} >= {"modeleD9", "datastore1", FOLDER}
