"""The screen: results apart from the rest, signs that can be printed, no colour where it is not wanted."""

from __future__ import annotations

import io

import pytest

from esxlab import texts
from esxlab.show.console import Screen
from esxlab.show.glyphs import ASCII, UNICODE, glyphs_for
from esxlab.show.words import count, duration, numbers, verdict


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def stream(encoding: str) -> tuple[io.BytesIO, io.TextIOWrapper]:
    raw = io.BytesIO()
    return raw, io.TextIOWrapper(raw, encoding=encoding, newline="\n")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "no-such-encoding"])
def test_signs_fall_back(encoding: str) -> None:
    assert glyphs_for(encoding) == ASCII


def test_signs_stay_where_they_can() -> None:
    assert glyphs_for("utf-8") == UNICODE


def test_a_sign_that_cannot_be_printed_does_not_crash() -> None:
    raw, out = stream("cp1252")
    screen = Screen(out, stream("ascii")[1])
    screen.result(f"échec {UNICODE.ok}")
    assert raw.getvalue() == "échec ?\n".encode("cp1252")
    assert screen.glyphs == ASCII


def test_control_characters_of_a_router_do_not_steer_the_terminal() -> None:
    out = io.StringIO()
    Screen(out, io.StringIO()).result("% Invalid\x1b[2J input\x07\x9b5m\r\n")
    assert out.getvalue() == "% Invalid\\x1b[2J input\\x07\\x9b5m\n"


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    text = "✔ ok  `esxlab plan`"

    def written(*, colour: bool) -> str:
        out = Terminal()
        Screen(out, Terminal(), colour=colour).result(text)
        return out.getvalue()

    assert "\x1b[" in written(colour=True)
    assert written(colour=False) == f"{text}\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert written(colour=True) == f"{text}\n"


def test_quiet_keeps_results_and_errors() -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, quiet=True)
    screen.note("by the way")
    screen.result("a result")
    screen.complain("an error")
    assert (out.getvalue(), err.getvalue()) == ("a result\n", "an error\n")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (42.4, "42 s"),
        (59.7, "1 min 00 s"),
        (185, "3 min 05 s"),
        (7620, "2 h 07 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_counting_in_two_languages() -> None:
    texts.set_language("en")
    assert [count("count.group", n) for n in (0, 1, 2)] == ["0 groups", "1 group", "2 groups"]
    texts.set_language("fr")
    assert [count("count.group", n) for n in (0, 1, 2)] == ["0 groupe", "1 groupe", "2 groupes"]
    texts.set_language("en")


def test_small_words() -> None:
    assert numbers([7, 1, 2, 3]) == "1-3,7"
    assert verdict("failed", ASCII) == "X failed"
