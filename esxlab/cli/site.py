"""esxlab site: a school's side of a fleet, and the keys that the centre makes for its schools."""

from __future__ import annotations

import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options
from esxlab.cli.worded import FilePath, WordedCommand, WordedGroup, lang_option, option
from esxlab.errors import LabError
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.cli.options import Shown
    from esxlab.local.lock import LocalLock
    from esxlab.sites.messages import Job
    from esxlab.sites.permits import Permits
    from esxlab.sites.post import Post

UNIT = """\
[Unit]
Description=esxlab, school {name}
After=network-online.target
Wants=network-online.target

[Service]
EnvironmentFile=-{directory}/environment
ExecStart={program} site run {name} --directory {directory}{way}
Restart=always
RestartSec=30
KillMode=mixed
TimeoutStopSec=3600
NoNewPrivileges=yes
ProtectSystem=full

[Install]
WantedBy=default.target
"""
"""KillMode=mixed: SIGTERM goes to esxlab alone, which ends its command gently (systemd.kill(5)).

EnvironmentFile=-: passwords, if the file is there (systemd.exec(5)).
"""


@click.group("site", cls=WordedGroup, help="command.site.long")
@lang_option()
def command() -> None:
    """The subcommands."""


@command.command("run", cls=WordedCommand, help="command.site_run.long", short_help="command.site_run.short")
@click.argument("name", metavar="SITE")
@option("--directory", type=FilePath(), default=Path, metavar="DIRECTORY", help="option.site_directory")
@option("--broker", default="", metavar="URL", help="option.broker")
@option("--folder", type=FilePath(), metavar="DIRECTORY", help="option.site_folder")
@option("--once", is_flag=True, help="option.once")
@option("--sim", is_flag=True, help="option.sim")
@shown_options("table")
def run(
    *, name: str, directory: Path, broker: str, folder: Path | None, once: bool, sim: bool, shown: Shown
) -> ExitCode:
    """Take jobs and answer until SIGTERM or Ctrl-C."""
    from contextlib import closing  # noqa: PLC0415 - only when the command line is right

    from esxlab.cli.interrupt import stop_on_interrupt  # noqa: PLC0415 - as above
    from esxlab.cli.places import journal_directory  # noqa: PLC0415 - as above
    from esxlab.sites.desk import Desk  # noqa: PLC0415 - as above
    from esxlab.sites.job_store import JobStore  # noqa: PLC0415 - as above
    from esxlab.sites.keys import load_key  # noqa: PLC0415 - as above
    from esxlab.sites.performing import Performer  # noqa: PLC0415 - as above
    from esxlab.sites.permits import CurrentPermits  # noqa: PLC0415 - as above
    from esxlab.sites.runner import run_site  # noqa: PLC0415 - as above

    directory = directory.resolve()
    permits = _permits_of(directory, name)
    post = _post(permits, directory, broker, folder)
    key = load_key(directory / "site.key")
    state = directory / "state"
    with closing(_only_runner(state / "runner.lock", name)):
        job_store = JobStore(state)
        performer = Performer(directory, journal_directory(), sim=sim)
        desk = Desk(CurrentPermits(directory), key, job_store, performer=performer, note=_telling(shown))
        stop = threading.Event()
        shown.screen.note(say("site.listens", name=name))
        with stop_on_interrupt(stop, stopping=say("site.stopping")):
            daily = partial(_tell_end, directory, shown)
            run_site(post, desk, job_store, stop, away=_telling_away(shown), daily=daily, once=once)
    return ExitCode.DONE


@command.command(
    "keys", cls=WordedCommand, help="command.site_keys.long", short_help="command.site_keys.short"
)
@click.argument("sites", nargs=-1, metavar="SITE...")
@option("--fleet", type=FilePath(), default=Path, metavar="DIRECTORY", help="option.fleet")
@option("--broker", default="", metavar="URL", help="option.broker")
@option("--renew", "renewing", is_flag=True, help="option.renew")
@shown_options("table", "json")
def keys(*, sites: tuple[str, ...], fleet: Path, broker: str, renewing: bool, shown: Shown) -> ExitCode:
    """Make what each of these schools needs, and what the broker's administrator needs."""
    from esxlab.sites.fleet import add_sites  # noqa: PLC0415 - only when the command line is right

    if renewing:
        return _renew(sites, fleet, shown)
    if not (sites or broker):
        raise LabError("site.no_names")
    made = add_sites(fleet, sites, broker)
    places = {name: fleet / "sites" / name for name in sites}
    if sites or shown.output == "json":
        said = [say("site.made", name=name, directory=place) for name, place in places.items()]
        document = {**_keys_document(places), "broker": str(fleet / "broker") if made.broker else None}
        shown.give("site-keys", document, "\n".join(said))
    if made.broker:
        shown.screen.note(say("site.broker_files", directory=fleet / "broker"))
    return ExitCode.DONE


def _renew(sites: tuple[str, ...], directory: Path, shown: Shown) -> ExitCode:
    """New certificates, and where each of them goes."""
    from esxlab.sites.fleet import load_fleet, places_of, renew  # noqa: PLC0415 - only to act

    renewed = renew(directory, sites)
    places = places_of(load_fleet(directory))
    said = [
        say(
            f"site.renewed_{name}" if name in ("centre", "broker") else "site.renewed",
            name=name,
            directory=places[name],
        )
        for name in renewed
    ]
    document = _keys_document({name: places[name] for name in renewed})
    shown.give("site-keys", document, "\n".join(said or [say("site.renewed_none")]))
    return ExitCode.DONE


def _keys_document(places: Mapping[str, Path]) -> dict[str, object]:
    """Who has keys or a certificate anew, and in which directory."""
    return {"made": [{"name": name, "directory": str(place)} for name, place in places.items()]}


@command.command(
    "unit", cls=WordedCommand, help="command.site_unit.long", short_help="command.site_unit.short"
)
@click.argument("name", metavar="SITE")
@option("--directory", type=FilePath(), default=Path, metavar="DIRECTORY", help="option.site_directory")
@option("--folder", type=FilePath(), metavar="DIRECTORY", help="option.site_folder")
@shown_options("text")
def unit(*, name: str, directory: Path, folder: Path | None, shown: Shown) -> ExitCode:
    """Print a unit for systemd."""
    directory = directory.resolve()
    _permits_of(directory, name)
    program = shutil.which("esxlab") or f"{sys.executable} -m esxlab"
    way = f" --folder {folder.resolve()}" if folder else ""
    for text in (str(directory), str(folder or "")):
        if any(sign in text for sign in "%\"'\\ \n\t"):
            raise LabError("site.unit_path", where=text)
    shown.screen.document(UNIT.format(name=name, program=program, directory=directory, way=way))
    return ExitCode.DONE


@command.command(
    "offers", cls=WordedCommand, help="command.site_offers.long", short_help="command.site_offers.short"
)
@option("--directory", type=FilePath(), default=Path, metavar="DIRECTORY", help="option.site_directory")
@shown_options("table", "json")
def offers(*, directory: Path, shown: Shown) -> ExitCode:
    """The specs that the centre offers."""
    from esxlab.show.tables import draw  # noqa: PLC0415 - only when the command line is right
    from esxlab.sites.job_store import JobStore  # noqa: PLC0415 - as above

    found = JobStore(directory / "state").offers()
    rows = [[name, digest[:12], str(len(text.splitlines()))] for name, digest, text in found]
    heads = [say(f"column.{name}") for name in ("class_name", "digest", "lines")]
    document = {
        "offers": [
            {"class": name, "digest": digest, "lines": len(text.splitlines())} for name, digest, text in found
        ]
    }
    text = draw(heads, rows, width=shown.screen.width) if rows else say("site.no_offers")
    shown.give("site-offers", document, text)
    return ExitCode.DONE


@command.command(
    "take", cls=WordedCommand, help="command.site_take.long", short_help="command.site_take.short"
)
@click.argument("class_name", metavar="CLASS")
@click.argument("digest", metavar="DIGEST")
@option("--directory", type=FilePath(), default=Path, metavar="DIRECTORY", help="option.site_directory")
@shown_options("table", "json")
def take(*, class_name: str, digest: str, directory: Path, shown: Shown) -> ExitCode:
    """Put an offered spec in the place that site.yaml names for its class; the old one stays beside it."""
    from esxlab.sites.job_store import JobStore  # noqa: PLC0415 - only when the command line is right
    from esxlab.sites.permits import load_permits, take_offer  # noqa: PLC0415 - as above

    path, before = take_offer(
        directory, load_permits(directory), JobStore(directory / "state"), class_name, digest
    )
    document = {"class": class_name, "file": str(path), "kept": str(before) if before else None}
    shown.give("site-take", document, say("site.taken", name=class_name, path=path))
    if before is not None:
        shown.screen.note(say("site.kept", path=before))
    return ExitCode.DONE


def _only_runner(lock: Path, name: str) -> LocalLock:
    """Of two runners both would do the same job. LabError site.running."""
    from esxlab.local.lock import LocalLock  # noqa: PLC0415 - only to act

    try:
        return LocalLock(lock, who=f"site {name}")
    except LabError as error:
        if error.code != "lock.held_here":
            raise
        raise LabError("site.running", where=str(lock.parent.parent), who=error.facts["who"]) from error


def _permits_of(directory: Path, name: str) -> Permits:
    """site.yaml as it is now. LabError site.other_name when it is another school's."""
    from esxlab.sites.permits import load_permits  # noqa: PLC0415 - only to act

    permits = load_permits(directory)
    if permits.site != name:
        raise LabError("site.other_name", where=str(directory), name=permits.site, asked=name)
    return permits


def _post(permits: Permits, directory: Path, broker: str, folder: Path | None) -> Post:
    from esxlab.sites.broker import Broker, host_of  # noqa: PLC0415 - only to act
    from esxlab.sites.folder import Folder  # noqa: PLC0415 - as above

    if folder is not None:
        return Folder.of_site(folder, permits.site)
    url = broker or permits.broker
    if not url:
        raise LabError("site.no_way", where=str(directory))
    host_of(url)
    return Broker(url, permits.site, directory)


def _telling(shown: Shown) -> Callable[[Job | None, LabError | str], None]:
    """One line on stderr, where systemd's journal takes it, for what happens.

    Class and verb, never a name.
    """

    def tell(job: Job | None, what: LabError | str) -> None:
        words = what.brief if isinstance(what, LabError) else say(f"site.{what.partition(' ')[0]}")
        code = what.partition(" ")[2] if isinstance(what, str) else ""
        plan = " --dry-run" if job and job.dry_run else ""
        subject = f"{job.run[:8]} {job.verb}{plan} {job.class_name}".strip() if job else say("site.dropped")
        detail = f" ({what.detail})" if isinstance(what, LabError) and what.detail else ""
        mend = f" -> {say(f'error.{what.code}.fix', **what.facts)}" if isinstance(what, LabError) else ""
        about = f"{words}{f' {code}' if code else ''}"
        shown.screen.note(f"{subject}{colon()}{about}{detail}{mend}")

    return tell


def _tell_end(directory: Path, shown: Shown) -> None:
    """Of this school's certificate, when that is near."""
    from esxlab.show.words import error_lines  # noqa: PLC0415 - only to act
    from esxlab.sites.keys import ends_soon  # noqa: PLC0415 - as above

    if end := ends_soon(directory / "tls.pem"):
        shown.screen.complain(error_lines(LabError("site.certificate", where=str(directory), date=end)))


def _telling_away(shown: Shown) -> Callable[[LabError | None], None]:
    from esxlab.show.words import error_lines  # noqa: PLC0415 - only to act

    def tell(error: LabError | None) -> None:
        shown.screen.complain(error_lines(error) if error else say("site.back"))

    return tell
