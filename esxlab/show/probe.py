"""What `doctor --probe` tells of hosts: a report that may be sent to others, with no name, address or serial.

It is built from words of our own, numbers, and what matches a pattern of known harmless form; nothing else
that a host has said gets in.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.lab.licence import FREE, OTHERS, PAID
from esxlab.show.tables import draw
from esxlab.show.words import verdict
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.engine.probe import Probe, ProbeStep
    from esxlab.show.glyphs import Glyphs

PRODUCT = re.compile(r"VMware ESXi \d{1,2}(?:\.\d{1,3}){1,3} build-\d{1,10}")
"""AboutInfo.fullName: "VMware ESXi 8.0.3 build-24677879"."""
EDITION = re.compile(f"(?:{'|'.join(map(re.escape, (*FREE, *PAID, OTHERS)))})[a-z.]{{0,60}}", re.IGNORECASE)
"""LicenseManager's editionKey, `esx.hypervisor.cpuPackageCoreLimited`: the same at everybody's."""
FAULT = re.compile(r"\b(?:vim|vmodl)\.fault\.[A-Za-z]{1,60}|(?<=\()\d{1,6}(?=\))")
"""A fault's name, or the number of an error of vmkfstools; of a failure nothing else is told but our code."""
UNKNOWN = "-"


class ProbedHost(NamedTuple):
    """A host, as the server tells its product and its licence's edition, and what it did."""

    product: str
    edition: str
    probe: Probe


def probe_document(hosts: Sequence[ProbedHost]) -> dict[str, Any]:
    """The JSON document's content; hosts are numbered from 1, `seconds` is null of what was not tried."""
    return {
        "esxlab": version("esxlab"),
        "hosts": [
            {
                "host": number,
                "product": _known(PRODUCT, host.product),
                "edition": _known(EDITION, host.edition),
                "write_path": "ssh",
                "left_by_another": host.probe.left,
                "steps": [_step(step) for step in host.probe.steps],
            }
            for number, host in enumerate(hosts, 1)
        ],
    }


def render_probe(hosts: Sequence[ProbedHost], glyphs: Glyphs, *, width: int = 0) -> str:
    """The same for people: a table for each host; a line end."""
    document = probe_document(hosts)
    headers = [say(f"column.{name}") for name in ("verb", "result", "seconds", "code")]
    blocks = []
    for host in document["hosts"]:
        told = {key: host[key] for key in ("host", "product", "edition")}
        head = say("probe.host", esxlab=document["esxlab"], **told)
        rows = [_row(step, glyphs) for step in host["steps"]]
        left = [say("probe.left")] if host["left_by_another"] else []
        blocks.append("\n".join([head, *left, draw(headers, rows, width=width)]))
    return "\n\n".join([*blocks, say("probe.send")]) + "\n"


def _step(step: ProbeStep) -> dict[str, Any]:
    result = "skipped" if step.seconds is None else "failed" if step.error else "ok"
    found = FAULT.search(step.error.detail) if step.error else None
    return {
        "verb": step.verb,
        "result": result,
        "seconds": None if step.seconds is None else round(step.seconds, 1),
        "code": step.error.code if step.error else "",
        "fault": found[0] if found else "",
    }


def _row(step: dict[str, Any], glyphs: Glyphs) -> list[str]:
    seconds = UNKNOWN if step["seconds"] is None else f"{step['seconds']:.1f}"
    code = " ".join(filter(None, (step["code"], step["fault"])))
    return [say(f"probe.verb.{step['verb']}"), verdict(step["result"], glyphs), seconds, code]


def _known(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.match(said)
    return found[0] if found else UNKNOWN
