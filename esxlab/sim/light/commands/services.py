"""systemctl, service and update-rc.d, with systemd's own words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esxlab.sim.light.apache import read_configuration
from esxlab.sim.light.commands.options import OptionError, parse
from esxlab.sim.light.services import start_unit, stop_unit
from esxlab.sim.light.units import STATIC, UNITS, canonical

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from esxlab.sim.light.call import Call

NOT_ACTIVE = 3
NO_UNIT_STATUS = 4
NO_UNIT = 5
LONG = {"quiet": "q", "now": "n", "no-pager": "P", "no-block": "B", "force": "f", "full": "l",
        "no-legend": "L", "no-ask-password": "P", "runtime": "r", "no-reload": "R"}  # fmt: skip


async def systemctl(call: Call) -> int:
    """`systemctl VERB [UNIT...]`."""
    try:
        options = parse(call.args, "qflt:n:", LONG)
    except OptionError as error:
        return call.fail(f"systemctl: {error}")
    verb, units = (options.rest or ["list-units"])[0], [canonical(name) for name in options.rest[1:]]
    if verb in QUESTIONS:
        return QUESTIONS[verb](call, units, quiet="q" in options)
    if verb in CHANGES:
        return await _change(call, units, verb, now="n" in options)
    if verb == "reset-failed":
        call.machine.processes.failed.clear()
    if verb in ("daemon-reload", "reset-failed", "daemon-reexec"):
        return 0
    if verb in ("poweroff", "reboot", "halt"):
        call.machine.world.on_power(call.machine, "reboot" if verb == "reboot" else "poweroff")
        return 0
    return call.fail(f"Unknown operation {verb}.")


async def _change(call: Call, units: list[str], verb: str, *, now: bool) -> int:
    if not units:
        return call.fail("Too few arguments.")
    status = 0
    for unit in units:
        status = await CHANGES[verb](call, unit, verb) or status
        if now and verb in ("enable", "disable"):
            follow = "start" if verb == "enable" else "stop"
            status = await CHANGES[follow](call, unit, follow) or status
    return status


def _is_enabled(call: Call, units: list[str], *, quiet: bool) -> int:
    good = False
    for unit in units:
        state = enabled_state(call, unit)
        if not state:
            call.fail(f"Failed to get unit file state for {unit}.service: No such file or directory")
            continue
        good = good or state in ("enabled", "static")
        if not quiet:
            call.print(state)
    return int(not good)


def enabled_state(call: Call, unit: str) -> str:
    """enabled, disabled, masked, static; empty: there is no such unit."""
    if unit in call.machine.disk.masked:
        return "masked"
    if not call.machine.has_unit(unit):
        return ""
    if unit in STATIC:
        return "static"
    return "enabled" if unit in call.machine.disk.enabled else "disabled"


def active_state(call: Call, unit: str) -> str:
    """active, failed or inactive."""
    processes = call.machine.processes
    if unit in processes.active or unit in STATIC:
        return "active"
    return "failed" if unit in processes.failed else "inactive"


def _is_active(call: Call, units: list[str], *, quiet: bool) -> int:
    states = [active_state(call, unit) for unit in units]
    if not quiet:
        for state in states:
            call.print(state)
    return 0 if "active" in states else NOT_ACTIVE


def _is_failed(call: Call, units: list[str], *, quiet: bool) -> int:
    states = [active_state(call, unit) for unit in units]
    if not quiet:
        for state in states:
            call.print(state)
    return 0 if "failed" in states else 1


def _status(call: Call, units: list[str], *, quiet: bool) -> int:  # noqa: ARG001 - one shape for all questions
    status = 0
    for unit in units:
        if not call.machine.has_unit(unit):
            status = call.fail(f"Unit {unit}.service could not be found.", NO_UNIT_STATUS)
            continue
        state = active_state(call, unit)
        detail = {"active": "active (running)", "failed": "failed (Result: exit-code)"}.get(
            state, "inactive (dead)"
        )
        call.print(f"* {unit}.service - {UNITS.get(unit, unit)}")
        call.print(f"   Loaded: loaded (/lib/systemd/system/{unit}.service; {enabled_state(call, unit)}; "
                   "vendor preset: enabled)")  # fmt: skip
        call.print(f"   Active: {detail}")
        lines = [
            line for line in call.machine.processes.journal if f" {unit}" in line or f"{unit}.service" in line
        ]
        for line in lines[-5:]:
            call.print(line)
        status = status if state == "active" else NOT_ACTIVE
    return status


def _is_system_running(call: Call, units: list[str], *, quiet: bool) -> int:  # noqa: ARG001 - one shape
    machine = call.machine
    state = "stopping" if machine.going_down else "starting" if not machine.booted else ""
    state = state or ("degraded" if machine.processes.failed else "running")
    if not quiet:
        call.print(state)
    return int(state != "running")


def _list_units(call: Call, units: list[str], *, quiet: bool) -> int:  # noqa: ARG001 - one shape
    for unit in UNITS:
        if call.machine.has_unit(unit):
            call.print(f"{unit}.service loaded {active_state(call, unit)} {UNITS[unit]}")
    return 0


async def _start(call: Call, unit: str, verb: str) -> int:
    machine = call.machine
    if unit in STATIC:
        return 0
    if unit in machine.disk.masked:
        return call.fail(f"Failed to {verb} {unit}.service: Unit {unit}.service is masked.")
    if not machine.has_unit(unit):
        return call.fail(f"Failed to {verb} {unit}.service: Unit {unit}.service not found.", NO_UNIT)
    if verb in ("restart", "force-reload"):
        await stop_unit(machine, unit)
    if verb == "try-restart":
        if unit not in machine.processes.active:
            return 0
        await stop_unit(machine, unit)
    if await start_unit(machine, unit):
        return 0
    return call.fail(f"Job for {unit}.service failed because the control process exited with error code.\n"
                     f'See "systemctl status {unit}.service" and "journalctl -xe" for details.')  # fmt: skip


async def _stop(call: Call, unit: str, verb: str) -> int:
    if not call.machine.has_unit(unit):
        return call.fail(f"Failed to {verb} {unit}.service: Unit {unit}.service not loaded.", NO_UNIT)
    await stop_unit(call.machine, unit)
    return 0


async def _reload(call: Call, unit: str, verb: str) -> int:
    if not call.machine.has_unit(unit):
        return call.fail(f"Failed to {verb} {unit}.service: Unit {unit}.service not found.", NO_UNIT)
    if unit not in call.machine.processes.active:
        if verb == "reload-or-restart":
            return await _start(call, unit, "start")
        return call.fail(f"{unit}.service is not active, cannot reload.")
    if unit == "apache2" and (problem := read_configuration(call.machine)):
        return call.fail(f"Job for apache2.service failed: {problem}")
    if unit in ("ssh", "heartbeat"):
        await stop_unit(call.machine, unit)
        return int(not await start_unit(call.machine, unit))
    return 0


async def _enable(call: Call, unit: str, verb: str) -> int:
    machine = call.machine
    await asyncio.sleep(0)
    if not machine.has_unit(unit):
        return call.fail(f"Failed to {verb} unit: No such file or directory")
    if verb == "enable" and unit in machine.disk.masked:
        return call.fail(f"Failed to enable unit: Unit file /etc/systemd/system/{unit}.service is masked.")
    changed = (unit in machine.disk.enabled) != (verb == "enable")
    if changed and unit not in STATIC:
        machine.disk.changed = True
        (machine.disk.enabled.add if verb == "enable" else machine.disk.enabled.discard)(unit)
    if unit in ("apache2", "heartbeat", "ipvsadm", "ssh"):
        call.fail(
            f"Synchronizing state of {unit}.service with SysV service script with "
            f"/lib/systemd/systemd-sysv-install.\nExecuting: /lib/systemd/systemd-sysv-install {verb} {unit}"
        )
    return 0


async def _mask(call: Call, unit: str, verb: str) -> int:
    machine = call.machine
    await asyncio.sleep(0)
    path = f"/etc/systemd/system/{unit}.service"
    if (unit in machine.disk.masked) != (verb == "mask"):
        machine.disk.changed = True
        (machine.disk.masked.add if verb == "mask" else machine.disk.masked.discard)(unit)
        call.fail(f"Created symlink {path} -> /dev/null." if verb == "mask" else f"Removed {path}.")
    return 0


QUESTIONS: dict[str, Callable[..., int]] = {
    "is-active": _is_active,
    "is-enabled": _is_enabled,
    "is-failed": _is_failed,
    "is-system-running": _is_system_running,
    "list-units": _list_units,
    "status": _status,
}
CHANGES: dict[str, Callable[[Call, str, str], Awaitable[int]]] = {
    "disable": _enable,
    "enable": _enable,
    "force-reload": _start,
    "mask": _mask,
    "reload": _reload,
    "reload-or-restart": _reload,
    "restart": _start,
    "start": _start,
    "stop": _stop,
    "try-restart": _start,
    "unmask": _mask,
}


async def service(call: Call) -> int:
    """`service NAME start|stop|restart|status`."""
    if len(call.args) < 2:  # noqa: PLR2004 - name and verb
        return call.fail(
            "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]"
        )
    return await _by_name(call, call.args[0], call.args[1])


async def init_script(call: Call) -> int:
    """`/etc/init.d/NAME VERB`: handed to systemd."""
    return await _by_name(call, call.name, (call.args or ["status"])[0])


async def _by_name(call: Call, name: str, verb: str) -> int:
    unit = canonical(name)
    if not call.machine.has_unit(unit):
        return call.fail(f"{name}: unrecognized service") if verb != "status" else call.fail(
            f"Unit {unit}.service could not be found.", NO_UNIT_STATUS)  # fmt: skip
    if verb == "status":
        return _status(call, [unit], quiet=False)
    if verb not in CHANGES:
        return call.fail(f"Usage: /etc/init.d/{unit} {{start|stop|restart|reload|force-reload|status}}", 3)
    return await CHANGES[verb](call, unit, verb)


async def update_rc_d(call: Call) -> int:
    """`update-rc.d NAME defaults|enable|disable|remove`."""
    words = [word for word in call.args if not word.startswith("-")]
    if len(words) < 2:  # noqa: PLR2004 - name and verb
        return call.fail("update-rc.d: error: not enough arguments")
    unit = canonical(words[0])
    if not call.machine.has_unit(unit):
        return call.fail(f"update-rc.d: error: cannot find a LSB script for {words[0]}")
    on = words[1] in ("defaults", "enable")
    (call.machine.disk.enabled.add if on else call.machine.disk.enabled.discard)(unit)
    call.machine.disk.changed = True
    return 0
