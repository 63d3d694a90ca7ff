"""The board as a browser shows it: nothing for axe-core to complain of, and pictures beside those kept here.

`UPDATE_GOLDEN=1` keeps the pictures as they are now: look at them before they are committed.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from test_board import ALIVE, CLASS, NASTY, Writer, served

from esxlab import texts
from esxlab.board.pages import build_board
from esxlab.board.server import ALL
from esxlab.engine.events import DrillAnswered, DrillStepped, GroupFinished, StepStarted
from esxlab.engine.told import Told
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab, handout_of
from esxlab.lab.watched import CardWatched, MachineWatched, ServerWatched, Unwatched
from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.browser import browsing

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
KEPT = Path(__file__).parents[1] / "golden" / "board"
SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
BROWSER = ("chromium", "bash", SANS, MONO)
SIZES = {"laptop": (1024, 768), "projector": (1920, 1080), "phone": (360, 640)}
TEACHER, STUDENTS = "t" * 32, "s" * 32
TOKENS = {TEACHER: ALL, STUDENTS: 7}
PAGES = (
    (f"{TEACHER}/", "laptop", False),
    (f"{TEACHER}/", "phone", True),
    (f"{TEACHER}/g07/", "phone", False),
    (f"{STUDENTS}/", "projector", True),
)
NOW = datetime(2026, 11, 30, 8, 12, tzinfo=UTC)
CELL = 4
"""Points of a side: pictures are compared by squares of so many, that smooth letters a little otherwise."""
APART = 40
"""Of 255: squares that differ by more are not the same."""
MOST_APART = 0.004
"""Part of the squares of a picture. Another word in each row is 0.02; see the test below."""


@pytest.fixture(autouse=True)
def the_same_clock(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    texts.set_language("en")


@pytest.fixture
def writer(tmp_path):
    made = Writer(tmp_path, "sio-30", clock=lambda: NOW)
    yield made
    made.close()


def lesson(writer, language):
    """Thirty groups in the middle of a lesson: green, red, one that runs, one that was stopped."""
    texts.set_language(language)
    loaded = load_class_spec(CLASS)
    groups = loaded.groups()
    host = groups[0].site.server.host
    server = Unwatched(ServerWatched(host, "watching", NOW.isoformat()), machines=machines(groups))
    board = build_board(loaded.class_name, groups, Told(writer.place, loaded.class_name), {host: server})
    green = [1, 2, 4, 5, 6, 9, 10, 11, 12]
    writer.run("verify", *green, 7, 8)
    for group in green:
        for name in board.columns:
            writer.step("verify", group, name, "done")
    writer.step("verify", 7, "machines", "failed", LabError("guest.unreachable", detail=NASTY))
    writer.step("verify", 8, "router", "skipped")
    writer.run("provision", 13, 14, pid=ALIVE)
    writer.step("provision", 13, NASTY, pid=ALIVE)
    writer("provision", GroupFinished(14, 1, 3, 1.0, LabError("guest.login", detail="srvweb1")), ALIVE)
    begin_drill(writer)
    board.told.refresh()
    return board


def machines(groups):
    """The machines of the first fourteen groups: group 7's first server off, group 8's waits."""
    found = {}
    for spec in groups[:14]:
        lab = build_lab(spec, phrase="word")
        for machine in lab.machines:
            group, name = spec.group.number, machine.owner.machine
            shared = [a for _, a in handout_of(spec).shared if name == "srvweb2"]
            addresses = (machine.address("inside") or machine.address("outside"), *shared)
            cards = (CardWatched(machine.nics[0].mac, connected=True, addresses=addresses),)
            off, asks = (group, name) == (7, "srvweb1"), (group, name) == (8, "srvweb1")
            found[group, name] = MachineWatched(
                machine.owner,
                "off" if off else "on",
                "" if off else addresses[0],
                f"{NASTY} [Yes / No]" if asks else "",
                () if off else cards,
            )
    return found


def begin_drill(writer):
    """Group 7 is in the middle of one: its client hears nobody."""
    writer.run("drill", 7, pid=ALIVE)
    for event in (
        StepStarted(7, "nic", ""),
        DrillAnswered(7, "nic", 1000.0, ("SRV1",), lost=False),
        DrillStepped(7, "nic", 1005.0, "unplug", {"subject": "srvweb1"}),
        DrillAnswered(7, "nic", 1005.4, (), lost=True, why="silent"),
    ):
        writer("drill", event, ALIVE)


def complaints(page):
    """What axe-core says of the page; it must have had something to say yes to."""
    page.evaluate(f"{AXE};0")
    said = page.evaluate(
        "axe.run().then(r => JSON.stringify([r.passes.length,"
        " r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)])]))"
    )
    passed, violations = json.loads(said)
    assert passed > 15
    return violations


@borrows(*BROWSER)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_core_finds_nothing_on_any_page(tmp_path, writer, language):
    with served(lesson(writer, language), TOKENS) as port, browsing(tmp_path) as page:
        for path, size, dark in PAGES:
            width, height = SIZES[size]
            page.open(f"http://127.0.0.1:{port}/{path}", width=width, height=height, dark=dark)
            assert complaints(page) == [], (path, size)
        page.evaluate("document.querySelector('html').removeAttribute('lang')")
        page.evaluate("document.querySelector('h1').style.color = '#444'")
        assert {found[0] for found in complaints(page)} == {"html-has-lang", "color-contrast"}


def apart(one, other):
    """The part of the squares in which two pictures differ; all of them when their sizes do."""
    if one.size != other.size:
        return 1.0
    small = [each.convert("RGB").reduce(CELL).convert("L") for each in (one, other)]
    found = ImageChops.difference(*small).histogram()
    return sum(found[APART:]) / sum(found)


@borrows(*BROWSER)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_look_as_they_did_when_somebody_looked_at_them(tmp_path, writer, language):
    pictures = {}
    with served(lesson(writer, language), TOKENS) as port, browsing(tmp_path) as page:
        for name, (width, height) in SIZES.items():
            page.open(f"http://127.0.0.1:{port}/{TEACHER}/", width=width, height=height)
            pictures[f"class-{name}"] = page.screenshot()
        for whose, path in (("teacher", f"{TEACHER}/g07/"), ("students", f"{STUDENTS}/")):
            page.open(f"http://127.0.0.1:{port}/{path}", width=1024, height=768)
            pictures[f"{whose}-laptop"] = page.screenshot()
    seen = {name: Image.open(BytesIO(points)) for name, points in pictures.items()}
    if os.environ.get("UPDATE_GOLDEN"):
        KEPT.mkdir(exist_ok=True)
        for name, picture in seen.items():
            picture.convert("RGB").quantize(16).save(KEPT / f"{name}.{language}.png", optimize=True)
    kept = {name: Image.open(KEPT / f"{name}.{language}.png") for name in seen}
    found = {name: apart(seen[name], kept[name]) for name in seen}
    assert {name: part for name, part in found.items() if part > MOST_APART} == {}


def test_pictures_of_two_languages_are_not_the_same():
    for name in ("class-laptop", "class-projector", "class-phone", "teacher-laptop", "students-laptop"):
        english, french = (Image.open(KEPT / f"{name}.{language}.png") for language in ("en", "fr"))
        assert apart(english, english) == 0
        assert apart(english, french) > 2 * MOST_APART, name
