"""The scene of a group's drills, for tests that need no guest."""

from __future__ import annotations

from esxlab.drills.registry import PLACES
from esxlab.scenarios import build_lab


def scene_of(spec):
    lab = build_lab(spec, phrase="sesame")
    return PLACES[spec.scenario](spec, lab, lab)
