"""The school as tables: its servers and routers, and where they listen on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.show.tables import draw
from esxlab.show.words import verdict
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.show.glyphs import Glyphs

KINDS = ("servers", "shells", "routers")


def render_school(school: Mapping[str, Any], glyphs: Glyphs, *, width: int = 0) -> str:
    """What `sim up|status|down` answer: {"running", "engine", "servers": {host: [address, port]}, ...}."""
    if not school.get("running"):
        return say("school.absent", state=verdict("absent", glyphs)) + "\n"
    head = say("school.state", state=verdict("ready", glyphs), engine=school.get("engine", ""))
    rows = [
        [say(f"school.{kind}"), host, ":".join(map(str, place))]
        for kind in KINDS
        for host, place in school.get(kind, {}).items()
    ]
    headers = [say(f"column.{name}") for name in ("name", "host", "where")]
    return head + "\n" + (f"\n{draw(headers, rows, width=width)}\n" if rows else "")
