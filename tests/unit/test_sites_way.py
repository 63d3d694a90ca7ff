"""The way between centre and school: its address, who may use it, what is said when it is closed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from esxlab.cli.group import esxlab
from esxlab.errors import LabError
from esxlab.local import lock
from esxlab.local.lock import LocalLock, held
from esxlab.sites.fleet import add_sites, load_fleet


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
