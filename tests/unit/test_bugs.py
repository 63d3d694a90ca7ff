"""A bug as data: what passes, what is told, and that nothing of it can harm a terminal or show a secret."""

from __future__ import annotations

import json
import threading

import pytest

from esxlab.bugs import LONGEST, attempt, failure_of
from esxlab.checks.base import Answer, Check
from esxlab.engine.ask import Asking
from esxlab.engine.parallel import parallel_map
from esxlab.engine.run import Announcer
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.plain import keep_secret, last_words, without_secrets
from tests.unit.guests_asked import only_guests


class Mute(Exception):  # noqa: N818 - a foreign one
    def __str__(self) -> str:
        raise ValueError


def throw(error: BaseException) -> None:
    raise error


def raised(error: BaseException) -> BaseException:
    try:
        throw(error)
    except BaseException as caught:  # noqa: BLE001 - to have its traceback
        return caught


def test_an_error_of_ours_is_itself_and_keeps_its_place() -> None:
    error = LabError("school.down", where="group 1")
    assert failure_of(error) is error
    assert failure_of(error, where="group 2").where == "group 1"


@pytest.mark.parametrize("request_", [KeyboardInterrupt, SystemExit])
def test_who_asks_to_leave_leaves(request_) -> None:
    with pytest.raises(request_):
        attempt(lambda: throw(request_()))


@pytest.mark.parametrize("error", [Mute(), KeyError("x"), ExceptionGroup("two", [ValueError("\x9b1m")])])
def test_whatever_it_is_it_can_be_told(error, met_bugs) -> None:
    failure = failure_of(raised(error))
    assert failure.code == "bug.unexpected"
    assert failure.facts["kind"] == type(error).__name__
    (bug,) = met_bugs
    assert "raise error" in bug.traceback
    for text in (failure.detail, bug.traceback, str(failure)):
        assert all(sign.isprintable() or sign in "\n\t" for sign in text)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "local.memory"),
        (RuntimeError("can't start new thread"), "local.processes"),
        (OSError(24, "Too many open files"), "local.files"),
    ],
)
def test_what_this_computer_lacks_is_no_bug(error, code) -> None:
    failure = failure_of(error, where="group 1")
    assert (failure.code, failure.where) == (code, "group 1")


def test_a_message_without_end_is_cut(met_bugs) -> None:
    failure = failure_of(raised(ValueError("x" * 10_000_000)))
    assert len(failure.detail) < 400
    assert len(met_bugs[0].traceback) < LONGEST + 100


def test_secrets_that_were_asked_for_are_hidden_in_every_guise(met_bugs) -> None:
    secret = keep_secret("hunter<&'\"\\é?=pw")
    said = f"{secret} {secret!r} {json.dumps(secret)} {json.dumps(secret, ensure_ascii=False)}"
    failure = failure_of(raised(ValueError(said)))
    for text in (failure.detail, met_bugs[0].traceback, without_secrets(said)):
        assert "hunter" not in text
    assert without_secrets("a word") == "a word"


@pytest.mark.parametrize("between", ["", "\n" * 4000, "\n x" * 9000], ids=["near", "blank", "far"])
@pytest.mark.parametrize("cut", range(0, 320, 7))
def test_no_part_of_a_secret_is_left_where_last_words_begin(cut, between) -> None:
    """A guest or a router that repeats what it was told chooses where in its words the secret stands."""
    secret = keep_secret("0123456789abcdefghijklmnopqrstuvwxyz"[::-1])
    said = last_words(f"zz{secret}{between}{'.' * cut}")
    assert not any(secret[start : start + 4] in said for start in range(len(secret) - 4))


def test_questions_side_by_side_are_answered_whatever_one_of_them_raises(met_bugs) -> None:
    answers = parallel_map(lambda number: 6 // number, (1, 0, 3), workers=2)
    assert [a if isinstance(a, int) else a.code for a in answers] == [6, "bug.unexpected", 2]
    assert len(met_bugs) == 1


class Evil(Check):
    name = "page-outside"
    error: BaseException = EOFError()
    mute = False

    def describe(self) -> str:
        if self.mute:
            raise IndexError
        return "page?"

    def ask(self, backends, *, wait_s=0.0):
        raise self.error


class Good(Check):
    name = "page-outside"

    def describe(self) -> str:
        return "page?"

    def ask(self, backends, *, wait_s=0.0):
        return Answer("ok", "SRV1")


class Mumbling(Evil):
    mute = True


@pytest.mark.parametrize(("kind", "told"), [(Evil, "page-outside"), (Mumbling, "-")])
def test_a_check_that_raises_is_an_answer_and_the_others_are_asked(kind, told, met_bugs) -> None:
    one, two = GroupId("t", 1), GroupId("t", 2)
    asking = Asking(only_guests(), Announcer([]), threading.Event(), wait_s=0)
    results = asking.ask_all({one: (kind(group=one),), two: (Good(group=two),)}, workers=2)
    verdicts = {result.group: result.answer.verdict for result in results}
    assert verdicts == {1: "error", 2: "ok"}
    assert (results[0].answer.error.code, results[0].check) == ("bug.unexpected", told)
