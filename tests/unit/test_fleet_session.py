"""What the fleet's commands make of answers, which are foreign: tables, exit codes, a way that is closed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from esxlab.cli.fleet_session import Asked, OpenFleet, exit_code_of_sites, show_result
from esxlab.cli.options import Shown
from esxlab.errors import LabError
from esxlab.show.console import Screen
from esxlab.show.fleet import groups_of, reason_of, render_groups, render_sites, summary
from esxlab.show.glyphs import ASCII
from esxlab.sites import keys
from esxlab.sites.centre import Centre, Heard
from esxlab.sites.fleet import add_sites
from esxlab.sites.folder import Folder
from esxlab.sites.messages import Answer, seal

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PLAN = {"changes": 80, "checksum": "ab" * 8, "groups": [{"group": 1, "actions": [{}] * 40, "problems": []}]}


def answer(**facts):
    content = {"run": "1" * 32, "site": "lycee-a", "sent": NOW, "release": "1", "number": 1, "state": "ended"}
    return Answer.model_validate({**content, **facts})


def heard(**facts):
    return Heard("lycee-a", answer(**facts))


@pytest.mark.parametrize(
    ("every", "code"),
    [
        ([{}, {}], 0),
        ([{"code": 10}, {}], 10),  # as verify: some groups' checks have failed
        ([{"code": 6}, {}], 7),
        ([{"code": 6}, {"code": 6}], 6),
        ([{"code": 6}, {"code": 5}], 8),
        ([None, {}], 7),
        ([None, None], 8),
        ([{"state": "running"}, {}], 7),
        ([{"state": "refused", "reason": "site.too_late"}], 4),
        ([{"state": "refused", "reason": "site.other_spec"}], 3),
        ([{"state": "refused", "reason": "of.tomorrow"}, {}], 7),
        ([{"code": 99}], 1),
        ([{"code": 137, "reason": "site.killed", "facts": {"signal": "SIGKILL"}}], 130),
    ],
)
def test_the_exit_code_is_one_of_the_single_commands(every, code):
    found = [Heard("a") if facts is None else heard(**facts) for facts in every]
    assert exit_code_of_sites(found) == code


def test_what_a_school_says_steers_no_terminal_and_breaks_no_table():
    evil = "\x1b[2J\u202eevil\n" * 50
    told = [
        heard(
            document={"groups": [{"group": 1, "state": evil}, {"group": "x"}, 7, {"group": 2, "checks": [3]}]}
        ),
        heard(document={"groups": "no list", "errors": [{"text": evil}, 3], "changes": "many"}, code=6),
        heard(state="refused", reason="site.not_now", facts={"verb": evil}),  # facts are missing
        heard(state="refused", reason=evil[:80]),
        heard(state="running", groups={"1": evil, "2": "done"}),
    ]
    shown = render_sites(told, ASCII, width=80) + render_groups(told, width=80)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert reason_of(told[2].answer).code == "site.unknown_reason"


def test_the_summary_of_each_kind_of_document():
    assert summary(heard(class_name="sio2", document=PLAN)) == "sio2, 80 changes"
    states = {"groups": [{"group": 1, "state": "ready"}, {"group": 2, "state": "absent"}]}
    assert summary(heard(document=states)) == "1 ready, 1 absent"
    checks = {
        "groups": [
            {"group": 1, "checks": [{"verdict": "ok"}]},
            {"group": 2, "checks": [{"verdict": "failed"}]},
        ]
    }
    assert summary(heard(document=checks, code=10)) == "1 done, 1 failed, exit code 10"
    assert summary(Heard("a", answer(document=states), skew_s=-86_400)).endswith(
        "its clock differs by -86400 s"
    )
    assert groups_of(answer(document=PLAN)) == [(1, "40 changes")]
    killed = {"code": 137, "reason": "site.killed", "facts": {"signal": "SIGKILL"}, "groups": {"1": "done"}}
    assert summary(heard(**killed)) == "1 done, exit code 137, SIGKILL has ended the command before its end"


class Away:
    """A post that is away twice, then as the folder."""

    def __init__(self, folder):
        self.folder, self.left = folder, 2

    def receive(self, wait_s):
        if self.left:
            self.left -= 1
            raise LabError("site.away", where="broker.example")
        return self.folder.receive(wait_s)

    def send(self, to, name, content):
        self.folder.send(to, name, content)

    def close(self):
        pass


def test_a_way_that_is_closed_for_a_while_is_told_once_and_waited_for(tmp_path):
    fleet = add_sites(tmp_path / "fleet", ("lycee-a",), "")
    centre = Centre(fleet, Away(Folder.of_centre(tmp_path / "stick")))
    opened = OpenFleet(fleet, centre, wait_s=60)
    request = opened.ask("status", Asked("lycee-a", False, "", "", 1.0))
    run = request.runs["lycee-a"]
    key = keys.load_key(fleet.directory / "sites" / "lycee-a" / "site.key")
    last = answer(run=run, sent=datetime.now(UTC), document={"groups": []})
    Folder.of_site(tmp_path / "stick", "lycee-a").send(
        "centre", f"{run}-1", seal(last, "lycee-a", keys.signing(key))
    )
    out, err = io.StringIO(), io.StringIO()
    shown = Shown(Screen(out, err), "table")
    assert show_result(request, opened.wait(request, shown), shown) == 0
    assert err.getvalue().count("[site.away]") == 1
    assert "open again" in err.getvalue()
    assert request.expires - request.sent == timedelta(hours=1)
