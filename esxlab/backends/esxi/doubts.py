"""What `doctor` warns of on a host's shell: time-outs, and releases whose programs nobody has recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.backends.esxi import asking
from esxlab.backends.esxi.host_look import number_in, read_look
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.esxi.link import Link

KNOWN = ("6.7", "7.0", "8.0")
"""Of these releases public projects have recorded what the programs print (esxi-ssh.md)."""
RELEASE = re.compile(r"ESXi (\d+\.\d+)")


def doubts_of(link: Link) -> Iterator[LabError]:
    """One script. LabError when the host cannot be asked."""
    answer = link.read(asking.host_look("version", "timeout", "idle"), what=link.host)
    look = read_look(answer, what=link.host)
    found = RELEASE.search(look.version)
    if found is None or found[1] not in KNOWN:
        version = found[1] if found else look.version or "?"
        yield LabError(
            "esxi.version", where=link.host, host=link.host, version=version, known=", ".join(KNOWN)
        )
    for row in look.settings:
        if seconds := number_in(row.get("IntValue", "")):
            yield LabError(
                "esxi.shell_timeout",
                where=link.host,
                host=link.host,
                name=row.get("Path", "?"),
                seconds=seconds,
            )
