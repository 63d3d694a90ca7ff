"""What travels between centre and schools: signed, small, of one schema, and without any secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esxlab.errors import LabError
from esxlab.sites import keys
from esxlab.sites.centre import Centre, offered
from esxlab.sites.fleet import add_sites, load_fleet, revoke
from esxlab.sites.folder import Folder
from esxlab.sites.messages import LARGEST_JOB, Answer, Job, seal, unseal
from tests.centre import School
from tests.hostile_messages import flood, kinds

FORMATS = Path(__file__).parents[1] / "formats" / "sites"


def code_of(call, *arguments, **named):
    with pytest.raises(LabError) as error:
        call(*arguments, **named)
    return error.value.code


@pytest.fixture
def school(tmp_path):
    made = School(tmp_path)
    yield made
    made.desk.close()


def test_every_hostile_kind_is_refused_for_its_own_reason(school):
    genuine = school.sealed(school.job())
    check = keys.checking({"centre": school.fleet.centre})
    assert unseal(genuine, Job, check, limit=LARGEST_JOB)[0] == school.job()
    found = {
        name: code_of(unseal, content, Job, check, limit=LARGEST_JOB)
        for name, content in kinds(genuine).items()
    }
    forged = {"changed", "forged", "deep inside", "no signature"}
    assert {name for name, code in found.items() if code == "site.forged"} == forged
    assert set(found.values()) == {"site.forged", "site.malformed"}


def test_of_ten_thousand_hostile_messages_none_is_obeyed_or_answered(school):
    genuine = school.sealed(school.job())
    for content in flood(genuine, 10_000, seed=7):
        assert content != genuine
        school.desk.hear(content)
    school.finish()
    assert (school.ran(), list(school.job_store.outbox()), school.job_store.open_jobs()) == ([], [], [])
    assert not (school.directory / "obeyed").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"schema": 2}, "site.newer"),
        ({"schema": 0}, "site.older"),
        ({"schema": "1"}, "site.malformed"),
        ({"verb": "run"}, "site.malformed"),
        ({"verb": "secrets"}, "site.malformed"),
        ({"command": "rm"}, "site.malformed"),
        ({"groups": "1; reboot"}, "site.malformed"),
        ({"groups": "--yes"}, "site.malformed"),
        ({"class": "../../etc"}, "site.malformed"),
        ({"class": "a\nb"}, "site.malformed"),
        ({"site": "../lycee-a"}, "site.malformed"),
        ({"run": "../" + "1" * 29}, "site.malformed"),
        ({"language": "de"}, "site.malformed"),
        ({"sent": "2026-11-30T12:00:00"}, "site.malformed"),  # no zone
        ({"expires": None}, "site.malformed"),
        ({"checksum": "--yes"}, "site.malformed"),
    ],
)
def test_what_the_centre_itself_signs_still_has_to_be_a_job(school, change, code):
    inner = json.loads(json.loads(school.sealed(school.job()))["signed"]) | change
    text = json.dumps(inner)
    signature = keys.signing(school.centre_key)(text.encode())
    content = json.dumps({"signer": "centre", "signature": signature, "signed": text}).encode()
    check = keys.checking({"centre": school.fleet.centre})
    assert code_of(unseal, content, Job, check, limit=LARGEST_JOB) == code


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.json")), ids=lambda path: path.stem)
def test_messages_of_earlier_releases_are_understood(path):
    """Recorded when their release was made, with their keys.

    A change that breaks one needs a new schema number.
    """
    record = json.loads(path.read_text())
    kind = {"job": Job, "answer": Answer}[record["kind"]]
    message, signer = unseal(
        record["sealed"].encode(), kind, keys.checking(record["keys"]), limit=LARGEST_JOB
    )
    assert signer == record["signer"]
    assert json.loads(message.model_dump_json(by_alias=True)) == record["means"]


def test_there_are_recorded_messages():
    assert {path.stem for path in FORMATS.glob("*.json")} >= {"job-1", "answer-1"}


def test_no_message_of_a_provision_holds_a_secret(school):
    job = json.loads(school.sealed(school.job("provision", checksum="ab" * 8)))["signed"]
    assert set(json.loads(job)) == {
        "schema", "run", "site", "sent", "release", "kind", "verb", "expires", "class", "groups", "dry_run",
        "checksum", "spec", "offer", "language",
    }  # fmt: skip


@pytest.fixture
def centre(tmp_path):
    fleet = add_sites(tmp_path / "fleet", ("lycee-a", "lycee-b"), "")
    return Centre(fleet, Folder.of_centre(tmp_path / "stick"))


def answer_to(request, site, **facts):
    content = {"run": request.runs[site], "site": site, "sent": datetime.now(UTC), "release": "9"}
    return Answer.model_validate({**content, "number": 1, "state": "ended", **facts})


def post(tmp_path, answer, signer):
    key = keys.load_key(tmp_path / "fleet" / "sites" / signer / "site.key")
    content = seal(answer, signer, keys.signing(key))
    Folder.of_site(tmp_path / "stick", signer).send("centre", f"{answer.run}-{answer.number}", content)


def states(centre, request):
    return [each.answer.state if each.answer else "" for each in centre.heard(request)]


def test_a_school_cannot_answer_for_another(centre, tmp_path):
    request = centre.request("status", ("lycee-a", "lycee-b"), timedelta(hours=1))
    post(tmp_path, answer_to(request, "lycee-b"), "lycee-a")  # signed by a, says that it is b
    own_name = answer_to(request, "lycee-b").model_copy(update={"site": "lycee-a"})
    post(tmp_path, own_name.model_copy(update={"number": 2}), "lycee-a")  # b's run under a's name
    assert centre.collect(0)
    assert centre.collect(0)
    assert states(centre, request) == ["", ""]
    assert [error.code for error in centre.dropped] == ["site.forged"] * 2
    post(tmp_path, answer_to(request, "lycee-b"), "lycee-b")
    assert centre.collect(0)
    assert states(centre, request) == ["", "ended"]


def test_answers_may_come_in_any_order_and_twice(centre, tmp_path):
    request = centre.request("status", ("lycee-a",), timedelta(hours=1))
    last = answer_to(request, "lycee-a", number=3, code=7)
    for answer in (last, answer_to(request, "lycee-a", number=2, state="running"), last):
        post(tmp_path, answer, "lycee-a")
        centre.collect(0)
    (heard,) = centre.heard(request)
    assert (heard.answer.number, heard.answer.code, heard.is_final) == (3, 7, True)


def test_a_centre_that_was_killed_takes_its_request_up_again(centre, tmp_path):
    request = centre.request("status", ("lycee-a", "lycee-b"), timedelta(hours=1), class_name="sio2")
    post(tmp_path, answer_to(request, "lycee-a"), "lycee-a")
    for path in (tmp_path / "stick" / "jobs").rglob("*.json"):
        path.unlink()  # killed before it had sent them all, say
    again = Centre(load_fleet(tmp_path / "fleet"), Folder.of_centre(tmp_path / "stick"))
    taken = again.requests.load("")
    assert taken == request
    again.collect(0)
    again.send(taken)
    sent = [path.parent.name for path in (tmp_path / "stick" / "jobs").rglob("*.json")]
    assert sent == ["lycee-b"]
    assert states(again, taken) == ["ended", ""]


def test_a_revoked_school_is_neither_asked_nor_believed(centre, tmp_path):
    request = centre.request("status", ("lycee-a", "lycee-b"), timedelta(hours=1))
    revoke(load_fleet(tmp_path / "fleet"), "lycee-a")
    again = Centre(load_fleet(tmp_path / "fleet"), Folder.of_centre(tmp_path / "stick"))
    post(tmp_path, answer_to(request, "lycee-a"), "lycee-a")
    again.collect(0)
    assert states(again, request) == ["", ""]
    assert code_of(load_fleet(tmp_path / "fleet").chosen, "lycee-a", everyone=False) == "site.revoked"
    assert load_fleet(tmp_path / "fleet").chosen("", everyone=True) == ("lycee-b",)
    assert code_of(add_sites, tmp_path / "fleet", ("lycee-a",), "") == "site.known"


def test_the_keys_are_for_their_owner_alone(centre, tmp_path):
    for path in (tmp_path / "fleet").rglob("*.key"):
        assert path.stat().st_mode & 0o077 == 0, path
    shipped = {path.name for path in (tmp_path / "fleet" / "sites" / "lycee-a").iterdir()}
    assert shipped == {"site.key", "site.yaml", "tls.key", "tls.pem", "ca.pem"}


@pytest.mark.parametrize("name", ["centre", "", "-a", "Lycée", "a/b", "..", "a" * 40])
def test_names_that_no_school_can_have(name, tmp_path):
    assert code_of(add_sites, tmp_path, (name,), "") == "site.bad_name"


def test_a_spec_too_large_to_be_offered_is_refused(tmp_path):
    (tmp_path / "spec.yaml").write_text("#" * (49 << 10))
    assert code_of(offered, tmp_path / "spec.yaml") == "site.no_spec"
    (tmp_path / "spec.yaml").write_text('"\\' * (24 << 10))  # the worst that still fits
    job = Job.model_validate({
        "run": "1" * 32, "site": "lycee-a", "sent": datetime.now(UTC), "expires": datetime.now(UTC),
        "release": "1", "verb": "offer", **offered(tmp_path / "spec.yaml"),
    })  # fmt: skip
    assert len(seal(job, "centre", keys.signing(keys.new_key()))) <= LARGEST_JOB


def test_a_stick_with_odd_files_is_read_past_them(tmp_path):
    place = tmp_path / "jobs" / "lycee-a"
    place.mkdir(parents=True)
    (place / f"{'1' * 32}.json").symlink_to("/etc/hostname")
    (place / f"{'2' * 32}.json").mkdir()
    (place / f"{'3' * 32}.json").write_bytes(b"x" * (5 << 20))
    (place / "autorun.inf").write_text("x")
    (place / f"{'4' * 32}.json").write_bytes(b"{}")
    folder = Folder.of_site(tmp_path, "lycee-a")
    letter = folder.receive(0)
    assert letter.content == b"{}"
    assert folder.receive(0) is None
    letter.done()
    assert not (place / f"{'4' * 32}.json").exists()


def test_a_spec_that_becomes_too_large_on_its_way_is_refused_at_the_centre(centre, tmp_path):
    (tmp_path / "spec.yaml").write_text("\x01" * (48 << 10))  # six signs each in JSON
    facts = offered(tmp_path / "spec.yaml")
    assert code_of(centre.request, "offer", ("lycee-a",), timedelta(hours=1), **facts) == "site.no_spec"
    assert list((tmp_path / "stick").rglob("*.json")) == []


def test_a_broken_fleet_file_is_told_by_its_line_and_not_quoted(centre, tmp_path):
    (tmp_path / "fleet" / "fleet.yaml").write_text(
        "centre: x\nbroker: 'amqps://u:Kanarienvogel@h\nsites: [\n"
    )
    with pytest.raises(LabError) as error:
        load_fleet(tmp_path / "fleet")
    assert error.value.code == "site.fleet_file"
    assert "Kanarienvogel" not in str(error.value)
