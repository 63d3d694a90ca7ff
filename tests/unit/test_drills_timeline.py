"""The arithmetic of what a client got: gaps, losses, changes of who answers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from esxlab.drills.timeline import (
    DoneStep,
    Sample,
    entries,
    holder,
    longest_gap,
    longest_pause,
    longest_seen_gap,
    lost,
    spells,
    watched,
    window,
)


def stream(text, *, period=0.2, why="silent"):
    """`11..2`: SRV1 twice, nobody twice, SRV2 once; a request every 0.2 s from second 100 on."""
    names = {"1": "SRV1", "2": "SRV2", ".": ""}
    return [Sample(100 + period * i, names[sign], "" if names[sign] else why) for i, sign in enumerate(text)]


FAILOVER = stream("1111.....2222")


def test_a_gap_is_from_the_first_lost_request_to_the_next_answered_one():
    assert round(longest_gap(FAILOVER), 3) == 1.0
    assert lost(FAILOVER) == 5


def test_the_longest_of_several_gaps_counts():
    assert round(longest_gap(stream("1..1....2.1")), 3) == 0.8
    assert longest_gap(stream("1221")) == 0.0
    assert longest_gap([]) == 0.0


def test_what_nobody_asked_nobody_knows():
    assert longest_pause([Sample(at, "SRV1") for at in (0.0, 0.2, 3.2, 3.4)]) == 3.0
    assert longest_pause([]) == 0.0
    assert round(watched([Sample(at, "SRV1") for at in (0.0, 0.2, 9.2, 9.4)]), 3) == 2.9


def test_a_gap_that_does_not_end_lasts_to_the_last_request():
    assert round(longest_gap(stream("11....")), 3) == 0.6


def test_of_a_gap_that_was_not_watched_to_its_end_only_what_was_seen_is_sure():
    samples = [*stream("11..."), Sample(130.0, "SRV2")]  # the client was not heard for half a minute
    assert round(longest_gap(samples), 3) == 29.6
    assert round(longest_seen_gap(samples), 3) == 0.4
    assert longest_seen_gap(stream("1221")) == 0.0


def test_spells_are_the_changes_of_who_answers():
    found = [(spell.who, spell.requests, spell.why) for spell in spells(FAILOVER)]
    assert found == [("SRV1", 4, ""), ("", 5, "silent"), ("SRV2", 4, "")]
    assert spells([]) == []


def test_the_commonest_reason_names_a_gap():
    mixed = [*stream("..", why="refused"), *stream("...", why="silent")]
    assert spells(mixed)[0].why == "silent"


def test_the_holder_is_who_answered_all_of_the_last_requests():
    assert holder(FAILOVER, 4) == "SRV2"
    assert holder(FAILOVER, 5) == ""  # one of them was lost
    assert holder(stream("1212"), 2) == ""
    assert holder(stream("11"), 3) == ""  # too few to tell
    assert holder([], 1) == ""


def test_a_window_has_its_beginning_and_not_its_end():
    assert [s.at for s in window(stream("1111", period=1), 101, 103)] == [101, 102]


def test_the_time_line_counts_from_the_failure_and_keeps_the_order():
    lines = entries(FAILOVER, [DoneStep(100.75, 100.78, "card out")], zero=100.75)
    assert [(line.kind, line.who or line.text) for line in lines] == [
        ("answer", "SRV1"),
        ("step", "card out"),
        ("answer", ""),
        ("answer", "SRV2"),
    ]
    assert lines[1].at_s == 0
    assert round(lines[2].at_s, 2) == 0.05


@given(st.text("12.", max_size=40))
def test_spells_account_for_every_request_and_all_the_time(text):
    samples = stream(text)
    found = spells(samples)
    assert sum(spell.requests for spell in found) == len(text)
    assert sum(spell.requests for spell in found if not spell.who) == lost(samples)
    assert all(a.until == b.since and a.who != b.who for a, b in pairwise(found))
    if samples:
        assert (found[0].since, found[-1].until) == (samples[0].at, samples[-1].at)
