"""The verbs that end or begin a machine's run: power on, power off, suspend, destroy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.backends.vsphere.in_flight import await_off, is_going_down
from esxlab.backends.vsphere.obstacles import question_of
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.lab.machine import Machine


def power_on(server: Connection, machine: Machine) -> None:
    """PowerOnVM; a machine that is on already is as well."""
    seen = server.known(machine)

    def look() -> bool | None:
        return True if server.fresh(machine).powered_on else None

    try:
        server.writer.power_on(machine, seen, look=look)
    except LabError as error:
        if error.code in {"vsphere.question", "vsphere.lost"} and (now := server.fresh(machine)).question:
            raise question_of(now) from error
        if error.code != "vsphere.power_state" or not server.fresh(machine).powered_on:
            raise
    server.inventory.note(replace(seen, powered_on=True))


def power_off(server: Connection, machine: Machine, *, gently_s: float) -> None:
    """ShutdownGuest while Tools run, then PowerOffVM when that was refused or took too long.

    A guest that is going down already, whoever told it to, is given its time all the same.
    """
    seen = server.fresh(machine)
    if seen.powered_on and not (gently_s > 0 and _ends_by_itself(server, machine, seen, gently_s)):

        def look() -> bool | None:
            return None if server.fresh(machine).powered_on else True

        try:
            server.writer.power_off(machine, seen, look=look)
        except LabError as error:
            if error.code != "vsphere.power_state" or server.fresh(machine).powered_on:
                raise
    server.inventory.note(replace(seen, powered_on=False))


def suspend(server: Connection, machine: Machine) -> None:
    """SuspendVM; a machine that is not on is left as it is."""
    seen = server.fresh(machine)
    if not seen.powered_on:
        return

    def look() -> bool | None:
        return None if server.fresh(machine).powered_on else True

    try:
        server.writer.suspend(machine, seen, look=look)
    except LabError as error:
        if error.code != "vsphere.power_state" or server.fresh(machine).powered_on:
            raise
    server.inventory.note(replace(seen, powered_on=False, suspended=True))


def destroy(server: Connection, machine: Machine) -> None:
    """The machine and its own files; disks that are not in its own folder stay."""
    try:
        seen = server.fresh(machine)
    except LabError as error:
        if error.code == "vsphere.no_machine":
            return
        raise

    def look() -> bool | None:
        return True if server.find(machine.owner) is None else None

    try:
        server.writer.destroy(machine, seen, look=look)
    except LabError as error:
        if error.code != "vsphere.gone":
            raise
    server.inventory.forget(seen.moref)


def _ends_by_itself(server: Connection, machine: Machine, seen: SeenMachine, gently_s: float) -> bool:
    if not is_going_down(seen):
        if seen.tools != "guestToolsRunning":
            return False
        if not _ask_to_shut_down(server, machine, seen) and not is_going_down(server.fresh(machine)):
            return False
    return await_off(server, seen, limit_s=gently_s)


def _ask_to_shut_down(server: Connection, machine: Machine, seen: SeenMachine) -> bool:
    """False when it was refused, by Tools above all; what nobody knows is taken for asked."""

    def look() -> bool | None:
        now = server.fresh(machine)
        return True if is_going_down(now) or not now.powered_on else None

    try:
        server.writer.shut_down(machine, seen, look=look)
    except UnknownOutcomeError:
        return True
    except LabError as error:
        if error.code in {"vsphere.cancelled", "vsphere.gone", *OUT_OF_REACH}:
            raise
        return False
    return True
