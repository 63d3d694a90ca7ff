"""The digest of one group's part of a spec: tells whether two computers work from the same one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.machine import Server
from esxlab.lab.router import RouterAddress

if TYPE_CHECKING:
    from esxlab.spec.resolved import GroupSpec

LENGTH = 16


def spec_digest(spec: GroupSpec) -> str:
    """Hexadecimal digits of a SHA-256 over all that is wanted of the group.

    Left out are how one logs in, where the teacher keeps seeds, and the part of the exercise that is on: two
    teachers of one spec have logins of their own, and a class goes from one part to the other.
    """
    router = spec.router
    if router:
        router = replace(router, address=RouterAddress(router.address.host))
    site = replace(spec.site, server=Server("", ""))
    wanted = replace(spec, site=site, router=router, seeds=None, scenario="")
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:LENGTH]
