"""esxlab unlock: break the locks of groups whose run is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.lab.lock import LockHolder
    from esxlab.lab.machine import Site


@click.command("unlock", cls=WordedCommand, help="command.unlock.long")
@spec_options()
@option("-y", "--yes", is_flag=True, help="option.yes")
@shown_options("table", "json")
def command(*, source: Source, yes: bool, shown: Shown) -> ExitCode:
    """Show, ask, break."""
    if not source.groups:
        raise LabError("usage.unlock_groups")
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right

    with open_session(source, shown.screen, parallel=8) as session:
        locks = [
            (number, site, name, session.backends.vsphere.lock_holder(site, name))
            for number, site, name in _names(session)
        ]
        held = [lock for lock in locks if lock[3] is not None]
        for number, _, _, holder in held:
            shown.screen.complain(_line(number, holder))
        if held and not yes and not confirm(say("confirm.unlock"), shown.screen):
            return ExitCode.INTERRUPTED
        for _, site, name, _ in locks:  # those without an owner file too
            session.backends.vsphere.unlock(site, name, None)
        broken = sorted({number for number, *_ in held})
    said = [say("unlock.broken", group=number) for number in broken] or [say("unlock.none")]
    document = {"class": session.class_name, "broken": [_entry(*lock) for lock in held]}
    shown.give("unlock", document, "\n".join(said))
    return ExitCode.DONE


def _names(session: Session) -> Iterator[tuple[int, Site, str]]:
    """The locks of the chosen groups: their own, and their routers' wherever these may lie."""
    from esxlab.lab.lock import group_lock, router_lock, router_places  # noqa: PLC0415 - only when it is run

    behind = {lab.group: lab.router.address.host for lab in session.wanted if lab.router}
    servers = session.roster.servers(behind)
    records = [r for server in servers for r in session.backends.vsphere.find_all_records(server)]
    for lab in session.wanted:
        yield lab.group.number, lab.site, group_lock(lab.group)
        if host := behind.get(lab.group):
            for site in router_places(host, lab.site, records):
                yield lab.group.number, site, router_lock(host)


def _entry(number: int, site: Site, name: str, holder: LockHolder | None) -> dict[str, object]:
    """A lock that was held; times are the vSphere server's."""
    if holder is None:
        raise AssertionError
    times = {"since": holder.since.isoformat(), "refreshed": holder.refreshed.isoformat()}
    return {"group": number, "lock": name, "datastore": site.datastore, "who": holder.who, **times}


def _line(number: int, holder: LockHolder | None) -> str:
    from esxlab.backends.locking import shown_time  # noqa: PLC0415 - only when the command is run

    if holder is None:
        raise AssertionError
    times = {"since": shown_time(holder.since), "refreshed": shown_time(holder.refreshed)}
    return say("unlock.held", group=number, who=holder.who, **times)
