"""The commands that a message tells its reader to type: whole, and quoted for a shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Server


def teardown_command(group: GroupId, server: Server, *more: str) -> str:
    """`esxlab teardown` of one group on this server, without any spec."""
    pin = [f"--thumbprint={server.thumbprint}"] if server.thumbprint else []
    words = ["esxlab", "teardown", f"--class={group.class_name}", f"--group={group.number}"]
    where = f"ssh://{server.authority}" if server.api == "none" else server.authority
    return shlex.join([*words, f"--server={where}", f"--user={server.user}", *pin, *more])
