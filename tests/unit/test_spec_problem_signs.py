"""Each problem of a spec stands behind the sign of a failure, wherever they are told."""

from __future__ import annotations

from esxlab.show.glyphs import ASCII
from esxlab.show.words import failed_lines
from esxlab.spec.problems import SpecProblem, SpecProblems


def test_the_second_problem_has_its_sign_too() -> None:
    problems = SpecProblems((SpecProblem("E104", "a.yaml"), SpecProblem("E104", "b.yaml")))
    told = failed_lines(problems, ASCII).splitlines()
    assert [line.split(":")[0] for line in told if ".yaml" in line] == ["X a.yaml", "X b.yaml"]
    assert told[-1] == "2 problems in the spec; nothing was done."
