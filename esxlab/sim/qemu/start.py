"""Brings engine qemu to life inside the school's namespace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from esxlab.sim.qemu.cables import Cables
from esxlab.sim.qemu.engine import QemuEngine
from esxlab.sim.qemu.machine import choose_accelerator
from esxlab.sim.qemu.model import model_pair
from esxlab.sim.qemu.namespace import require_isolation
from esxlab.sim.qemu.programs import RUNNING, require
from esxlab.sim.qemu.routers import Routers

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.contracts import PowerSwitch, SchoolShape

log = logging.getLogger(__name__)
MACHINES = "machines"


async def start_qemu(shape: SchoolShape, power: PowerSwitch, *, directory: Path) -> QemuEngine:
    """The engine, with the school's network up.

    Raises:
        LabError: sim.programs, sim.not_isolated, sim.command_failed.
    """
    require(RUNNING)
    require_isolation()
    logs = directory / MACHINES
    logs.mkdir(exist_ok=True)
    cables = Cables(shape.school_network, shape.school_gateway)
    try:
        cables.open(logs)
        accelerator = await choose_accelerator(model_pair(), logs)
        cables.require_dhcp()
    except BaseException:
        cables.close()
        raise
    log.info("machines run with %s", accelerator)
    return QemuEngine(power, cables, Routers(cables), accelerator=accelerator, directory=logs)
