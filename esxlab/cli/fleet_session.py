"""What the fleet's commands share.

The open fleet, the wait for its schools, the end that a script can tell.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.errors import LabError
from esxlab.show.fleet import remarks, render_groups, render_sites, request_document
from esxlab.show.json_output import to_json
from esxlab.show.words import error_lines
from esxlab.sites.broker import Broker
from esxlab.sites.centre import Centre
from esxlab.sites.fleet import certificates_near_end, load_fleet
from esxlab.sites.folder import Folder
from esxlab.sites.messages import CENTRE, CHANGING
from esxlab.spec.ranges import format_groups, parse_groups
from esxlab.texts import colon, language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from esxlab.cli.options import Shown
    from esxlab.sites.centre import Heard
    from esxlab.sites.fleet import Fleet
    from esxlab.sites.post import Post
    from esxlab.sites.requests import Request

LIFE_H, CARRIED_LIFE_H = 2.0, 168.0
"""A school that was off for the night begins nothing in the morning; a stick is carried for days."""
LISTEN_S = 0.5
AWAY_S = 1.0
MOST_WAITING = 20_000
"""Messages that are read after the time is over: a queue holds half as many."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How to reach the schools.

    The fleet's directory (None: here), a folder instead of the broker, how long to wait.
    """

    fleet: Path | None
    folder: Path | None
    wait_s: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Which schools, which class and groups of each, and for how many hours the request is good.

    `expires_h` is None for what is usual on its way.
    """

    sites: str
    everyone: bool
    class_name: str
    groups: str
    expires_h: float | None

    @property
    def names_something(self) -> bool:
        """Whether the command line names schools, a class or groups."""
        return bool(self.sites or self.everyone or self.class_name or self.groups)


@dataclass(frozen=True, slots=True)
class OpenFleet:
    """The fleet with its post open."""

    fleet: Fleet
    centre: Centre
    wait_s: float
    by_folder: bool = False

    def ask(
        self, verb: str, asked: Asked, each: Mapping[str, Mapping[str, Any]] | None = None, **common: Any
    ) -> Request:
        """Send one verb to the schools that are meant: those of `each`, else those of the command line."""
        sites = tuple(each) if each is not None else self.fleet.chosen(asked.sites, everyone=asked.everyone)
        groups = format_groups(parse_groups(asked.groups)) if asked.groups else ""
        where = {"class_name": asked.class_name, "groups": groups, "language": language()}
        usual_h = CARRIED_LIFE_H if self.by_folder else LIFE_H
        life = timedelta(hours=asked.expires_h or usual_h)
        return self.centre.request(verb, sites, life, each, **where, **common)

    def take_up(self, name: str, shown: Shown) -> Request:
        """A request again: what came for it is filed, and who has not answered is asked again.

        LabError site.no_request, as send.
        """
        request = self.centre.requests.load(name)
        away = False
        for _ in range(MOST_WAITING):
            came, away = self._collect(shown, away)
            if not came:
                break
        self.centre.send(request)
        return request

    def wait(self, request: Request, shown: Shown) -> list[Heard]:
        """Until every school has answered for good, or the time is over.

        How they stand is shown as they answer.
        """
        stop = threading.Event()
        end = time.monotonic() + self.wait_s
        later = _later(request)
        came, away, left = True, False, MOST_WAITING
        if request.verb in ("status", "doctor") and not self.by_folder:
            for name, date in certificates_near_end(self.fleet).items():
                shown.screen.complain(error_lines(LabError("site.certificate", where=name, date=date)))
        with _display(shown) as show, stop_on_interrupt(stop, stopping=later):
            while True:
                heard = self.centre.heard(request)
                show(heard)
                over = time.monotonic() >= end or datetime.now(UTC) >= request.expires + timedelta(minutes=1)
                left -= over  # what lies there is read all the same, however old the request is
                if all(each.is_final for each in heard) or stop.is_set() or (over and not (came and left)):
                    break
                came, away = self._collect(shown, away)
        if not all(each.is_final for each in heard) and not stop.is_set():
            shown.screen.note(later)
        if stop.is_set():
            raise LabError("site.left", request=request.name)
        return heard

    def _collect(self, shown: Shown, away: bool) -> tuple[bool, bool]:  # noqa: FBT001 - what it was
        """File what came.

        Whether something came, and whether the way is closed: told once, no reason to give up.
        """
        try:
            came = self.centre.collect(LISTEN_S)
        except LabError as error:
            if error.code != "site.away":
                raise
            if not self.by_folder and not self.fleet.was_reached:
                raise LabError("site.never_reached", where=error.where, detail=error.detail) from error
            if not away:
                shown.screen.complain(error_lines(error))
            time.sleep(AWAY_S)
            return False, True
        if not self.by_folder:
            self.fleet.reached()
        if away:
            shown.screen.complain(say("site.back"))
        self._tell_dropped(shown)
        return came, False

    def _tell_dropped(self, shown: Shown) -> None:
        """What came and was not taken (forged, of another schema), and what could not be sent."""
        for error in self.centre.unsent:
            shown.screen.complain(error_lines(error))
        self.centre.unsent.clear()
        for error in self.centre.dropped:
            shown.screen.complain(f"{say('site.dropped')}{colon()}{error_lines(error)}")
        self.centre.dropped.clear()


@contextmanager
def open_fleet(ways: Ways) -> Iterator[OpenFleet]:
    """Read the centre's directory and open its post. LabError site.*."""
    from pathlib import Path  # noqa: PLC0415 - a value only here

    fleet = load_fleet(ways.fleet or Path())
    with closing(_post(fleet, ways.folder)) as post:
        yield OpenFleet(fleet, Centre(fleet, post), ways.wait_s, by_folder=ways.folder is not None)


def _later(request: Request) -> str:
    """How to go on with a request that was not answered by all; of plans also how they are carried out."""
    text = say("fleet.later", request=request.name)
    if request.verb in CHANGING and request.asks_for_plans:
        command = f"esxlab fleet {request.verb} --planned {request.name}"
        text += "\n" + say("fleet.later_plans", command=command)
    return text


def _post(fleet: Fleet, folder: Path | None) -> Post:
    if folder is not None:
        return Folder.of_centre(folder)
    if not fleet.broker:
        raise LabError("site.no_way", where=str(fleet.directory))
    return Broker(fleet.broker, CENTRE, fleet.own)


@contextmanager
def _display(shown: Shown) -> Iterator[Any]:
    """What shows how the schools stand: a table that is redrawn, or a line for each change."""
    screen = shown.screen
    if not screen.live:
        yield _Lines(shown).show
        return
    from rich.live import Live  # noqa: PLC0415 - only on a terminal
    from rich.text import Text  # noqa: PLC0415 - as above

    with Live(console=screen.err_console, transient=True, refresh_per_second=4) as live:
        yield lambda heard: live.update(
            Text(render_sites(heard, screen.err_glyphs, width=screen.err_console.width))
        )


class _Lines:
    """One line on stderr for each school whose state has changed."""

    def __init__(self, shown: Shown) -> None:
        self._screen = shown.screen
        self._told: dict[str, str] = {}

    def show(self, heard: Sequence[Heard]) -> None:
        for each in heard:
            state = each.answer.state if each.answer else ""
            if state and self._told.get(each.site) != state:
                self._told[each.site] = state
                self._screen.note(say("fleet.news", site=each.site, state=say(f"word.{state}")))


def show_result(request: Request, heard: Sequence[Heard], shown: Shown) -> ExitCode:
    """Write the result; the exit code is one that the single commands have."""
    if shown.output == "json":
        shown.screen.document(to_json("fleet", request_document(request, heard)))
    else:
        shown.screen.result(tables(heard, shown))
    for error in remarks(heard):
        shown.screen.complain(error_lines(error))
    return exit_code_of_sites(heard)


def tables(heard: Sequence[Heard], shown: Shown) -> str:
    """The schools, then their groups."""
    width = shown.screen.width
    groups = render_groups(heard, width=width)
    return render_sites(heard, shown.screen.glyphs, width=width) + (f"\n{groups}" if groups else "")


def exit_code_of_sites(heard: Sequence[Heard]) -> ExitCode:
    """0 when every school's command ended so; the common code of all; else that some, or all, failed."""
    codes = [_code_of(each) for each in heard]
    bad = {code for code in codes if code != ExitCode.DONE}
    if not bad:
        return ExitCode.DONE
    if len(bad) == 1 and (ExitCode.DONE not in codes or bad == {ExitCode.CHECK_FAILED}):
        return bad.pop()
    return ExitCode.SOME_FAILED if ExitCode.DONE in codes else ExitCode.ALL_FAILED


def _code_of(heard: Heard) -> ExitCode:
    answer = heard.answer
    if answer is None or answer.state == "running":
        return ExitCode.ALL_FAILED
    if answer.state == "refused":
        return exit_code_of(LabError(answer.reason))
    if answer.reason == "site.killed":
        return ExitCode.INTERRUPTED
    known = {int(code) for code in ExitCode}
    return ExitCode(answer.code) if answer.code in known else ExitCode.BUG
