"""What a watched server tells, on the board: machines, the shared address, a question; or why it does not."""

from __future__ import annotations

from collections import UserDict
from dataclasses import replace
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.board.pages import HERE, build_board
from esxlab.cli.board_asking import Rounds
from esxlab.engine.options import Options
from esxlab.engine.told import Told
from esxlab.errors import LabError
from esxlab.exercises.registry import handout_of
from esxlab.lab.origin import under_origin
from esxlab.lab.watched import CardWatched, MachineWatched, ServerWatched, Unwatched
from esxlab.lesson.html import template
from esxlab.spec.load import load_class_spec

CLASS = Path(__file__).parents[2] / "specs" / "class-30.yaml"
NASTY = "<script>document.title='obeyed'</script>"
SINCE = "2026-11-30T08:00:00+00:00"
ORIGIN = "0123456789abcdef"


def marked(said):
    return template("cells.html", HERE).module.marked(said)


class Group7:
    """Its five machines as Tools tell them, under an origin that only its record knows."""

    def __init__(self, tmp_path, standing="watching", trouble=None):
        loaded = load_class_spec(CLASS)
        self.specs = loaded.groups("7-8")
        self.spec = self.specs[0]
        host = self.spec.site.server.host
        self.told = UserDict()
        server = Unwatched(ServerWatched(host, standing, SINCE, trouble), machines=self.told)
        self.board = build_board(
            loaded.class_name, self.specs, Told(tmp_path, loaded.class_name), {host: server}
        )
        for machine in under_origin(self.board.known[7].wanted, ORIGIN).machines:
            cards = tuple(CardWatched(nic.mac, True, ("172.16.0.9",)) for nic in machine.nics)
            seen = MachineWatched(machine.owner, "on", "172.16.0.9", cards=cards)
            self.told[7, machine.owner.machine] = seen

    def change(self, name, **facts):
        self.told[7, name] = replace(self.told[7, name], **facts)

    def hold(self, name, address):
        cards = self.told[7, name].cards
        self.change(name, cards=(cards[0]._replace(addresses=(*cards[0].addresses, address)), *cards[1:]))

    def page(self, *, teacher=True):
        return self.board.one_group(7, live=True, teacher=teacher)

    def grid(self):
        return self.board.all_groups(live=True)


def test_the_page_shows_machines_and_where_the_shared_address_is_now(tmp_path):
    group = Group7(tmp_path)
    (_, address), *_ = handout_of(group.spec).shared
    assert "no machine holds it" in group.page()
    group.hold("srvweb2", address)
    page = group.page()
    assert f"{address} is here" in page
    assert "what differs" not in page
    assert f"{address} is here" in group.page(teacher=False)
    assert "owns" not in group.page(teacher=False)
    group.hold("srvweb1", address)
    assert "held by srvweb1, srvweb2 at once" in group.page()
    group.change("srvweb1", cards=())  # its Tools are silent: nobody knows
    assert "at once" not in group.page()
    assert f"{address} is here" not in group.page()


def test_the_grid_counts_the_machines_that_are_on_and_a_question_comes_first(tmp_path):
    group = Group7(tmp_path)
    assert 'class="there ok" data-name="on: " title="5/5"' in group.grid()
    assert 'id="g08-there" class="there absent" data-name="on: " title="0/5"' in group.grid()
    group.change("srvweb1", power="suspended", cards=())
    del group.told[7, "ClientA"]
    assert 'class="there partial" data-name="on: " title="3/5"' in group.grid()
    assert "srvweb1: suspended" in group.page()
    assert "ClientA: absent" in group.page()
    group.change("srvweb2", question=f"{NASTY} [Yes / No]")
    assert 'class="there failed"' in group.grid()
    assert "esxlab console srvweb2 -g 7</code>" in group.grid()
    for page in (group.grid(), group.page()):
        assert "<script>document" not in page
        assert "&lt;script&gt;" in page


def test_a_cable_that_is_out_is_drawn_by_the_groups_own_origin(tmp_path):
    group = Group7(tmp_path)
    cards = group.told[7, "srvweb1"].cards
    group.change("srvweb1", cards=tuple(card._replace(connected=False) for card in cards))
    assert "cable out inside" in group.page()
    assert 'stroke-dasharray="0.8 1"' in group.page()


@pytest.mark.parametrize(
    ("standing", "trouble", "words"),
    [
        ("asking", None, "asked for its machines"),
        ("lost", LabError("vsphere.unreachable", host="x"), "tried again"),
        ("ended", LabError("vsphere.login", host="x", user="prof"), "not watched any more"),
        ("unasked", LabError("secret.missing", kind="vsphere", variable="V"), "machines are not watched"),
        ("unasked", LabError("board.no_api"), "machines are not watched"),
    ],
)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_server_that_does_not_tell_is_named_with_why_and_nothing_old_is_shown(
    tmp_path, standing, trouble, words, language
):
    texts.set_language(language)
    group = Group7(tmp_path, standing, trouble)
    grid = group.grid()
    if language == "en":
        assert words in grid
    if trouble:
        assert str(marked(trouble.brief)) in grid
    unknown = standing in ("lost", "ended")
    assert f'id="g07-there" class="there {"unknown" if unknown else "waiting"}"' in grid
    assert ("<time>" in grid) is unknown
    assert "`" not in grid + group.page() + group.page(teacher=False)
    assert "172.16.0.9" not in group.page()
    assert group.spec.site.server.host not in group.page(teacher=False)


def test_what_is_asked_of_the_machines_is_shown_with_its_period(tmp_path):
    group = Group7(tmp_path)
    options = Options(checks=frozenset({"ping", "active-node"}))
    rounds = Rounds(None, group.board, options, 60)
    assert "every 60 s" not in group.grid()
    group.board.asked = rounds
    assert "Asked of the machines that are on, every 60 s: active-node, ping." in group.grid()
    assert "every 60 s" not in group.page(teacher=False)
    options.stop.set()
    rounds._trouble = LabError("vsphere.unreachable", host="x")
    assert "the last time in vain" in group.grid()


def test_what_stands_between_backticks_is_code_and_all_of_it_is_text():
    assert marked("a `b <i>` c") == "a <code>b &lt;i&gt;</code> c"
    assert marked("<b> ` c") == "&lt;b&gt; ` c"
