"""A centre and its schools over a folder, by whole commands: one is killed, one is silent, others are odd."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from esxlab.sites import keys
from esxlab.sites.folder import Folder
from esxlab.sites.runner import run_site
from tests.centre import School
from tests.classroom import SPECS, classroom

pytestmark = pytest.mark.scenario
LIMIT_S = 240
CLASS = "classes:\n  demo: {spec: demo.yaml, allow: [provision, teardown]}\n"


class Fleet:
    """A centre with schools `a` (real, on the embedded school), `b`, `c` and `d`, over one folder."""

    def __init__(self, room, directory):
        self.room, self.directory, self.stick = room, directory, directory / "stick"
        self.fleet = directory / "fleet"
        self.must("site", "keys", "a", "b", "c", "d", "--fleet", self.fleet)
        own = self.place("a")
        shutil.copy(SPECS / "demo.yaml", own / "demo.yaml")
        text = (own / "site.yaml").read_text()
        (own / "site.yaml").write_text(text.replace("classes: {}\n", CLASS))

    def place(self, site):
        return self.fleet / "sites" / site

    def must(self, *words, status=0):
        finished = self.room.starter.start(*words).wait()
        assert finished.status == status, f"{words}\n{finished.out}\n{finished.err[-2000:]}"
        return finished

    def run_site(self):
        words = ("site", "run", "a", "--directory", self.place("a"), "--folder", self.stick, "--sim")
        running = self.room.starter.start(*words)
        running.await_said("a takes jobs")
        return running

    def words(self, verb, *words):
        return ("fleet", verb, "--fleet", self.fleet, "--folder", self.stick, *words)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("fleet"), speed=100.0) as found:
        yield found


@pytest.fixture(scope="module")
def fleet(room, tmp_path_factory):
    return Fleet(room, tmp_path_factory.mktemp("centre"))


@pytest.fixture
def site(fleet):
    running = fleet.run_site()
    yield running
    running.send(signal.SIGTERM)
    assert running.wait().status == 0


def test_a_school_is_killed_in_the_middle_and_everything_is_done_once(fleet, room):
    room.must("teardown", "-g", "1-3", "--yes", "--quiet")  # what other tests of this school have left
    site = fleet.run_site()
    room.checkpoint()
    asked = room.starter.start(*fleet.words("provision", "--sites", "a", "-y", "-o", "json"))
    site.await_said("provision demo: begins")
    end = time.monotonic() + LIMIT_S
    while len(room.changes()) < 20:
        assert time.monotonic() < end
        time.sleep(0.05)
    site.send(signal.SIGKILL)
    assert site.wait().status == -signal.SIGKILL
    again = fleet.run_site()
    again.await_said("provision demo: goes on")
    done = asked.wait()
    assert done.status == 0, done.err[-2000:]
    (answer,) = done.document["sites"]
    assert (answer["site"], answer["state"], answer["code"]) == ("a", "ended", 0)
    assert [group["group"] for group in answer["document"]["groups"]] == [1, 2, 3]
    both = fleet.must(*fleet.words("verify", "--all", "--sites", "a"), status=2)
    assert "which schools" in both.err
    verified = fleet.must(*fleet.words("verify", "--sites", "a", "-o", "json")).document
    assert verified["sites"][0]["document"]["passed"] is True
    names = [call.method for call in room.changes() if call.method == "CreateVM_Task"]
    assert len(names) == 15  # five machines for each of three groups: no machine was made twice
    again.send(signal.SIGTERM)
    assert again.wait().status == 0


def test_a_silent_school_does_not_keep_the_others_answers_back(fleet, site):
    first = fleet.must(*fleet.words("status", "--sites", "a,b", "--wait", 0, "-o", "json"), status=8).document
    assert [each["state"] for each in first["sites"]] == ["waiting", "waiting"]
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        show = fleet.words("show", "--wait", 1, "-o", "json")
        now = fleet.room.starter.start(*show).wait()
        if now.document["sites"][0]["state"] == "ended":
            break
    assert now.document["request"] == first["request"]
    assert [each["state"] for each in now.document["sites"]] == ["ended", "waiting"]
    assert now.status == 7  # done in one, not in the other
    assert "takes it up again" in now.err


def test_a_school_with_a_slow_clock_and_one_of_another_release_say_so(fleet, tmp_path):
    desk = slow_school(fleet, tmp_path)
    stop = threading.Event()
    threads = [
        threading.Thread(target=run_site, args=(*desk, stop), kwargs={"away": pytest.fail}),
        threading.Thread(target=answer_from_the_future, args=(fleet, stop)),
    ]
    for thread in threads:
        thread.start()
    try:
        shown = fleet.must(*fleet.words("status", "--sites", "d", "-o", "json"), status=6)
        (slow,) = shown.document["sites"]
        assert (slow["state"], slow["reason"]) == ("refused", "site.clock")
        assert slow["clock_skew_s"] < -86_000
        asked = fleet.room.starter.start(*fleet.words("status", "--sites", "c", "-o", "json"))
        asked.await_said("schema 2")
        asked.send(signal.SIGINT)
        assert asked.wait().status == 130
    finally:
        stop.set()
        for thread in threads:
            thread.join(LIMIT_S)


def slow_school(fleet, tmp_path):
    """School d, whose clock is a day slow, with a program in esxlab's place that must not be called."""
    made = School(tmp_path, now=datetime.now(UTC) - timedelta(days=1))
    place = fleet.place("d")
    (place / "site.yaml").write_text((place / "site.yaml").read_text().replace("classes: {}\n", CLASS))
    shutil.copy(made.directory / "program.py", place / "program.py")
    made.directory = place
    made.job_store = type(made.job_store)(place / "state")
    return Folder.of_site(fleet.stick, "d"), made.open(), made.job_store


def answer_from_the_future(fleet, stop):
    """School c runs an esxlab whose messages have schema 2."""
    post = Folder.of_site(fleet.stick, "c")
    sign = keys.signing(keys.load_key(fleet.place("c") / "site.key"))
    while not stop.is_set():
        letter = post.receive(0.2)
        if letter is None:
            continue
        job = json.loads(json.loads(letter.content)["signed"])
        text = json.dumps({"schema": 2, "run": job["run"], "site": "c", "what": "is new"})
        sealed = {"signer": "c", "signature": sign(text.encode()), "signed": text}
        post.send("centre", f"{job['run']}-1", json.dumps(sealed).encode())
        letter.done()


def test_teardown_takes_away_what_its_plan_shows_and_no_more(fleet, room, site):
    room.must("provision", "--yes", "--quiet")  # whatever other tests of this school have left
    plan = fleet.must(*fleet.words("teardown", "--sites", "a", "-g", "3", "-n")).out
    assert "changes" in plan
    room.checkpoint()
    done = fleet.must(*fleet.words("teardown", "--sites", "a", "-g", "3", "-y", "-o", "json")).document
    assert [group["group"] for group in done["sites"][0]["document"]["groups"]] == [3]
    states = fleet.must(*fleet.words("status", "--sites", "a", "-o", "json")).document["sites"][0]["document"]
    assert {group["group"]: group["state"] for group in states["groups"]} == {
        1: "ready",
        2: "ready",
        3: "absent",
    }


def test_what_came_and_went_holds_no_secret(fleet, room, site):
    """Every file of the folder, the centre and the school, but keys and the secrets' own place."""
    fleet.must(*fleet.words("provision", "--sites", "a", "-y"))
    secrets = [value for value in room.access["passwords"].values() if len(value) > 5]
    assert secrets
    places = [fleet.stick, fleet.fleet / "requests", fleet.fleet / "answers", fleet.place("a") / "state"]
    texts = [
        path.read_text(errors="replace") for place in places for path in place.rglob("*") if path.is_file()
    ]
    assert len(texts) > 5
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
