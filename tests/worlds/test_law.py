"""The law itself, the array, and how a world is made smaller: without a school."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from esxlab import texts
from tests.worlds import known
from tests.worlds.arrays import TELLING, all_pairs, pairs_of, possible, worlds
from tests.worlds.dimensions import DIMENSIONS, fit
from tests.worlds.known import Known, is_known
from tests.worlds.law import Surprise, judge
from tests.worlds.life import Seen, Step
from tests.worlds.names import DRAWN, drawn_name
from tests.worlds.obstacles import OBSTACLES
from tests.worlds.report import Lived
from tests.worlds.room import said
from tests.worlds.shrink import shrunk
from tests.worlds.tables import PAGE, with_tables
from tests.worlds.world import DEFAULT, DIMENSION_NAMES, from_json, to_json

REFUSED = Step(
    "plan | x",
    ("plan",),
    6,
    'the model is away: modeleD9 {"fix": "bring it back"}',
    named=("modeleD9",),
    remedy="bring it back",
)
GREEN = Step("provision", ("provision",), 0, "done", changes=("CreateVM_Task",))
BREACHES = {
    "a traceback": replace(GREEN, status=1),
    "no end": replace(GREEN, status=-9),
    "green doctor and a failure": replace(GREEN, status=7),
    "doctor is green before an obstacle": replace(REFUSED, name="doctor | x", status=0),
    "plan is green before an obstacle": replace(REFUSED, status=0),
    "the object is not named": replace(REFUSED, named=("modeleD10",)),
    "no remedy": replace(REFUSED, said="the model is away: modeleD9"),
    "the remedy is another one": replace(REFUSED, remedy="make a new one"),
    "a change and then a refusal": replace(REFUSED, name="provision | x", changes=("MakeDirectory",)),
    "a remedy that does not help": replace(GREEN, name="plan cured | x", status=6),
    "looking changed something": replace(GREEN, name="verify"),
    "traces are left": replace(GREEN, name="teardown", apart="a file more"),
    "the incident never happened": replace(GREEN, name="provision in trouble", struck=False),
    "a second plan is not empty": Step(
        "plan again", ("plan",), 0, "", {"changes": 1, "groups": [{"actions": [{"text": "restart"}]}]}
    ),
}


@pytest.mark.parametrize("kind", BREACHES)
def test_each_breach_is_seen(kind):
    assert [surprise.kind for surprise in judge(Seen(DEFAULT, [BREACHES[kind]]))] == [kind]


def test_of_a_known_surprise_only_the_very_command_is_excused(monkeypatch):
    surprise = Surprise("a change and then a refusal", "provision | no line is free", "MakeDirectory")
    monkeypatch.setattr(known, "KNOWN", (Known(surprise.kind, surprise.command, "a reason"),))
    assert is_known(surprise)
    assert not is_known(surprise._replace(command="doctor | no line is free"))
    assert not is_known(surprise._replace(command="plan cured | no line is free"))


def test_what_was_said_surprises_nobody():
    unforeseeable = replace(GREEN, name="provision in trouble", status=7)
    assert judge(Seen(DEFAULT, [GREEN, REFUSED, unforeseeable])) == ()


def test_a_name_is_named_however_its_accents_are_composed():
    step = replace(REFUSED, remedy="x", said='no model mode\u0300le {"fix": "x"}', named=("mod\u00e8le",))
    assert judge(Seen(DEFAULT, [step])) == ()


def test_a_quotation_mark_in_a_name_is_read_in_json_too():
    finished = SimpleNamespace(out='{"text": "no model a\\"b\\\\c", "fix": "x"}', err="")
    assert 'no model a"b\\c' in said(finished)


def test_a_dimension_is_a_field_and_a_table_with_sources():
    assert set(DIMENSION_NAMES) == DIMENSIONS.keys()
    for dimension, values in DIMENSIONS.items():
        assert getattr(DEFAULT, dimension) in values, dimension
        assert all(value.source for value in values.values()), dimension
    assert all(obstacle.source for obstacle in OBSTACLES.values())


def test_the_array_has_every_pair_and_every_obstacle_beside_every_telling_value():
    """`python -m tests.worlds --draw` makes it anew."""
    found = worlds()
    assert all(fit(world.values) for world in found)
    assert all_pairs() - pairs_of(found) == set()
    for name, obstacle in OBSTACLES.items():
        wanted = {(d, w.values[d]) for w in found if possible(obstacle, w) for d in TELLING}
        met = {(d, w.values[d]) for w in found if name in w.obstacles for d in TELLING}
        assert wanted - met == set(), name


@pytest.mark.parametrize("name", OBSTACLES)
def test_what_takes_an_obstacle_away_is_a_remedy_that_esxlab_tells(name):
    """In both languages; that it is told of this obstacle, and helps, its worlds see."""
    for language, words in enumerate(OBSTACLES[name].remedy):
        fixes = (pair[language] for key, pair in texts.catalogue().items() if key.endswith(".fix"))
        told = {"`no {line}`", "`no {held}`"} if words.startswith("`no ") else {words}
        told = {each.replace("Loopback9", "{other}") for each in told}
        assert any(each in fix for fix in fixes for each in told), words


def test_a_world_goes_through_a_file():
    for world in worlds():
        assert from_json(to_json(world)) == world


def test_names_are_drawn_alike_and_are_names():
    drawn = {drawn_name(number, turn) for number in range(5) for turn in range(len(DRAWN))}
    assert drawn == {drawn_name(number, turn) for number in range(5) for turn in range(len(DRAWN))}
    assert all(0 < len(name) <= 80 and name == name.strip() and name.isprintable() for name in drawn)


def test_a_world_is_made_smaller_as_long_as_it_surprises():
    world = replace(DEFAULT, language="fr", console="ASCII", webs="three", obstacles=("NVI", "VRF"))
    surprise = Surprise("a traceback", "doctor", "")

    def live_again(smaller):
        found = (surprise,) if smaller.language == "fr" and smaller.console == "ASCII" else ()
        return Lived(smaller, 1, found)

    found = shrunk(Lived(world, 1, (surprise,)), lives=40, live_again=live_again)
    assert found == replace(DEFAULT, language="fr", console="ASCII")


def test_the_page_has_every_dimension_obstacle_and_known_surprise():
    """`python -m tests.worlds.tables` writes them anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text
