"""The school's one process: `python -m esxlab.sim.daemon DIRECTORY`, its orders as JSON on standard input."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from esxlab.errors import LabError
from esxlab.local.files import write_private
from esxlab.sim.access import ACCESS_FILE, FAILURE
from esxlab.sim.conditions import Conditions, CopySpeed
from esxlab.sim.running import RunningSchool
from esxlab.sim.shape import shape_from_json

SWITCH_INTERVAL_S = 0.0005


def main() -> None:
    """Run the school until SIGTERM."""
    directory = Path(sys.argv[1])
    orders = json.loads(sys.stdin.readline())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # the proxies' thread must not wait for a guest's cryptography
    conditions = dict(orders["conditions"])
    conditions["copies"] = CopySpeed(*conditions["copies"])
    conditions["lacking"] = tuple(conditions["lacking"])
    school = RunningSchool(
        shape_from_json(orders["shape"]),
        directory=directory,
        binary=Path(orders["binary"]),
        conditions=Conditions(**conditions),
    )
    try:
        asyncio.run(_serve(school, directory))
    except LabError as error:
        write_private(directory / FAILURE, json.dumps([error.code, error.where, error.detail, error.facts]))
        raise


async def _serve(school: RunningSchool, directory: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await school.start()
    try:
        write_private(directory / ACCESS_FILE, json.dumps(school.access(), indent=1))
        await stop.wait()
    finally:
        (directory / ACCESS_FILE).unlink(missing_ok=True)
        await school.close()


if __name__ == "__main__":
    main()
