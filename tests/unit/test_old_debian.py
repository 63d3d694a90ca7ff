"""Debian 9 and 10 run nowhere here: what their programs do not know yet is in nothing that a guest is sent.

Recorded, not run. Each line names who says since when there is such a thing.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import esxlab
from esxlab.drills.probe import build_batch

PROGRAM = Path(esxlab.__file__).parent
SENT = ("backends/guest", "checks", "drills", "exercises", "engine")
SEEDS = PROGRAM.parent / "seeds"
TOO_NEW = {
    "ip's JSON: iproute2 4.14 (its release notes); stretch has 4.9": r"""["' ]ip["',]* ["']?-(j|json)\b""",
    "apt's own patience: apt 1.9.11 (its changelog); stretch has 1.4, buster 1.8": r"DPkg::Lock::Timeout",
    "enable --now leaves SysV scripts alone: systemd-sysv-install(8); Heartbeat is one in stretch": (
        r"""(enable|disable|mask)["',]* ["']?--now"""
    ),
    "curl --json: 7.82, --fail-with-body: 7.76, --retry-all-errors: 7.71, --no-progress-meter: 7.67 "
    "(curl(1), Added in); stretch has 7.52, buster 7.64": (
        r"--(json|fail-with-body|retry-all-errors|no-progress-meter)\b"
    ),
    "curl's %{stderr}: 7.63, %header{: 7.83, %{json}: 7.70 (curl(1))": r"%\{stderr\}|%header\{|%\{json\}",
    "systemctl --value: systemd 230, is-active in JSON: 246 (NEWS)": r"systemctl[^\n]*--output=json",
    "net-tools are not installed by default since stretch (its release notes, 2.2.8)": (
        r"""["' ](ifconfig|netstat|route)["'] ?[,\]]"""
    ),
}


def code_of(file):
    """A file of Python without comments and docstrings; any other as it is."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [line for line in node.body if not is_docstring(line)] or [ast.Pass()]
    return ast.unparse(tree)


def is_docstring(line):
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def texts():
    files = [file for room in SENT for file in (PROGRAM / room).rglob("*.py")]
    return {file: code_of(file) for file in (*files, *SEEDS.iterdir())}


@pytest.mark.parametrize("pattern", TOO_NEW.values(), ids=[why.partition(":")[0] for why in TOO_NEW])
def test_nothing_that_a_guest_is_sent_needs_a_newer_debian(pattern):
    found = texts()
    assert len(found) > 60
    assert [str(file) for file, text in found.items() if re.search(pattern, text)] == []


def test_the_patterns_find_what_they_are_about():
    used = """
        ["ip", "-j", "addr"] "ip -json route" -o DPkg::Lock::Timeout=60 systemctl enable --now
        curl --json %{stderr} systemctl show --output=json ["ifconfig", "lo"]
    """
    assert all(re.search(pattern, used) for pattern in TOO_NEW.values())


def test_the_drills_curl_is_one_that_stretchs_knows():
    """curl(1) of 7.52.1: every option of the probe is in it."""
    *_, script = build_batch("http://192.16.193.20/", requests=1, pause_s=0.2)
    (line,) = [line for line in script.splitlines() if line.startswith("curl ")]
    used = set(re.findall(r"(?<=\s)--?[a-zA-Z0-9][a-z-]*", line))
    assert used == {"-s", "-S", "-0", "--connect-timeout", "--max-time"}
