"""What breaks under a fleet: sticks, disks, a site.yaml that is being edited, queues that are full."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.cli.fleet_session import Asked, OpenFleet
from esxlab.cli.options import Shown
from esxlab.errors import LabError
from esxlab.foreign import json_text
from esxlab.show.console import Screen
from esxlab.show.fleet import render_groups
from esxlab.sites import keys
from esxlab.sites.centre import Centre, Heard
from esxlab.sites.fleet import add_sites, load_fleet, revoke
from esxlab.sites.folder import Folder
from esxlab.sites.job_store import JobStore
from esxlab.sites.messages import Answer, seal
from esxlab.sites.permits import load_permits
from esxlab.sites.runner import run_site
from tests.centre import SITE, School

RUN = "1" * 32
LIMIT_S = 60


@pytest.fixture
def school(tmp_path):
    made = School(tmp_path)
    yield made
    (made.directory / "hold").unlink(missing_ok=True)
    made.desk.close()


@pytest.fixture
def stick(school, tmp_path):
    """A stick with one job on it; the school's end of it."""
    Folder.of_centre(tmp_path / "stick").send("lycee-a", RUN, school.sealed(school.job()))
    return Folder.of_site(tmp_path / "stick", "lycee-a")


def run_in_thread(school, post, **how):
    """A runner; its last word, if it ends with an error, is in the list too."""
    stop, away = threading.Event(), []

    def run():
        try:
            run_site(post, school.desk, school.job_store, stop, away=away.append, **how)
        except LabError as error:
            away.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, stop, away


def wait_for(condition):
    tick = threading.Event()
    for _ in range(LIMIT_S * 50):
        if condition():
            return
        tick.wait(0.02)
    raise AssertionError(condition)


def test_a_job_that_came_while_site_yaml_was_broken_is_done_when_it_is_whole_again(school, stick):
    school.write("site: [")
    thread, stop, away = run_in_thread(school, stick)
    wait_for(lambda: away)
    assert away[0].code == "site.file"
    school.write(SITE.format(centre=school.fleet.centre))
    wait_for(school.ran)
    stop.set()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


def test_what_is_said_of_a_broken_site_yaml_quotes_none_of_it(school):
    """The centre reads it: a broker's password may stand in that line."""
    school.write("broker: amqp://lycee:Kanarienvogel@host: [x")
    with pytest.raises(LabError) as error:
        load_permits(school.directory)
    assert "Kanarienvogel" not in error.value.detail
    assert error.value.detail.startswith("1: ")


def test_with_once_a_stick_that_is_pulled_is_an_end(school, stick, tmp_path):
    (school.directory / "hold").touch()
    thread, _, away = run_in_thread(school, stick, once=True)
    wait_for(school.ran)
    (tmp_path / "stick").rename(tmp_path / "pulled")
    (tmp_path / "stick").mkdir()  # the mount point, now empty
    (school.directory / "hold").unlink()
    thread.join(LIMIT_S)
    assert not thread.is_alive()
    assert {error.code for error in away} == {"site.away"}
    assert list((tmp_path / "stick").iterdir()) == []  # nothing is written beside the stick
    assert [path.stem for _, path in school.job_store.outbox()][-1] == f"{RUN}-1"


def test_a_job_that_broke_does_not_keep_once_for_ever(school, stick, monkeypatch, met_bugs):
    def broken(*_args, **_facts):
        raise RuntimeError("bug")

    monkeypatch.setattr(type(school.desk._performer), "perform", broken)
    thread, _, _ = run_in_thread(school, stick, once=True)
    thread.join(LIMIT_S)
    assert not thread.is_alive()
    monkeypatch.undo()
    school.open().hear(school.sealed(school.job()))  # the centre asks again, and it goes on
    school.finish()
    assert (len(school.ran()), len(met_bugs)) == (1, 1)


def test_news_that_cannot_be_kept_do_not_leave_the_command_alone(school, monkeypatch):
    (school.directory / "hold").touch()
    kept, says = JobStore.answer, []

    def full_in_the_middle(job_store, answer, content, **how):
        says.append(answer.state)
        if says == ["running", "running"]:
            (school.directory / "hold").unlink()
            raise LabError("local.unwritten", where="state", detail="No space left on device")
        kept(job_store, answer, content, **how)

    monkeypatch.setattr(JobStore, "answer", full_in_the_middle)
    monkeypatch.setattr("esxlab.sites.performing._Progress.tell", lambda _, tell: tell({"1": "running"}))
    school.hear(school.job("verify"))
    school.finish()
    assert (says[-1], school.answers()[-1].code) == ("ended", 0)


def test_a_run_of_which_the_disk_has_left_half_is_refused_and_stops_no_other(school):
    school.job_store.take(school.job())
    (school.directory / "state" / "runs" / f"{RUN}.json").write_text('{"job": {')
    (school.directory / "state" / "newest.json").write_text("{")
    school.open().resume()
    school.hear(school.job())
    school.hear(school.job("doctor", run="2" * 32))
    school.finish()
    assert [answer.reason for answer in school.answers()] == ["site.state"]
    assert [words[0] for words in school.ran()] == ["doctor"]


def test_an_offer_that_names_no_class_is_for_the_only_one(school):
    text = "class: sio2\n"
    one = SITE.format(centre=school.fleet.centre).replace("  looked-at: {spec: sio2.yaml}\n", "")
    school.write(one)
    digest = hashlib.sha256(text.encode()).hexdigest()
    school.hear(school.job("offer", class_name="", offer=text, spec=digest))
    school.hear(school.job("offer", class_name="other", offer=text, spec=digest, run="2" * 32))
    assert school.job_store.offers() == [("sio2", digest, text)]
    assert school.answers("2" * 32)[0].reason == "site.no_class"


@pytest.mark.parametrize("name", ["lycee-n\n", "Lycee", "", "centre", "a" * 40])
def test_no_name_that_fleet_yaml_cannot_hold_gets_into_it(tmp_path, name):
    add_sites(tmp_path, ("lycee-a",), "")
    with pytest.raises(LabError) as error:
        add_sites(tmp_path, (name,), "")
    assert error.value.code == "site.bad_name"
    assert set(load_fleet(tmp_path).sites) == {"lycee-a"}


class Queues:
    """A post with a queue for lycee-a and none for lycee-b."""

    def __init__(self):
        self.sent = []

    def send(self, to, name, content):
        del name, content
        if to == "lycee-b":
            raise LabError("site.queue", where=to, detail="NO_ROUTE")
        self.sent.append(to)

    def receive(self, wait_s):
        del wait_s

    def close(self):
        pass


@pytest.fixture
def opened(tmp_path):
    fleet = add_sites(tmp_path / "fleet", ("lycee-a", "lycee-b", "lycee-c"), "")
    return OpenFleet(fleet, Centre(fleet, Folder.of_centre(tmp_path / "stick")), wait_s=0)


def waited(opened, request):
    err = io.StringIO()
    return opened.wait(request, Shown(Screen(io.StringIO(), err), "table")), err.getvalue()


def test_a_queue_that_takes_nothing_keeps_nothing_from_the_others(opened):
    centre = Centre(opened.fleet, post := Queues())
    asking = OpenFleet(opened.fleet, centre, wait_s=0)
    request = asking.ask("status", Asked("", True, "", "", 1.0))
    assert post.sent == ["lycee-a", "lycee-c"]
    heard, err = waited(asking, request)
    assert "[site.queue]" in err
    assert "lycee-b" in err
    assert len(heard) == 3
    with pytest.raises(LabError) as error:
        asking.ask("status", Asked("lycee-b", False, "", "", 1.0))
    assert error.value.code == "site.queue"


def answered(opened, request, tmp_path, number=1, state="ended"):
    run, key = request.runs["lycee-a"], opened.fleet.directory / "sites" / "lycee-a" / "site.key"
    told = {"run": run, "site": "lycee-a", "sent": datetime.now(UTC), "release": "1"}
    answer = Answer.model_validate({**told, "number": number, "state": state})
    post = Folder.of_site(Path(tmp_path / "stick"), "lycee-a")
    post.send("centre", f"{run}-{number}", seal(answer, "lycee-a", keys.signing(keys.load_key(key))))


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1)])
def test_answers_that_lie_there_are_read_however_short_the_wait_and_old_the_request(opened, tmp_path, age):
    request = opened.ask("status", Asked("", True, "", "", 1.0))
    answered(opened, request, tmp_path, 0, "running")
    answered(opened, request, tmp_path)
    heard, _ = waited(opened, replace(request, expires=request.expires - age))
    assert heard[0].is_final


def test_who_has_only_begun_is_asked_again_and_an_answer_that_came_late_is_no_wrong_clock(opened, tmp_path):
    request = opened.ask("status", Asked("lycee-a", False, "", "", 1.0))
    answered(opened, request, tmp_path, 0, "running")
    waited(opened, request)
    (job,) = (tmp_path / "stick" / "jobs" / "lycee-a").iterdir()
    job.unlink()
    opened.centre.send(request)
    assert job.exists()
    answered(opened, request, tmp_path)
    (heard,), _ = waited(opened, request)
    assert heard.skew_s == 0
    job.unlink()
    opened.centre.send(request)
    assert not job.exists()


@pytest.mark.parametrize(
    "wrong", [{"groups": "1-x"}, {"groups": "3-1"}, {"class_name": "a/b"}, {"class_name": "x" * 65}]
)
def test_what_no_message_can_carry_is_an_error_of_who_typed_it(opened, wrong):
    asked = {"sites": "", "everyone": True, "class_name": "", "groups": "", "expires_h": 1.0, **wrong}
    with pytest.raises(LabError) as error:
        opened.ask("status", Asked(**asked))
    assert error.value.code in {"spec.groups", "site.bad_request"}


def test_two_of_the_centres_processes_lose_no_last_answer(opened, tmp_path, monkeypatch):
    """One reads what is filed and is slow; the other files the end meanwhile."""
    request = opened.ask("status", Asked("lycee-a", False, "", "", 1.0))
    answered(opened, request, tmp_path, 0, "running")
    slow = opened.centre
    swift = Centre(opened.fleet, Folder.of_centre(tmp_path / "stick"))
    filed, entered, told = slow._filed, threading.Event(), threading.Event()

    def slowly(run):
        found = filed(run)
        entered.set()
        told.wait(1)
        return found

    monkeypatch.setattr(slow, "_filed", slowly)
    thread = threading.Thread(target=slow.collect, args=(1,))
    thread.start()
    assert entered.wait(LIMIT_S)
    answered(opened, request, tmp_path)
    for _ in range(2):
        swift.collect(0)
    told.set()
    thread.join(LIMIT_S)
    monkeypatch.undo()
    assert slow.heard(request)[0].is_final


def test_a_lost_fleet_yaml_is_no_reason_to_replace_the_centres_key(tmp_path):
    add_sites(tmp_path, ("lycee-a",), "")
    key = (tmp_path / "centre" / "centre.key").read_bytes()
    (tmp_path / "fleet.yaml").unlink()
    with pytest.raises(LabError) as error:
        add_sites(tmp_path, ("lycee-b",), "")
    assert error.value.code == "site.fleet_file"
    assert (tmp_path / "centre" / "centre.key").read_bytes() == key


def test_two_who_change_fleet_yaml_at_once_lose_nothing(tmp_path):
    before = add_sites(tmp_path, ("lycee-a", "lycee-b"), "")
    threads = [
        threading.Thread(target=add_sites, args=(tmp_path, (f"lycee-{number}",), "")) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    revoke(before, "lycee-b")  # as it was loaded before all the others
    for thread in threads:
        thread.join(LIMIT_S)
    found = load_fleet(tmp_path)
    assert set(found.sites) == {"lycee-a", *(f"lycee-{number}" for number in range(6))}
    assert set(found.revoked) == {"lycee-b"}


def test_the_groups_of_a_school_are_told_in_the_readers_language():
    told = {"run": RUN, "site": "a", "sent": datetime.now(UTC), "release": "1", "number": 1, "state": "ended"}
    document = {"groups": [{"group": 1, "result": "done"}]}
    heard = Heard("a", Answer.model_validate({**told, "document": document}))
    try:
        texts.set_language("fr", typeset=False)
        assert "fait" in render_groups([heard], width=80)
    finally:
        texts.set_language("en")


@pytest.mark.parametrize(
    "moments",
    [
        {"expires": "0001-01-01T00:00:00+14:00"},
        {"sent": "9999-12-31T23:59:59-14:00", "expires": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_a_moment_that_no_clock_can_show_is_dropped_and_the_next_job_is_done(school, moments):
    text = json_text(school.job(run="2" * 32).model_dump(mode="json", by_alias=True) | moments)
    signature = keys.signing(school.centre_key)(text.encode())
    school.desk.hear(json_text({"signer": "centre", "signature": signature, "signed": text}).encode())
    school.hear(school.job())
    school.finish()
    assert school.notes[0][1].code == "site.malformed"
    assert len(school.ran()) == 1


def test_what_was_asked_while_the_broker_was_away_is_sent_when_it_is_back(opened):
    post, away = Queues(), [True, True]
    send = post.send

    def send_later(to, name, content):
        if away:
            raise LabError("site.away", where="broker", detail=str(away.pop()))
        send(to, name, content)

    post.send = send_later
    asking = OpenFleet(opened.fleet, Centre(opened.fleet, post), wait_s=0.01)
    request = asking.ask("status", Asked("lycee-a,lycee-c", False, "", "", 1.0))
    assert post.sent == []
    heard, err = waited(asking, request)
    assert err.count("[site.away]") == 1
    assert len(heard) == 2
    asking.centre.send(request)
    assert post.sent == ["lycee-a", "lycee-c"]
    post.sent.clear()
    away += [True]
    asking.centre.send(request)
    asking.centre.collect(0)
    asking.centre.collect(0)
    assert post.sent == ["lycee-a", "lycee-c"]  # once
