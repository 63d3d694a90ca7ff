"""Which servers a board watches: only those whose login is at hand; of the others it says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.vsphere import watch
from esxlab.cli.watching import watching
from tests.group_specs import group_spec


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("ESXLAB_VSPHERE_PASSWORD", raising=False)
    monkeypatch.setattr(watch, "begin_watch", None)  # whoever is asked here is a fault


@pytest.mark.parametrize(
    ("api", "ask", "password", "code"),
    [
        ("use", True, "", "secret.missing"),
        ("use", False, "known", "board.not_asked"),
        ("none", True, "known", "board.no_api"),
    ],
)
def test_a_server_that_cannot_be_asked_is_left_alone_and_says_why(api, ask, password, code):
    spec = group_spec()
    server = replace(spec.site.server, api=api)
    spec = replace(spec, site=replace(spec.site, server=server))
    login = Credentials({"vsphere": password} if password else {}, keyring=lambda _: "")
    with watching("c", [spec, spec], login, sim=False, ask=ask) as found:
        ((host, seen),) = found.items()
    assert (host, seen.standing.standing, seen.standing.trouble.code) == (server.host, "unasked", code)
    assert seen.machines == {}
