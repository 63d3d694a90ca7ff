"""A stick that is carried twice: the plans out and back by one command, exactly these by another one."""

from __future__ import annotations

import io
import threading
from datetime import UTC, datetime, timedelta

import pytest

from esxlab.cli.fleet_plans import ask_for_plans, carry_out, take_up_plans
from esxlab.cli.fleet_session import Asked, OpenFleet, Ways, open_fleet
from esxlab.cli.options import Shown
from esxlab.errors import LabError
from esxlab.show.console import Screen
from esxlab.sites.centre import Centre
from esxlab.sites.folder import Folder
from esxlab.sites.runner import run_site
from tests.centre import PROGRAM, SITE, School

NOTHING = Asked("", False, "", "", None)


@pytest.fixture
def school(tmp_path):
    made = School(tmp_path, now=datetime.now(UTC))
    made.write(SITE.format(centre=made.fleet.centre).replace(', hours: "08:00-18:00"', ""))
    yield made
    made.desk.close()


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "stick"


@pytest.fixture
def shown():
    return Shown(Screen(io.StringIO(), io.StringIO()), "table")


def opened(school, stick):
    """Each command of the centre is a process of its own: nothing is left of the one before but files."""
    return OpenFleet(school.fleet, Centre(school.fleet, Folder.of_centre(stick)), wait_s=0)


def asked(sites="lycee-a,lycee-b"):
    return Asked(sites, False, "sio2", "1-2", None)


def carry(school, stick):
    school.now = datetime.now(UTC)
    run_site(
        Folder.of_site(stick, "lycee-a"),
        school.open(),
        school.job_store,
        threading.Event(),
        away=pytest.fail,
        once=True,
    )


def send(school, stick, shown, name, verb="provision"):
    centre = opened(school, stick)
    plans = take_up_plans(centre, verb, name, shown)
    return carry_out(centre, plans, NOTHING, shown, dry_run=False, yes=True)


def test_the_plans_that_came_back_are_sent_and_done_by_the_stick_itself(school, stick, shown):
    plans = ask_for_plans(opened(school, stick), "provision", asked(), shown)
    assert plans.ready == {}
    carry(school, stick)
    assert send(school, stick, shown, plans.request.name) == 8  # nobody has done it yet
    carry(school, stick)
    looked, done = school.ran()
    assert "--dry-run" in looked
    assert done[done.index("--plan") + 1] == "0" * 16
    assert done[done.index("--group") + 1] == "1-2"
    centre = opened(school, stick)
    (heard,) = centre.wait(centre.take_up("", shown), shown)
    assert (heard.site, heard.answer.state, heard.answer.code) == ("lycee-a", "ended", 0)


def test_plans_are_sent_once_and_only_by_the_verb_that_asked_for_them(school, stick, shown):
    name = ask_for_plans(opened(school, stick), "provision", asked(), shown).request.name
    with pytest.raises(LabError) as other:
        send(school, stick, shown, name, "teardown")
    assert other.value.code == "site.no_plans"
    carry(school, stick)
    send(school, stick, shown, name)
    with pytest.raises(LabError) as twice:
        send(school, stick, shown, name)
    assert twice.value.code == "site.plans_sent"
    sent = opened(school, stick).centre.requests.load("")
    assert (twice.value.facts["sent"], set(sent.runs)) == (sent.name, {"lycee-a"})
    with pytest.raises(LabError) as change:  # what carries plans out has none to be sent
        send(school, stick, shown, sent.name)
    assert change.value.code == "site.no_plans"


def test_nothing_is_sent_while_no_plan_has_come(school, stick, shown):
    name = ask_for_plans(opened(school, stick), "teardown", asked(), shown).request.name
    assert send(school, stick, shown, name, "teardown") == 8
    assert opened(school, stick).centre.requests.load("").name == name


@pytest.mark.parametrize(("by_stick", "life"), [(True, timedelta(days=7)), (False, timedelta(hours=2))])
def test_what_a_stick_carries_is_good_for_a_week(school, stick, by_stick, life):
    with open_fleet(Ways(school.fleet.directory, stick, 0)) as carried:
        request = (carried if by_stick else opened(school, stick)).ask("status", asked())
    assert request.expires - request.sent == life


def test_jobs_on_a_stick_are_done_in_the_order_in_which_the_centre_wrote_them(school, stick):
    verbs = ["status", "doctor", "plan", "verify"] * 2
    for verb in verbs:
        opened(school, stick).ask(verb, asked("lycee-a"))
    carry(school, stick)
    assert [words[0] for words in school.ran()] == verbs


def test_a_stick_that_is_replayed_in_another_order_is_answered_and_nothing_is_done_again(school, stick):
    for verb in ("status", "verify", "doctor"):
        opened(school, stick).ask(verb, asked("lycee-a"))
    place = stick / "jobs" / "lycee-a"
    kept = sorted((path.name, path.read_bytes()) for path in place.iterdir())
    carry(school, stick)
    for (name, _), (_, content) in zip(kept, reversed(kept), strict=True):
        (place / name).write_bytes(content)
    for path in (stick / "answers").rglob("*.json"):
        path.unlink()
    carry(school, stick)
    assert len(school.ran()) == 3
    assert len(list((stick / "answers").rglob("*.json"))) == 3
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("groups", "asked_for"),
    [([1, 2, 5], "1-2,5"), ([-5, 0, 1000, 7], "7"), (list(range(1, 400, 2)), "1-2"), ([], "1-2")],
)
def test_a_change_names_the_groups_of_its_plan(school, stick, shown, groups, asked_for):
    document = str([{"group": number} for number in groups])
    (school.directory / "program.py").write_text(PROGRAM.replace('"groups": []', f'"groups": {document}'))
    name = ask_for_plans(opened(school, stick), "provision", asked(), shown).request.name
    carry(school, stick)
    send(school, stick, shown, name)
    sent = opened(school, stick).centre.requests.load("")
    assert sent.job_of("lycee-a").groups == asked_for


def test_a_plan_whose_checksum_is_none_is_not_sent_and_keeps_nothing_from_the_others(school, stick, shown):
    (school.directory / "program.py").write_text(PROGRAM.replace('"0" * 16', '"none"'))
    name = ask_for_plans(opened(school, stick), "provision", asked(), shown).request.name
    carry(school, stick)
    assert take_up_plans(opened(school, stick), "provision", name, shown).ready == {}
