"""Many schools and one centre: what a request costs, and how long it takes beside its slowest school.

Schools are real runners with a small program in esxlab's place, which takes a given time and prints the
document of twelve groups. The way is a RabbitMQ of one's own where one is installed, else a folder.
"""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.sites import keys
from esxlab.sites.broker import Broker
from esxlab.sites.centre import Centre
from esxlab.sites.desk import Desk
from esxlab.sites.fleet import add_sites
from esxlab.sites.folder import Folder
from esxlab.sites.job_store import JobStore
from esxlab.sites.messages import Answer, seal
from esxlab.sites.performing import Performer
from esxlab.sites.permits import CurrentPermits
from esxlab.sites.runner import run_site
from tests.rabbit import SBIN, Rabbit, free_port

if TYPE_CHECKING:
    from tests.measures import Row

SITES, MANY, GROUPS = 50, 500, 12
QUICK_S, SLOW_S = 10.0, 60.0
"""What each school takes: about a status of twelve groups, and about a provision of them."""
CLASS = "classes:\n  sio2: {spec: sio2.yaml}\n"
PROGRAM = f"""\
import json, time
time.sleep(TAKES_S)
machine = dict(machine="srvweb1", name="g01-srvweb1", power="on", configured="yes", address="192.0.2.1")
print(json.dumps(dict(groups=[dict(group=n, state="ready", machines=[machine] * 5) for n in
range({GROUPS})])))
"""
LIMIT_S = 600


def measure(directory: Path) -> list[Row]:
    """Rows of the table: 50 runners at work, then 500 answers that only have to be taken."""
    rows = []
    for takes_s in (QUICK_S, SLOW_S):
        with _way(directory / f"way-{takes_s:.0f}") as (fleet, post_of):
            whole, memory = _fifty(fleet, post_of, takes_s)
        what = f"{SITES} schools of {GROUPS} groups, {takes_s:.0f} s each: whole / slowest"
        rows.append((what, f"{whole / takes_s:.2f}", "1.1"))
        rows.append((f"{what}: overhead a school", f"{(whole - takes_s) / SITES:.2f} s", "1 s"))
    rows.append(
        (f"{SITES} schools: memory of the centre and all its runners together", f"{memory} MiB", "200")
    )
    seconds = _answers(directory / "many")
    return [*rows, (f"{MANY} schools' answers filed and read, each", f"{seconds / MANY * 1000:.1f} ms", "")]


@contextlib.contextmanager
def _way(directory: Path):
    """The fleet, and what opens a post for one of its ends."""
    names = [f"lycee-{number}" for number in range(SITES)]
    if not Path(SBIN).is_dir():
        fleet = add_sites(directory / "fleet", names, "")
        stick = directory / "stick"
        yield fleet, lambda name: Folder.of_site(stick, name) if name else Folder.of_centre(stick)
        return
    port = free_port()
    fleet = add_sites(directory / "fleet", names, f"amqps://localhost:{port}")
    node = Rabbit(directory / "node", fleet.directory / "broker", port)
    try:
        node.start()
        places = {name: fleet.directory / "sites" / name for name in names}
        yield fleet, lambda name: Broker(fleet.broker, name or "centre", places.get(name, fleet.own))
    finally:
        node.stop()


def _fifty(fleet, post_of, takes_s) -> tuple[float, int]:
    """Seconds from the request to the last answer, and the most memory of this process in MiB."""
    stop, threads = threading.Event(), []
    for name in fleet.sites:
        place = fleet.directory / "sites" / name
        text = (place / "site.yaml").read_text()
        (place / "site.yaml").write_text(text.replace("classes: {}\n", CLASS))
        (place / "sio2.yaml").write_text("class: sio2\n")
        (place / "program.py").write_text(PROGRAM.replace("TAKES_S", str(takes_s)))
        job_store = JobStore(place / "state")
        performer = Performer(
            place, place / "journal", program=(sys.executable, "-S", str(place / "program.py"))
        )
        key = keys.load_key(place / "site.key")
        desk = Desk(CurrentPermits(place), key, job_store, performer=performer, note=lambda *_: None)
        arguments = (post_of(name), desk, job_store, stop)
        threads.append(threading.Thread(target=run_site, args=arguments, kwargs={"away": print}))
    for thread in threads:
        thread.start()
    centre = Centre(fleet, post_of(""))
    time.sleep(5)  # all have dialled
    began = time.monotonic()
    request = centre.request("status", tuple(fleet.sites), timedelta(hours=1), class_name="sio2")
    while not all(heard.is_final for heard in centre.heard(request)) and time.monotonic() < began + LIMIT_S:
        while centre.collect(0.05):
            pass
    whole = time.monotonic() - began
    assert all(heard.answer.code == 0 for heard in centre.heard(request))
    stop.set()
    for thread in threads:
        thread.join(LIMIT_S)
    return whole, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _answers(directory: Path) -> float:
    """Seconds to file and read the answers of many schools that are simulated: only their answers are."""
    fleet = add_sites(directory / "fleet", [f"lycee-{number}" for number in range(MANY)], "")
    centre = Centre(fleet, Folder.of_centre(directory / "stick"))
    request = centre.request("status", tuple(fleet.sites), timedelta(hours=1))
    document = json.loads(json.dumps({"groups": [{"group": n, "state": "ready"} for n in range(GROUPS)]}))
    for site, run in request.runs.items():
        told = {
            "run": run,
            "site": site,
            "sent": datetime.now(UTC),
            "release": "1",
            "number": 1,
            "state": "ended",
        }
        answer = Answer.model_validate({**told, "document": document})
        sign = keys.signing(keys.load_key(fleet.directory / "sites" / site / "site.key"))
        Folder.of_site(directory / "stick", site).send("centre", f"{run}-1", seal(answer, site, sign))
    began = time.monotonic()
    while centre.collect(0):
        pass
    assert all(heard.is_final for heard in centre.heard(request))
    seconds = time.monotonic() - began
    shutil.rmtree(directory)
    return seconds
