"""The way between centre and school: its address, who may use it, what is said when it is closed."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab.cli.group import esxlab
from esxlab.errors import LabError
from esxlab.local import lock
from esxlab.local.lock import LocalLock, held
from esxlab.show.fleet import remarks
from esxlab.sites import keys
from esxlab.sites.centre import Centre, Heard
from esxlab.sites.desk import Desk
from esxlab.sites.fleet import add_sites, load_fleet
from esxlab.sites.folder import Folder
from esxlab.sites.messages import Answer
from tests.centre import NOON, School


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("redis://h:6379", "site.other_broker"),
        ("rediss://:pw@h/0", "site.other_broker"),
        ("host:5671", "site.broker_url"),
        ("amqps://", "site.broker_url"),
    ],
)
def test_what_is_no_rabbitmq_is_refused_for_a_new_fleet_and_for_an_old_one(tmp_path, url, code):
    add_sites(tmp_path / "old", ("a",), "")
    for directory in ("new", "old"):
        with pytest.raises(LabError) as refused:
            add_sites(tmp_path / directory, ("b",), url)
        assert refused.value.code == code
        assert "pw" not in str(refused.value.facts)
    assert load_fleet(tmp_path / "old").broker == ""


def test_a_second_runner_is_told_of_the_first_and_of_no_option_that_it_lacks(tmp_path):
    fleet = add_sites(tmp_path, ("a",), "")
    place = fleet.directory / "sites" / "a"
    first = LocalLock(place / "state" / "runner.lock", who="site a")
    words = ["site", "run", "a", "--directory", str(place), "--folder", str(tmp_path / "stick"), "--once"]
    second = CliRunner().invoke(esxlab, words)
    first.close()
    assert second.exit_code == 5
    assert "[site.running]" in second.stderr
    assert "--lock-wait" not in second.stderr


def test_a_file_that_another_process_writes_for_long_is_named(tmp_path):
    mine = LocalLock(tmp_path / "fleet.lock")
    with (
        pytest.raises(LabError) as refused,
        held(tmp_path / "fleet.lock", to_write=tmp_path / "fleet.yaml", code=lock.CODE, limit_s=0.0),
    ):
        pass
    mine.close()
    assert (refused.value.code, refused.value.where) == ("lock.writing", str(tmp_path / "fleet.yaml"))


@pytest.fixture
def closed():
    """A port of this computer at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{probe.getsockname()[1]}"


def fleet_status(directory, *words):
    asked = ["fleet", "status", "--all", "--fleet", str(directory), *words]
    return CliRunner().invoke(esxlab, asked)


def test_a_broker_that_never_answered_is_told_at_once_and_one_that_did_is_waited_for(tmp_path, closed):
    pytest.importorskip("kombu")
    fleet = add_sites(tmp_path, ("a",), f"amqps://{closed}")
    wrong = fleet_status(tmp_path, "--wait", "600")
    assert wrong.exit_code == 6
    assert "[site.never_reached]" in wrong.stderr
    assert f"{closed}:" in wrong.stderr
    assert "Connection refused" in wrong.stderr
    fleet.reached()
    away = fleet_status(tmp_path, "--wait", "0.1")
    assert away.exit_code == 8
    assert "[site.away]" in away.stderr
    add_sites(tmp_path, (), f"amqps://localhost:{closed.rpartition(':')[2]}")
    assert not load_fleet(tmp_path).was_reached


def end(place):
    return keys.end_of(place / "tls.pem")


def set_end(fleet, name, days, host=""):
    """A certificate of this fleet's authority that ends in so many days."""
    place = fleet.directory / (name if name in ("centre", "broker") else f"sites/{name}")
    authority = keys.Authority.load(fleet.directory / "ca.key", fleet.directory / "ca.pem")
    old = authority.issue(name, host=host, now=datetime.now(UTC) - keys.LIFE + timedelta(days=days))
    for file, content in old.items():
        (place / file).write_bytes(content)
    return place


def test_certificates_near_their_end_are_told_and_renewed_and_nothing_else_is(tmp_path):
    fleet = add_sites(tmp_path, ("a", "b"), "amqps://localhost:5671")
    a, broker = set_end(fleet, "a", 59), set_end(fleet, "broker", -1, "localhost")
    kept = {
        path: path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.parent not in (a, broker)
    }
    signing = (a / "site.key").read_bytes()
    told = CliRunner().invoke(esxlab, ["site", "keys", "--renew", "--fleet", str(tmp_path)]).output
    assert str(a) in told
    assert str(broker) in told
    assert end(a) > datetime.now(UTC) + timedelta(days=800) < end(broker)
    assert {path: path.read_bytes() for path in kept} == kept
    assert (a / "site.key").read_bytes() == signing
    named = CliRunner().invoke(esxlab, ["site", "keys", "b", "--renew", "--fleet", str(tmp_path)])
    assert named.exit_code == 0
    assert (tmp_path / "sites" / "b" / "tls.key").read_bytes() != kept[tmp_path / "sites" / "b" / "tls.key"]


def test_a_school_tells_the_centre_when_its_certificate_ends(tmp_path):
    school = School(tmp_path, now=datetime.now(UTC))
    place = set_end(school.fleet, "lycee-a", 30)
    school.hear(school.job())
    school.finish()
    day = f"{end(place):%Y-%m-%d}"
    answer = school.answers()[-1]
    assert answer.facts == {"certificate_ends": day}
    (remark,) = remarks([Heard("lycee-a", answer)])
    assert (remark.code, remark.where, remark.facts["date"]) == ("site.certificate", "lycee-a", day)


def test_a_clock_of_the_centre_that_was_fast_is_forgotten_with_the_runner(tmp_path):
    school = School(tmp_path)
    school.hear(school.job(sent=NOON + timedelta(days=1)))
    school.hear(school.job(run="2" * 32))  # its clock is set; this runner still doubts its own
    refused = school.answers("2" * 32)[-1]
    assert (refused.reason, refused.facts["seconds"]) == ("site.clock", 86_400)
    school.open()
    school.hear(school.job(run="3" * 32))
    school.finish()
    assert school.answers("3" * 32)[-1].state == "ended"
    assert isinstance(school.desk, Desk)


def heard(site, skew_s, **facts):
    told = {"run": "1" * 32, "site": site, "sent": NOON, "release": "1", "number": 1, "state": "ended"}
    return Heard(site, Answer.model_validate({**told, **facts}), skew_s=skew_s)


def test_whose_clock_is_wrong_is_told_with_by_how_much():
    one = remarks([heard("a", 0), heard("b", -86_400)])
    assert [(each.code, each.where, each.facts["seconds"]) for each in one] == [
        ("site.other_clock", "b", -86_400)
    ]
    every = remarks([heard("a", -86_400), heard("b", -86_390)])
    assert [(each.code, each.facts["seconds"]) for each in every] == [("site.centre_clock", 86_390)]


def test_a_reason_that_several_schools_have_is_told_once_with_its_remedy():
    facts = {"state": "refused", "reason": "site.not_allowed", "facts": {"verb": "teardown", "name": "sio2"}}
    (remark,) = remarks([heard("a", 0, **facts), heard("b", 0, **facts)])
    assert remark.where == "a, b"
    assert "allow: [teardown]" in str(remark)


def test_the_centre_forgets_what_was_asked_a_quarter_ago_and_no_more(tmp_path):
    fleet = add_sites(tmp_path / "fleet", ("a",), "")
    centre = Centre(fleet, Folder.of_centre(tmp_path / "stick"))
    old = centre.request("status", ("a",), timedelta(hours=1))
    new = centre.request("status", ("a",), timedelta(hours=1))
    centre.tidy(new.sent + timedelta(days=89))
    assert centre.requests.load(old.name) == old
    centre.tidy(old.sent + timedelta(days=91))
    files = [path for name in ("requests", "answers") for path in Path(fleet.directory / name).glob("*.json")]
    assert files == []
