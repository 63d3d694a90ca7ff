"""What each group last said, and the command that mends it: it works where it is pasted."""

from __future__ import annotations

import html
import re
import shlex
from functools import partial

import click
import pytest
from test_board import CLASS, NASTY
from test_board_now import Lesson

from esxlab import texts
from esxlab.cli import front
from esxlab.cli.group import esxlab
from esxlab.cli.options import Source
from esxlab.cli.pasted import pasted
from esxlab.errors import LabError
from esxlab.planning.standing import MENDING
from esxlab.texts import say


@pytest.fixture
def lesson(tmp_path):
    made = Lesson(tmp_path)
    yield made
    made.writer.close()


def last_message(lesson):
    lesson.board.look()
    return html.unescape(re.search(r'id="g07-said" class="message".*?>(.*?)</td>', lesson.grid())[1])


def test_a_check_says_what_it_has_seen_and_the_group_what_its_red_one_says(lesson):
    lesson.verify(1, "done", said="5 machines on", step="machines")
    assert last_message(lesson) == "machines: 5 machines on"
    lesson.verify(2, "failed", said=f"SRV1 {NASTY}", step="ping")
    lesson.verify(3, "done", said="held by srvweb1", step="active-node")
    assert last_message(lesson) == f"ping: SRV1 {NASTY}"
    for page in (lesson.grid(), lesson.page()):
        assert "<img" not in page
        assert "&lt;img" in page
        assert "5 machines on" in page
    assert "&lt;img" not in lesson.page(teacher=False)
    error = LabError("guest.unreachable", detail="no route")
    lesson.verify(4, "failed", said="x" * 5000, error=error, step="ping")
    assert last_message(lesson).startswith("ping: [guest.unreachable] xxx")
    assert len(last_message(lesson)) < 250


def test_what_was_seen_comes_from_the_answer_into_the_journal_without_secrets(lesson):
    from esxlab.checks.base import Answer, CheckResult
    from esxlab.engine.ask import _finished
    from esxlab.plain import keep_secret

    keep_secret("Xq9-canary-7")
    answer = Answer("failed", "authkeys Xq9-canary-7 0644", error=LabError("vsphere.certificate", host="x"))
    told = _finished(CheckResult(7, "ping", "?", answer, 1.0))
    assert told.said == "authkeys *** 0644"
    assert told.remedy.startswith("trust")
    lesson.begin(1, "verify")
    lesson.at(1)
    lesson.writer("verify", told, next(iter(lesson.writer.journals)).stem.rpartition("-")[2])
    assert "***" in last_message(lesson)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_each_failure_has_the_command_that_mends_it(lesson, language):
    texts.set_language(language)
    lesson.verify(1, "failed")
    assert lesson.mend() == "esxlab provision --deep -g 7"  # all are on: it is inside one of them
    lesson.verify(2, "failed", error=LabError("vsphere.certificate", host="x"), remedy="trust --replace")
    assert lesson.mend() == "esxlab trust --replace -g 7"
    lesson.change("srvweb1", power="off", cards=())
    assert lesson.mend() == "esxlab provision -g 7"
    for name in lesson.board.known[7].wanted.machines:
        lesson.change(name.owner.machine, power="suspended", cards=())
    assert lesson.mend() == "esxlab resume -g 7"
    lesson.change("srvweb2", question="Retry?")
    assert lesson.mend() == "esxlab console srvweb2 -g 7"


def test_the_commands_are_those_that_status_names():
    assert f"esxlab {MENDING['paused']} " in say("status.paused.one", groups=7)
    assert f"esxlab {MENDING['changed']}`" in say("status.pending.one", count=1)


@pytest.mark.parametrize(
    "command",
    [
        "provision --deep",
        "resume",
        "verify",
        "drill --put-back",
        "console srvweb1",
        "trust --replace",
        "teardown",
    ],
)
def test_a_command_that_is_pasted_means_the_boards_own_spec_and_school(tmp_path, command):
    spec = tmp_path / "l'année 1.yaml"
    spec.write_text(CLASS.read_text("utf-8"), "utf-8")
    said = pasted(Source(spec, "", sim=True, scenario="lb"), command, 7)
    words = shlex.split(said)
    assert words[0] == "esxlab"
    assert words[1 : 1 + len(command.split())] == command.split()
    with click.Context(esxlab) as root:
        own = esxlab.get_command(root, words[1])
        found = own.make_context(words[1], words[2:], parent=root).params
    known = {each.name for each in own.params}
    assert found.get("file", spec) == spec
    assert found.get("group", "7") == "7"
    assert found.get("sim", True) is True
    assert ("scenario" not in known) or found["scenario"] == "lb"
    assert {"file", "sim"} <= known


def test_what_the_board_was_not_given_is_not_said():
    assert pasted(Source(None, "1-12", sim=False), "provision --deep", 7) == "esxlab provision --deep -g 7"
    assert pasted(Source(None, "", sim=True), "secrets show -g 3", 7).startswith("esxlab secrets show -g 3")
    assert pasted(Source(None, "", sim=True), "unheard of", 7) == "esxlab unheard of"
    assert "provision" in front.COMMANDS


def test_the_grid_shows_it_as_it_is_pasted(lesson):
    lesson.board.pasted = partial(pasted, Source(CLASS, "", sim=True))
    lesson.verify(1, "failed")
    assert html.unescape(lesson.mend()) == f"esxlab provision --deep -g 7 -f {CLASS} --sim"
    assert str(CLASS) not in lesson.page(teacher=False)
