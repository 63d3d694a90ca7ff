"""A class on hosts with the free licence: everything goes over SSH, and nothing is changed by their API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.borrowed import borrows
from tests.classroom import classroom

pytestmark = [pytest.mark.scenario, borrows("busybox")]
SPEC = Path(__file__).parents[2] / "specs" / "tp-free.yaml"


def test_a_free_host_carries_a_lab_from_nothing_to_nothing(tmp_path):
    """Two hosts of the shipped class; the other ten are not asked for."""
    spec = tmp_path / "tp-free.yaml"
    spec.write_text(SPEC.read_text(encoding="utf-8").replace("1-12", "1-2"), encoding="utf-8")
    with classroom(spec, tmp_path / "room", licence="free") as room:
        nothing = room.picture()
        assert "SSH" in room.must("plan").err
        room.must("provision", "--yes")
        verdict = room.must("verify", "--output", "json").document
        assert {check["verdict"] for group in verdict["groups"] for check in group["checks"]} == {"ok"}
        again = room.must("provision", "--yes", "--output", "json").document
        assert {group["result"] for group in again["groups"]} == {"nothing"}
        room.must("teardown", "--all", "--yes")
        assert room.picture() == nothing
        assert room.changes() == []
