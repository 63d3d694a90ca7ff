"""A school's desk: what it does, what it refuses, and that nothing is done twice or too late."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import timedelta

import pytest

from esxlab.errors import LabError
from esxlab.sites import keys
from esxlab.sites.job_store import JobStore
from esxlab.sites.permits import load_permits, take_offer
from tests.centre import NOON, School

LIMIT_S = 60


@pytest.fixture
def school(tmp_path):
    made = School(tmp_path)
    yield made
    (made.directory / "hold").unlink(missing_ok=True)  # no thread outlives a test that failed
    made.desk.close()


def until(condition):
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def reasons(school):
    return [answer.reason for answer in school.answers()]


def test_a_looking_verb_is_done_and_answered(school):
    school.hear(school.job("status", groups="1-3", language="fr"))
    school.finish()
    (words,) = school.ran()
    assert words[0] == "status"
    assert words[words.index("--group") + 1] == "1-3"
    assert words[words.index("--lang") + 1] == "fr"
    first, last = school.answers()
    assert (first.state, last.state, last.code) == ("running", "ended", 0)
    assert last.document["schema"] == "esxlab/test/1"
    assert last.class_name == "sio2"


def test_the_exit_code_of_the_command_is_the_answers(school):
    (school.directory / "code").write_text("7")
    school.hear(school.job("verify"))
    school.finish()
    assert school.answers()[-1].code == 7


def test_a_plan_that_was_agreed_to_is_asked_for_by_its_checksum(school):
    school.hear(school.job("provision", checksum="ab" * 8))
    school.finish()
    (words,) = school.ran()
    assert words[words.index("--plan") + 1] == "ab" * 8
    assert "--yes" not in words


@pytest.mark.parametrize("verb", ["provision", "teardown"])
def test_a_dry_run_of_a_changing_verb_is_looking(school, verb):
    school.hear(school.job(verb, dry_run=True, class_name="looked-at"))
    school.finish()
    (words,) = school.ran()
    assert "--dry-run" in words
    assert not {"--yes", "--plan"} & set(words)


def test_what_is_not_allowed_is_refused(school):
    school.hear(school.job("teardown"))
    school.hear(school.job("provision", run="2" * 32, class_name="looked-at"))
    school.hear(school.job("status", run="3" * 32, class_name="other"))
    school.hear(school.job("status", run="4" * 32, class_name=""))
    school.finish()
    found = [school.answers(run * 32)[-1].reason for run in "1234"]
    assert found == ["site.not_allowed", "site.not_allowed", "site.no_class", "site.which_class"]
    assert school.ran() == []


@pytest.mark.parametrize(("hour", "done"), [(7, False), (8, True), (17, True), (18, False), (23, False)])
def test_what_changes_is_done_at_the_hours_of_the_school(school, hour, done, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    school.now = NOON.replace(hour=hour)
    school.hear(school.job("provision"))
    school.finish()
    assert bool(school.ran()) is done
    assert school.answers()[-1].reason == ("" if done else "site.not_now")


def test_hours_over_midnight_and_days(school, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    text = (school.directory / "site.yaml").read_text()
    school.write(text.replace('"08:00-18:00"', '"22:00-06:00", days: [mon]'))
    for hour, run, reason in ((5, "a", ""), (12, "b", "site.not_now"), (23, "c", "")):
        school.now = NOON.replace(hour=hour)  # a Monday
        school.hear(school.job("provision", run=run * 32))
        until(lambda run=run: school.job_store.answer_of(run * 32))
        assert school.answers(run * 32)[-1].reason == reason
    school.now = NOON.replace(hour=23) + timedelta(days=1)
    school.hear(school.job("provision", run="d" * 32))
    assert school.answers("d" * 32)[-1].reason == "site.not_now"
    school.finish()


def test_an_expired_job_is_answered_too_late_and_never_done(school):
    job = school.job("status", life=timedelta(hours=2))
    school.now += timedelta(hours=2)
    school.hear(job)
    school.finish()
    assert reasons(school) == ["site.too_late"]
    assert school.ran() == []


def test_a_job_that_expires_while_it_waits_is_not_begun(school):
    (school.directory / "hold").touch()
    school.hear(school.job("status"))
    school.hear(school.job("verify", run="2" * 32, life=timedelta(hours=1)))
    until(school.ran)
    school.now += timedelta(hours=1)
    (school.directory / "hold").unlink()
    school.finish()
    assert [words[0] for words in school.ran()] == ["status"]
    assert school.answers("2" * 32)[-1].reason == "site.too_late"


def test_a_clock_that_is_a_day_slow_is_seen_by_the_message_itself(school):
    job = school.job()
    school.now -= timedelta(days=1)
    school.hear(job)
    assert reasons(school) == ["site.clock"]
    assert school.ran() == []


def test_a_clock_that_was_set_back_is_seen_by_an_older_message(school):
    school.hear(school.job())
    old = school.job(run="2" * 32, sent=NOON - timedelta(hours=23), life=timedelta(hours=2))
    school.now -= timedelta(hours=22)  # by this clock it would still be good
    school.hear(old)
    school.finish()
    assert school.answers("2" * 32)[-1].reason == "site.clock"


def test_a_request_for_longer_than_the_books_memory_is_refused(school):
    school.hear(school.job(life=timedelta(days=15)))
    assert reasons(school) == ["site.too_long"]


def test_the_same_run_twice_is_one_run_and_answered_again(school):
    job = school.job()
    school.hear(job)
    school.hear(job)
    school.finish()
    for _, path in list(school.job_store.outbox()):
        path.unlink()
    school.open()
    school.hear(job)
    school.finish()
    assert len(school.ran()) == 1
    assert [answer.state for answer in school.answers()] == ["ended"]


def test_a_refusal_stays_a_refusal_when_the_run_comes_again(school):
    job = school.job("teardown")
    school.hear(job)
    school.write((school.directory / "site.yaml").read_text().replace("[provision]", "[teardown]"))
    school.hear(job)
    school.finish()
    assert school.ran() == []


def killed_in_the_middle(school, job, *, begun):
    """A school that is killed while the command works, and started again; what its second command was.

    `begun`: the command had begun to change something, which its journal tells.
    """
    (school.directory / "hold").touch()
    school.hear(job)
    until(school.ran)
    if begun:
        school.journals.mkdir()
        told = {"event": "run-started", "command": job.verb, "class": "sio2", "steps": {"1": 3, "2": 3}}
        line = json.dumps({**told, "time": "2026-11-30T12:00:00Z"})
        (school.journals / "run-999999999.jsonl").write_text(line + "\n")
    first = school.desk
    school.job_store = JobStore(school.directory / "state")
    school.open()  # the first one is as if it were dead: nothing of it is asked any more
    school.desk.resume()
    until(lambda: len(school.ran()) == 2)
    (school.directory / "hold").unlink()
    school.finish()
    first.close()
    assert school.job_store.open_jobs() == []
    return school.ran()[1]


@pytest.mark.parametrize("verb", ["provision", "teardown"])
def test_a_killed_school_goes_on_with_the_same_groups_and_without_the_checksum(school, verb):
    """What is left is no longer the plan that was agreed to; groups and spec still have to be the same."""
    school.write((school.directory / "site.yaml").read_text().replace("[provision]", "[provision, teardown]"))
    again = killed_in_the_middle(school, school.job(verb, checksum="ab" * 8, groups="1-2"), begun=True)
    assert again[again.index("--group") + 1] == "1-2"
    assert "--yes" in again
    assert not {"--plan", "--all"} & set(again)


@pytest.mark.parametrize(("verb", "begun"), [("provision", False), ("teardown", False), ("teardown", True)])
def test_a_killed_school_does_what_was_agreed_to_where_nothing_else_is_known(school, verb, begun):
    """Nothing was changed yet; or the centre, an older one, has not said whose groups the teardown's are."""
    school.write((school.directory / "site.yaml").read_text().replace("[provision]", "[provision, teardown]"))
    again = killed_in_the_middle(school, school.job(verb, checksum="ab" * 8), begun=begun)
    assert again[again.index("--plan") + 1] == "ab" * 8
    assert "--yes" not in again


def test_a_command_that_was_killed_is_told_as_one_with_what_its_journal_says(school):
    (school.directory / "program.py").write_text(
        "import json, os, signal\n"
        "line = dict(event='run-started', command='verify', time='2026-11-30T12:00:00Z')\n"
        "line |= {'command': 'provision', 'class': 'sio2', 'steps': {'1': 3, '2': 3}}\n"
        f"os.makedirs({str(school.journals)!r})\n"
        f"with open(os.path.join({str(school.journals)!r}, f'run-{{os.getpid()}}.jsonl'), 'w') as file:\n"
        "    print(json.dumps(line), file=file)\n"
        "    ended = {'event': 'group-finished', 'group': 1}\n"
        "    print(json.dumps(line | ended), file=file)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    school.hear(school.job("provision", groups="1-2"))
    school.finish()
    last = school.answers()[-1]
    assert (last.state, last.code, last.reason) == ("ended", 137, "site.killed")
    assert last.facts == {"signal": "SIGKILL"}
    assert last.groups == {"1": "done", "2": "cancelled"}


def test_a_job_that_expired_while_the_school_was_off_is_not_gone_on_with(school):
    (school.directory / "hold").touch()
    school.hear(school.job("provision"))
    until(school.ran)
    first = school.desk
    school.now += timedelta(hours=3)
    school.open()
    school.desk.resume()
    school.finish()
    assert len(school.ran()) == 1
    assert school.job_store.answer_of("1" * 32).reason == "site.too_late"
    (school.directory / "hold").unlink()
    first.close()


def test_sigterm_ends_the_command_gently_and_leaves_the_job_open(school):
    (school.directory / "program.py").write_text(
        "import signal, sys, time, os\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))\n"
        "open(os.path.join(os.path.dirname(sys.argv[0]), 'ran'), 'a').write('[]\\n')\n"
        "for _ in range(600): time.sleep(0.1)\n"
    )
    school.hear(school.job())
    until(school.ran)
    school.desk.close()
    assert [job.run for job in school.job_store.open_jobs()] == ["1" * 32]
    assert [answer.state for answer in school.answers()] == ["running"]


def test_jobs_of_one_class_are_done_one_after_the_other_those_of_two_classes_beside(school):
    (school.directory / "hold").touch()
    school.hear(school.job("status"))
    school.hear(school.job("verify", run="2" * 32))
    school.hear(school.job("doctor", run="3" * 32, class_name="looked-at"))
    until(lambda: len(school.ran()) == 2)
    assert sorted(words[0] for words in school.ran()) == ["doctor", "status"]
    (school.directory / "hold").unlink()
    school.finish()
    assert school.ran()[2][0] == "verify"


def test_a_spec_that_has_changed_since_the_plan_is_refused(school):
    school.hear(school.job("provision", checksum="ab" * 8, spec="0" * 64))
    school.finish()
    assert school.answers()[-1].reason == "site.other_spec"
    assert school.ran() == []


@pytest.mark.parametrize(
    ("document", "code"), [("no json", 0), ("[1]", 0), ('{"a": "' + "x" * (3 << 20) + '"}', 0)]
)
def test_what_fits_in_no_message_is_told_and_not_sent(school, document, code):
    (school.directory / "long").write_text(document)
    (school.directory / "program.py").write_text(
        "import os, sys\nsys.stdout.write(open(os.path.join(os.path.dirname(sys.argv[0]), 'long')).read())\n"
    )
    school.hear(school.job())
    school.finish()
    last = school.answers()[-1]
    assert (last.state, last.code, last.reason, last.document) == ("ended", code, "site.no_document", None)


def test_only_the_centre_is_obeyed(school):
    other = keys.load_key(school.fleet.directory / "sites" / "lycee-b" / "site.key")
    own = keys.load_key(school.directory / "site.key")
    for signer, key in (("centre", other), ("lycee-b", other), ("lycee-a", own), ("centre", keys.new_key())):
        school.hear(school.job(), signer=signer, key=key)
    school.hear(school.job(site="lycee-b"))  # a genuine job of the centre for another school
    assert [what.code for _, what in school.notes] == ["site.forged"] * 5
    assert (school.answers(), school.ran(), school.job_store.open_jobs()) == ([], [], [])


def test_an_offer_waits_until_it_is_taken(school):
    text = "class: sio2\ngroups: 1-3\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    school.hear(school.job("offer", offer=text, spec=digest))
    assert (school.directory / "sio2.yaml").read_text() == "class: sio2\n"
    assert school.job_store.offers() == [("sio2", digest, text)]
    with pytest.raises(LabError) as refused:
        take_offer(school.directory, load_permits(school.directory), school.job_store, "sio2", digest[:7])
    assert refused.value.code == "site.no_offer"
    path, before = take_offer(
        school.directory, load_permits(school.directory), school.job_store, "sio2", digest[:8]
    )
    assert path.read_text() == text
    assert before.read_text() == "class: sio2\n"
    assert school.job_store.offers() == []
    school.hear(school.job("offer", run="2" * 32, offer=text, spec="0" * 64))
    assert school.answers("2" * 32)[-1].reason == "site.offer_digest"


def test_the_book_forgets_what_can_be_asked_for_no_more(school):
    school.hear(school.job("teardown"))
    school.job_store.tidy(NOON + timedelta(days=15))
    assert school.job_store.answer_of("1" * 32)
    school.job_store.tidy(NOON + timedelta(days=17))
    assert school.job_store.answer_of("1" * 32) is None
