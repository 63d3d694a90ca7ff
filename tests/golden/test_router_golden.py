"""What would be sent to four routers, as text: generated lines, remediation, rollback, refusals, warnings."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.exercises.router import build_router_table
from esxlab.lab.ios import found_table
from esxlab.lab.router import Router
from esxlab.planning.router_difference import diff_router
from esxlab.planning.router_refusals import refusals, web_server_in_the_way
from tests.router_shapes import VIP, exercise_spec, spec_of

ROUTERS = Path(__file__).parent / "routers"

SPECS = {
    "2600-fresh": (exercise_spec(), VIP),
    "1841-last-year": (exercise_spec(), VIP),
    "2811-shared": (spec_of(2), IPv4Address("172.18.193.30")),
    "isr4321-subinterfaces": (
        spec_of(
            7,
            inside_interface="Gi0/0/1.107",
            outside_interface="Gi 0/0/0",
            inside_address=IPv4Interface("172.16.193.254/16"),
            outside_port=80,
        ),
        VIP,
    ),
}


@pytest.mark.parametrize("name", SPECS)
def test_what_is_sent_to_this_router(name):
    running = (ROUTERS / f"{name}.running").read_text(encoding="utf-8")
    spec, nat_to = SPECS[name]
    wanted = build_router_table(spec, nat_to=nat_to)
    change = diff_router(wanted, found_table(running, wanted))
    refused = refusals(Router(spec.address, wanted), running)
    parts = {
        "generated": [
            f"{section or 'global'} / {line_key}: {line or '-'}" for (section, line_key), line in wanted.lines
        ],
        "remediation": change.commands,
        "rollback": change.undo,
        "refusals": [line for error in refused for line in str(error).splitlines()],
        "warnings": [
            texts.say("router.warning.http_server", line=line)
            for line in (web_server_in_the_way(wanted, running),)
            if line
        ],
    }
    text = "".join(f"## {part}\n" + "".join(f"{line}\n" for line in lines) for part, lines in parts.items())
    expected = ROUTERS / f"{name}.expected"
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
