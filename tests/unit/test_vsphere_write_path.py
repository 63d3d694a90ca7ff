"""Which write path a server is changed on: as the spec says, else as its licence lets one."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from esxlab.backends.vsphere import connection
from esxlab.backends.vsphere.licence import Licence
from esxlab.backends.vsphere.survey import unwritable
from esxlab.errors import LabError
from esxlab.lab.machine import Server, Site
from tests.vsphere_worlds import wanted_lab

SHELL = SimpleNamespace(write_path="ssh")


def server(writes, standing, monkeypatch, *, shell=True):
    monkeypatch.setattr(connection, "licence_of", lambda _: Licence(standing))
    session = SimpleNamespace(server=Server("esxi1.example", "root", writes=writes))
    opened = (lambda _: SHELL) if shell else None
    return connection.Connection(session, deadline_s=1.0, cancelled=threading.Event(), open_shell=opened)


@pytest.mark.parametrize(
    ("writes", "standing", "write_path"),
    [
        ("auto", "writable", "api"),
        ("auto", "read-only", "ssh"),
        ("auto", "unknown", "api"),  # the first change tells: one that is refused changes nothing
        ("ssh", "writable", "ssh"),
        ("api", "read-only", "api"),
    ],
)
def test_the_spec_counts_more_than_the_licence(writes, standing, write_path, monkeypatch):
    found = server(writes, standing, monkeypatch)
    assert found.write_path == write_path
    if write_path == "ssh":
        assert found.writer is SHELL


def codes(found, *, method="copy"):
    lab = wanted_lab(7, Site(found.session.server, "d", "m", "VM Network", method=method), names=("srvweb1",))
    return [problem.code for problem in unwritable(found, lab)]


def test_a_write_path_that_leads_nowhere_is_said_before_anything_is_planned(monkeypatch):
    assert codes(server("auto", "read-only", monkeypatch)) == []
    assert codes(server("api", "read-only", monkeypatch)) == ["vsphere.licence"]
    shut = server("auto", "read-only", monkeypatch, shell=False)
    assert codes(shut) == ["vsphere.licence"]
    assert codes(server("auto", "read-only", monkeypatch), method="linked") == ["esxi.no_clones"]
    off = server("ssh", "writable", monkeypatch)
    off.trouble = LabError("esxi.ssh_off", host="esxi1.example", port=22)
    assert codes(off) == ["esxi.ssh_off"]
