"""What a watched server tells of a group: its machines, and the drawing of what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.exercises.registry import handout_of
from esxlab.foreign import brief_line, moment_of
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Runtime
from esxlab.lab.origin import under_origin
from esxlab.lesson.now import group_now
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.lab.machine import Machine
    from esxlab.lab.watched import MachineWatched, ServerWatched, Watched
    from esxlab.lesson.now import GroupNow
    from esxlab.planning.standing import State
    from esxlab.spec.resolved import GroupSpec

UNNAMED = {"watching": "board.live", "lost": "board.not_known", "ended": "board.not_known"}
LONGEST = 60
QUESTION = 200
"""Signs of what a machine waits for an answer to."""


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A machine on its group's page; `power` is a word of `power.*`."""

    name: str
    power: str
    address: str = ""
    question: str = ""

    @property
    def word(self) -> str:
        """How it is."""
        return say(f"power.{self.power}")

    @property
    def status(self) -> str:
        """For its colour and its sign."""
        return "failed" if self.question else {"on": "ok", "absent": "absent"}.get(self.power, "partial")


@dataclass(frozen=True, slots=True)
class There:
    """A group as its server tells it now. `now` None: nobody tells; `lost`: any more, since then (ISO 8601).

    `changed` is when others of its machines were there, or on, than before (seconds since 1970).
    """

    machines: tuple[MachineLine, ...] = ()
    now: GroupNow | None = None
    lost: str = ""
    changed: float = 0.0

    @property
    def on(self) -> int:
        """How many machines are on."""
        return sum(line.power == "on" for line in self.machines)

    @property
    def state(self) -> State:
        """As `status` would call a group of which not all is on, as far as power tells."""
        powers = {line.power for line in self.machines}
        if "absent" in powers:
            return "partial" if len(powers) > 1 else "absent"
        return "changed" if "on" in powers else "paused"

    @property
    def status(self) -> str:
        """One status of all: a question above all, then what is off or not there."""
        found = {line.status for line in self.machines}
        if "failed" in found or not found:
            return "failed" if found else "waiting"
        return found.pop() if len(found) == 1 else "partial"


def there_of(spec: GroupSpec, wanted: Lab, watched: Watched | None) -> There:
    """What is there of this group, or nothing when nobody tells now."""
    if watched is None:
        return There()
    number, changed = spec.group.number, watched.changed.get(spec.group.number, 0.0)
    if (standing := watched.standing).standing != "watching":
        return There(lost=standing.since if standing.standing in ("lost", "ended") else "", changed=changed)
    told = watched.machines
    mine = {m.owner.machine: told.get((number, m.owner.machine)) for m in wanted.machines}
    lines = tuple(_line(name, seen) for name, seen in mine.items())
    here = {name: seen for name, seen in mine.items() if seen is not None}
    origin = next((seen.owner.group.origin for seen in here.values()), "")
    wanted = under_origin(wanted, origin)
    found = Lab(
        wanted.group,
        wanted.site,
        machines=tuple(
            _found(machine, here[machine.owner.machine])
            for machine in wanted.machines
            if machine.owner.machine in here
        ),
    )
    return There(lines, group_now(spec, wanted, found, dict(_held(spec, here))), changed=changed)


def server_line(standing: ServerWatched, *, named: bool, live: bool = True) -> str:
    """How a server stands, in one sentence; not `named`: for students, without its name and why.

    Not `live`: on a page that is written once, and follows nobody.
    """
    since = moment_of(standing.since)
    facts = {"host": standing.host, "since": f"{since:%H:%M}" if since else ""}
    if not named:
        return say(UNNAMED.get(standing.standing, "board.not_live"), **facts)
    trouble = standing.trouble
    why = trouble.brief if isinstance(trouble, LabError) else ""
    if standing.standing == "watching" and not live:
        return say("board.server.seen", **facts)
    return say(f"board.server.{standing.standing}", why=brief_line(why, QUESTION), **facts)


def _line(name: str, seen: MachineWatched | None) -> MachineLine:
    if seen is None:
        return MachineLine(name, "absent")
    address = brief_line(seen.address, LONGEST)
    return MachineLine(name, seen.power, address, brief_line(seen.question, QUESTION))


def _found(wanted: Machine, seen: MachineWatched) -> Machine:
    """As a look would have found it; a card that Tools do not tell of is taken as it is wanted."""
    out = {card.mac for card in seen.cards if not card.connected}
    return replace(
        wanted,
        powered_on=seen.power == "on",
        nics=tuple(replace(nic, connected=nic.mac.lower() not in out) for nic in wanted.nics),
        runtime=Runtime(address=seen.address, suspended=seen.power == "suspended"),
    )


def _held(spec: GroupSpec, here: Mapping[str, MachineWatched]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Shared address -> who holds it by Tools; left out while one that is on has told no address at all."""
    servers: Sequence[MachineWatched] = [
        here[m.key]
        for m in spec.machines
        if m.role != "client" and m.key in here and here[m.key].power == "on"
    ]
    if all(server.all_addresses for server in servers):
        for _, address in handout_of(spec).shared:
            yield (
                address,
                tuple(server.owner.machine for server in servers if address in server.all_addresses),
            )
