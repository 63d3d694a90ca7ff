"""Which write path a server is changed on: as the spec says, else as its licence lets one."""

from __future__ import annotations

import ast
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from esxlab.backends.vsphere import api_connection
from esxlab.backends.vsphere.licence import Licence
from esxlab.backends.vsphere.survey import unwritable
from esxlab.errors import LabError
from esxlab.lab.machine import Server, Site
from tests.vsphere_worlds import wanted_lab

SHELL = SimpleNamespace(write_path="ssh")


def server(writes, standing, monkeypatch, *, shell=True):
    monkeypatch.setattr(api_connection, "licence_of", lambda _: Licence(standing))
    session = SimpleNamespace(server=Server("esxi1.example", "root", writes=writes))
    opened = (lambda _: SHELL) if shell else None
    return api_connection.ApiConnection(
        session, deadline_s=1.0, cancelled=threading.Event(), open_shell=opened
    )


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


WRITER = {"api_writer", "api_files", "api_machines"}
MODEL_VERBS = ("create", "destroy", "_reconfigure", "power_on")
BEYOND_THE_WRITER = {
    "api_connection.run": "what the writer of the API goes through",
    "api_connection.remove_inventory_folder": "a folder of the inventory, which only a vCenter has",
    **{
        f"api_model.{verb}": "it is made by the writer of the API alone (ApiWriter.model_place)"
        for verb in MODEL_VERBS
    },
    "screenshot.take_picture": "refuses a host that is not changed by its API",
}
"""Where the API is asked to change something beside its own writer, and why that may be."""


def changing(module):
    """The functions that ask a session for a change, or a server for a task."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    methods = [part for each in body if isinstance(each, ast.ClassDef) for part in each.body]
    for function in (part for part in (*body, *methods) if isinstance(part, ast.FunctionDef)):
        calls = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
        if any(call.endswith(("session.change", "server.run", "self.run")) for call in calls):
            yield f"{module.stem}.{function.name}"


def test_a_free_hosts_api_is_asked_to_change_nothing_by_whatever_comes():
    """A new caller stands here with its reason, or goes through the writer."""
    modules = sorted(Path(api_connection.__file__).parent.glob("*.py"))
    found = {name for module in modules if module.stem not in WRITER for name in changing(module)}
    assert found == BEYOND_THE_WRITER.keys()
