"""What a machine's mark says of its password, and what follows from it."""

from __future__ import annotations

import pytest

from esxlab.lab.identity import GroupId
from esxlab.lab.password import MODEL, UNMARKED, PasswordMark, PasswordName, mark_at_birth, read_mark

GROUP = GroupId("sio2", 7)
FIRST, SECOND = PasswordName(GROUP, 0, "a1b2c3d4"), PasswordName(GROUP, 1, "a1b2c3d4")


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (UNMARKED, ""),
        (PasswordMark(MODEL, FIRST), "model 0@a1b2c3d4"),
        (PasswordMark(FIRST), "0@a1b2c3d4"),
        (PasswordMark(FIRST, SECOND), "0@a1b2c3d4 1@a1b2c3d4"),
        (PasswordMark(SECOND, MODEL), "1@a1b2c3d4 model"),
    ],
)
def test_a_mark_is_read_as_it_was_written(mark, text) -> None:
    assert str(mark) == text
    assert read_mark(text, GROUP) == mark


@pytest.mark.parametrize(
    "text", ["x", "0@", "0@A1B2C3D4", "-1@a1b2c3d4", "model model model", "0@a1b2c3d4 x"]
)
def test_a_mark_that_nobody_can_read_is_none(text) -> None:
    assert read_mark(text, GROUP) == UNMARKED


def test_a_new_machine_may_have_the_models_password_or_the_wanted_one() -> None:
    assert mark_at_birth(FIRST).names == (MODEL, FIRST)
    assert mark_at_birth(MODEL).names == (MODEL,)


def test_one_password_may_be_tried_and_two_only_while_one_is_pending() -> None:
    assert PasswordMark(FIRST).names == (FIRST,)
    assert PasswordMark(FIRST, SECOND).names == (FIRST, SECOND)
