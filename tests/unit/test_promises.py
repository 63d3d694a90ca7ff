"""The table of promises names lines and tests that are still there; `make promises` breaks these lines."""

from __future__ import annotations

import ast

import pytest

from tests.broken_promises import broken
from tests.promises import PROMISES, ROOT, missing

SIDES = [side for promise in PROMISES for side in promise.sides]


def test_every_line_and_test_is_there_once():
    assert missing() == []


def test_there_are_eight_promises_each_with_a_side():
    assert len(PROMISES) == 8
    assert all(promise.sides for promise in PROMISES)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: f"{side.file}-{side.test_name}")
def test_a_broken_line_is_another_program(side):
    sound = (ROOT / side.file).read_text(encoding="utf-8")
    assert ast.dump(ast.parse(broken(sound, side))) != ast.dump(ast.parse(sound))


def test_what_is_no_longer_there_is_told(tmp_path):
    for side in SIDES:
        for name in (side.file, side.test_file):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("", encoding="utf-8")
    assert len(missing(tmp_path)) >= 2 * len(SIDES)
