"""The setup of a group's drills, for tests that need no guest."""

from __future__ import annotations

from esxlab.exercises.registry import build_drills, build_lab


def setup_of(spec):
    lab = build_lab(spec, phrase="sesame")
    return build_drills(spec, wanted=lab, found=lab)[0].setup
