"""What a machine's state says of its password, and what follows from it."""

from __future__ import annotations

import pytest

from esxlab.lab.identity import GroupId
from esxlab.lab.password import (
    MODEL,
    MODEL_PASSWORD,
    PasswordName,
    PasswordState,
    password_at_birth,
    read_password_state,
)

GROUP = GroupId("sio2", 7)
FIRST, SECOND = PasswordName(GROUP, 0, "a1b2c3d4"), PasswordName(GROUP, 1, "a1b2c3d4")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (MODEL_PASSWORD, ""),
        (PasswordState(MODEL, FIRST), "model 0@a1b2c3d4"),
        (PasswordState(FIRST), "0@a1b2c3d4"),
        (PasswordState(FIRST, SECOND), "0@a1b2c3d4 1@a1b2c3d4"),
        (PasswordState(SECOND, MODEL), "1@a1b2c3d4 model"),
    ],
)
def test_a_mark_is_read_as_it_was_written(state, text) -> None:
    assert str(state) == text
    assert read_password_state(text, GROUP) == state


@pytest.mark.parametrize(
    "text", ["x", "0@", "0@A1B2C3D4", "-1@a1b2c3d4", "model model model", "0@a1b2c3d4 x"]
)
def test_a_mark_that_nobody_can_read_is_none(text) -> None:
    assert read_password_state(text, GROUP) == MODEL_PASSWORD


def test_a_new_machine_may_have_the_models_password_or_the_wanted_one() -> None:
    assert password_at_birth(FIRST).names == (MODEL, FIRST)
    assert password_at_birth(MODEL).names == (MODEL,)


def test_one_password_may_be_tried_and_two_only_while_one_is_pending() -> None:
    assert PasswordState(FIRST).names == (FIRST,)
    assert PasswordState(FIRST, SECOND).names == (FIRST, SECOND)
