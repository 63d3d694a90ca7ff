"""Editions of ESXi licences, and what each lets a program do; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Standing = Literal["writable", "read-only", "unknown"]

FREE = ("esxbasic", "esx.hypervisor", "esx.free")
"""How the editionKeys of the free vSphere Hypervisor begin, whose API is read-only (pyvmomi#625).

`esxBasic` until ESXi 6.x, `esx.hypervisor.cpuPackage`, `esx.hypervisor.cpuPackageCoreLimited` in 7.0 and 8.0,
`esx.hypervisorEmbeddedOem...` of hosts that are delivered with it.
"""
PAID = (
    "eval",
    "esx.eval",
    "esxfull",
    "esx.essential",
    "esx.foundation",
    "esx.standard",
    "esx.advanced",
    "esx.enterprise",
)
"""How those begin whose API is whole: "only Foundation and above have that feature" (pyvmomi#625)."""
OTHERS = "esx."
"""So begins every other one that a report has named: nobody here knows what it lets one do."""


def standing_of(editions: Iterable[str]) -> Standing:
    """One that is paid for is enough; free ones alone change nothing; the rest nobody can tell beforehand."""
    names = [edition.lower() for edition in editions]
    if any(name.startswith(PAID) for name in names):
        return "writable"
    return "read-only" if names and all(name.startswith(FREE) for name in names) else "unknown"
