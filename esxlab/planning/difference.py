"""All that one group's plan of a provision is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.actions.guest import BOOT_TIMEOUT_S
from esxlab.lab.provenance import NOBODY, Author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.lab.guest import GuestState
    from esxlab.lab.lab import Lab, RouterRecord
    from esxlab.lab.machine import Server
    from esxlab.lab.record import GroupRecord


class Difference(NamedTuple):
    """All that one group's plan is made from. `guests` are observed states, only with --deep.

    `earlier` is the group's record as it stands; `others` are those of other groups on the same router,
    which live on `servers`. `author` is who plans.
    """

    wanted: Lab
    found: Lab
    others: tuple[RouterRecord, ...] = ()
    guests: Mapping[str, GuestState] = {}
    boot_timeout_s: float = BOOT_TIMEOUT_S
    earlier: GroupRecord | None = None
    servers: tuple[Server, ...] = ()
    author: Author = NOBODY
