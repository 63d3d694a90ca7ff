"""Where the drills of both parts take place: the web servers, as a drill names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.drills.setup import WebServer

if TYPE_CHECKING:
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

APACHE = "apache2"


def web_servers(spec: GroupSpec, wanted: Lab) -> tuple[WebServer, ...]:
    """The web servers of the group, in the order of the spec."""
    return tuple(
        WebServer(m.key, m.hostname, str(m.inside.ip), machine)
        for m in spec.by_role("web")
        if m.inside and (machine := wanted.machine(m.key))
    )
