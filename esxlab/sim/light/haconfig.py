"""Reads /etc/ha.d as strictly as Heartbeat does: ha.cf, haresources, authkeys; its own complaints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.sim.light.heartbeat_config import Config, Group

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine

DIRECTORY = "/etc/ha.d/"
METHODS = ("crc", "md5", "sha1")
KNOWN = frozenset({
    "apiauth", "auto_failback", "autojoin", "baud", "bcast", "cluster", "compression", "coredumps", "crm",
    "deadping", "deadtime", "debug", "debugfile", "hopfudge", "initdead", "keepalive", "logfacility",
    "logfile", "mcast", "msgfmt", "nice_failback", "node", "ping", "ping_group", "respawn", "serial",
    "traditional_compression", "ucast", "udp", "udpport", "use_logd", "warntime", "watchdog", "stonith",
    "stonith_host", "uuidfrom"
})  # fmt: skip
"""The directives of ha.cf (lib/config.c of Heartbeat 3.0)."""


class HeartbeatConfigError(Exception):
    """Heartbeat refuses to start. `lines` are what it logs; `logfile` where it logs, when it got that far."""

    def __init__(self, lines: list[str], logfile: str = "") -> None:
        super().__init__(lines[0])
        self.lines = lines
        self.logfile = logfile


def load_configuration(machine: Machine) -> tuple[Config, tuple[Group, ...]]:
    """The three files of this machine; HeartbeatConfigError with all that Heartbeat would say."""
    files = machine.files
    if files.find(f"{DIRECTORY}ha.cf") is None:
        missing = "Heartbeat not configured: /etc/ha.d/ha.cf not found."
        raise HeartbeatConfigError(["ERROR: Cannot open file [/etc/ha.d/ha.cf]", missing])
    values, problems = _read_ha_cf(files.read_text(f"{DIRECTORY}ha.cf"))
    logfile = values.get("logfile", [""])[-1]
    nodes = tuple(name for value in values.get("node", []) for name in value.split())
    nics = tuple(name for value in values.get("bcast", []) for name in value.split())
    nics += tuple(value.split()[0] for key in ("ucast", "mcast") for value in values.get(key, []) if value)
    problems += _check_ha_cf(machine, nodes, nics)
    secret, more = _read_authkeys(machine)
    problems += more
    groups, more = _read_haresources(machine, nodes)
    problems += more
    if problems:
        raise HeartbeatConfigError(
            [f"ERROR: {line}" for line in problems] + ["ERROR: Configuration error, heartbeat not started."],
            logfile,
        )
    return _config(values, nodes=nodes, nics=nics, logfile=logfile, secret=secret), groups


def _config(
    values: dict[str, list[str]],
    *,
    nodes: tuple[str, ...],
    nics: tuple[str, ...],
    logfile: str,
    secret: tuple[str, str],
) -> Config:
    deadtime = _seconds(values, "deadtime", 30.0)
    return Config(
        nodes=nodes,
        nics=nics,
        keepalive_s=_seconds(values, "keepalive", 2.0),
        deadtime_s=deadtime,
        initdead_s=_seconds(values, "initdead", deadtime * 2),
        udpport=int(values.get("udpport", ["694"])[-1]),
        auto_failback=values.get("auto_failback", ["on"])[-1] in ("on", "yes", "true", "y", "1"),
        logfile=logfile,
        debugfile=values.get("debugfile", [""])[-1],
        secret=secret,
    )


def _seconds(values: dict[str, list[str]], key: str, default: float) -> float:
    if key not in values:
        return default
    match = re.fullmatch(r"([0-9.]+)\s*(ms|s|sec)?", values[key][-1])
    return default if match is None else float(match[1]) / (1000 if match[2] == "ms" else 1)


def _read_ha_cf(text: str) -> tuple[dict[str, list[str]], list[str]]:
    values: dict[str, list[str]] = {}
    problems = []
    for line in text.splitlines():
        words = line.partition("#")[0].split(None, 1)
        if not words:
            continue
        if words[0] not in KNOWN:
            problems.append(f"Unknown directive '{words[0]}'")
        values.setdefault(words[0], []).append(words[1].strip() if len(words) > 1 else "")
    problems += [
        f"Invalid {key} value: '{values[key][-1]}'"
        for key in ("keepalive", "deadtime", "warntime", "initdead")
        if key in values and re.fullmatch(r"[0-9.]+\s*(ms|s|sec)?", values[key][-1]) is None
    ]
    if "udpport" in values and not values["udpport"][-1].isdigit():
        problems.append(f"Invalid UDP port number: '{values['udpport'][-1]}'")
    return values, problems


def _check_ha_cf(machine: Machine, nodes: tuple[str, ...], nics: tuple[str, ...]) -> list[str]:
    problems = []
    if not nodes:
        problems.append("No nodes defined in [/etc/ha.d/ha.cf]")
    elif machine.hostname not in nodes:
        problems.append(f"Current node [{machine.hostname}] not in configuration!")
    if not nics:
        problems.append("No heartbeat media defined!")
    problems += [
        f"glib: Get broadcast for interface [{nic}] failed: No such device"
        for nic in nics if nic not in machine.stack.cards
    ]  # fmt: skip
    return problems


def _read_authkeys(machine: Machine) -> tuple[tuple[str, str], list[str]]:
    path = f"{DIRECTORY}authkeys"
    node = machine.files.find(path)
    if node is None:
        return ("", ""), [
            f"Cannot open keyfile [{DIRECTORY}/authkeys].  Stop.",
            "Authentication configuration error.",
        ]
    if node.mode & 0o077 or node.owner != "root":
        return ("", ""), [f"Bad permissions on keyfile [{DIRECTORY}/authkeys], 600 recommended.",
                          "Authentication configuration error."]  # fmt: skip
    active, keys, problems = "", {}, []
    for line in node.content.decode(errors="replace").splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0] == "auth":
            active = words[1] if len(words) > 1 else ""
        elif len(words) < 2 or words[1] not in METHODS:  # noqa: PLR2004 - number and method; the active one or not
            method = words[1] if len(words) > 1 else ""
            problems.append(f"Invalid authtype [{method}]")
        elif words[1] != "crc" and len(words) < 3:  # noqa: PLR2004 - number, method, key
            problems.append(f"auth method [{words[1]}] requires a key")
        else:
            # only the first word counts, with its opening quote: `1 md5 "phrase secrete"` is `"phrase`
            keys[words[0]] = (words[1], words[2] if len(words) > 2 else "")  # noqa: PLR2004
    if not problems and active not in keys:
        problems.append(
            f"Auth Key [{active}] not found in authkeys file" if active else "No auth directive found"
        )
    if problems:
        problems.append("Authentication configuration error.")
    return keys.get(active, ("", "")), problems


def _read_haresources(machine: Machine, nodes: tuple[str, ...]) -> tuple[tuple[Group, ...], list[str]]:
    path = f"{DIRECTORY}haresources"
    if machine.files.find(path) is None:
        return (), [f"No resource file [{DIRECTORY}/haresources]", "Resource configuration error."]
    groups, problems = [], []
    for line in machine.files.read_text(path).replace("\\\n", " ").splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0] not in nodes:
            problems.append(f"Bad nodename in {DIRECTORY}/haresources [{words[0]}]")
        groups.append(Group(words[0], tuple(words[1:])))
    return tuple(groups), problems
