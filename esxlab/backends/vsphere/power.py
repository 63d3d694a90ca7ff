"""The verbs that end or begin a machine's run: power on, power off, destroy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.devices import DEVICE, detached
from esxlab.backends.vsphere.faults import InDoubt, settle
from esxlab.backends.vsphere.in_flight import await_off, is_going_down
from esxlab.backends.vsphere.obstacles import question_of
from esxlab.backends.vsphere.reading import read_machine
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.backends.vsphere.store import plain_path
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
        server.run(seen.ref.PowerOnVM_Task, what=machine.name, look=look, on=seen.ref)
    except LabError as error:
        if error.code == "vsphere.question" and (now := server.fresh(machine)).question:
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
            server.run(seen.ref.PowerOffVM_Task, what=machine.name, look=look, on=seen.ref)
        except LabError as error:
            if error.code != "vsphere.power_state" or server.fresh(machine).powered_on:
                raise
    server.inventory.note(replace(seen, powered_on=False))


def destroy(server: Connection, machine: Machine) -> None:
    """Detach what is not in the machine's own folder, then Destroy, which deletes every attached disk."""
    try:
        seen = server.fresh(machine)
    except LabError as error:
        if error.code == "vsphere.no_machine":
            return
        raise
    own = f"[{machine.datastore}] {machine.folder}/"
    foreign = {path for path in seen.disks if not path.startswith(own)}
    if foreign:
        _detach(server, seen, foreign)

    def look() -> bool | None:
        return True if server.find(machine.owner) is None else None

    try:
        server.run(seen.ref.Destroy_Task, what=machine.name, look=look, on=seen.ref)
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
        settle(lambda: server.session.change(lambda: seen.ref.ShutdownGuest() or True, what=seen.name), look)
    except InDoubt:
        return True
    except LabError as error:
        if error.code in {"vsphere.cancelled", "vsphere.gone", *OUT_OF_REACH}:
            raise
        return False
    return True


def _detach(server: Connection, seen: SeenMachine, paths: set[str]) -> None:
    devices = server.hardware(seen).device
    disks = [
        d for d in devices if isinstance(d, DEVICE.VirtualDisk) and plain_path(d.backing.fileName) in paths
    ]
    spec = vim.vm.ConfigSpec(deviceChange=[detached(disk) for disk in disks])

    def look() -> bool | None:
        again = read_machine(server.session, seen.ref, seen.datacenter)
        return True if again is None or not paths & set(again.disks) else None

    server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=seen.name, look=look, on=seen.ref)
