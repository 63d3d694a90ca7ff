"""The teacher's dimensions: language, console, and the class as the spec wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.worlds import spec_files
from tests.worlds.values import Value

if TYPE_CHECKING:
    from tests.worlds.world import World

HOW = "worlds.md, teacher's computer and spec"
CONSOLES = {"UTF-8": "utf-8", "ASCII": "ascii", "cp1252": "cp1252", "Latin-1": "latin-1"}


def _course(scenario: str) -> Value:
    return Value(source="the exercise's two parts", spec={"scenario": scenario})


def _groups(world: World) -> dict[str, Any]:
    """Two groups need a router each; a serial line is one router's."""
    more = {} if world.way == "serial" else {"router": {"host": "10.0.0.{{ group }}"}}
    return {"groups": "3,14", **more}


OWN_SCHOOL = {"school": {"network": "10.20.0.0/16", "gateway": "10.20.0.1", "dns": "10.20.0.2"}}
HOME_SCHOOL = {"school": {"network": "192.168.1.0/24", "gateway": "192.168.1.254", "dns": "192.168.1.254"}}
PORT_8080 = {"balancer": {"port": 8080, "scheduler": "wrr", "weights": {"srvweb1": 3, "srvweb2": 1}}}
THIRD = {"machines": {"srvweb3": {"hostname": "WEB-PARIS", "inside": "172.16.193.50"}}}
OTHER_NAMES = {
    "machines": {
        "srvweb1": {"hostname": "Alpha"},
        "srvweb2": {"hostname": "Beta", "inside": "172.16.193.41"},
    },
    "cluster": {"address": "172.16.193.77"},
    "names": {"vm": "tp-{{ '%02d' % group }}-{{ machine }}", "folder": "TP{{ group }}_{{ machine }}"},
}
DIMENSIONS = {
    "language": {name: Value(source=HOW, environment={"ESXLAB_LANG": name}) for name in ("en", "fr")},
    "console": {
        name: Value(source=HOW, environment={"PYTHONIOENCODING": code} if name != "UTF-8" else {})
        for name, code in CONSOLES.items()
    },
    "columns": {n: Value(source=HOW, environment={"COLUMNS": n}) for n in ("80", "40", "200")},
    "output": {name: Value(source=HOW, facts={"output": name}) for name in ("json", "table")},
    **spec_files.DIMENSIONS,
    "groups": {
        "3": Value(source=HOW),
        "3 and 14": Value(source=HOW, spec=_groups, fits={"way": frozenset({"ssh", "telnet"})}),
    },
    "school": {
        "172.16.0.0/16": Value(source=HOW),
        "10.20.0.0/16": Value(source="cases.md, balancer.port: 8080; school", spec=OWN_SCHOOL),
        "192.168.1.0/24": Value(source=HOW, spec=HOME_SCHOOL),
    },
    "balancer": {
        "port 80, nat": Value(source=HOW),
        "port 8080, wrr": Value(source="cases.md, balancer.port: 8080", spec=PORT_8080),
        "dr": Value(source=HOW, spec={"balancer": {"method": "dr"}}),
    },
    "webs": {
        "two": Value(source=HOW),
        "three": Value(source=HOW, spec=THIRD, fits={"course": frozenset({"lb alone"})}),
        "other names": Value(source=HOW, spec=OTHER_NAMES),
    },
    "failback": {
        "off": Value(source=HOW),
        "on": Value(source=HOW, spec={"cluster": {"auto_failback": True}}),
    },
    "hardware": {
        "model's": Value(source=HOW),
        "spec's": Value(source="cases.md, hardware", spec={"hardware": {"memory_mib": 512, "cpus": 2}}),
        "e1000e": Value(source="cases.md, hardware", spec={"hardware": {"nic_type": "e1000e"}}),
    },
    "guest_password": {
        "model": Value(source=HOW),
        "generated": Value(source=HOW, spec={"guest": {"password": "generated"}}),
    },
    "course": {"ha, then lb": _course("ha"), "lb, then ha": _course("lb"), "lb alone": _course("lb")},
}
