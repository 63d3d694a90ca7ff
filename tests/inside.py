"""Runs commands on machines of a group, by the ways that esxlab itself takes: `python -m tests.inside`.

Arguments: a spec, a group's number, a scenario. On standard input a JSON list of [machine, [word, ...]], on
standard output as many of {"status", "out", "err"}. A school of engine qemu is stepped into first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from esxlab.backends.route_finding import resolve_route
from esxlab.checks.patience import MOST_S
from esxlab.cli.options import Source
from esxlab.cli.session import open_session
from esxlab.engine.observe import observe_labs
from esxlab.exercises.registry import guest_access
from esxlab.show.console import Screen

LIMIT_S = 120.0


def main(file: str, group: str, scenario: str) -> None:
    """Ask, in order; LabError when a machine cannot be asked."""
    source = Source(Path(file), group, sim=True, scenario=scenario)
    with open_session(source, Screen(sys.stdout, sys.stderr, quiet=True), parallel=4) as session:
        spec, wanted = session.specs[0], session.wanted[0]
        (wanted,), found = observe_labs([wanted], session.backends)
        access = guest_access(spec, wanted=wanted, found=found[wanted.group])
        answers = []
        for machine, words in json.load(sys.stdin):
            planned = access.routes[machine]
            route = resolve_route(planned, session.backends.vsphere, access.site, timeout_s=MOST_S)
            answer = session.backends.guests.run(route, words, timeout_s=LIMIT_S)
            answers.append({"status": answer.exit_status, "out": answer.stdout, "err": answer.stderr})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
