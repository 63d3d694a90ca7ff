"""Whether the licence of a lone ESXi lets programs change anything; looked at before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from esxlab.backends.vsphere.api import vim
from esxlab.errors import LabError
from esxlab.foreign import visible

if TYPE_CHECKING:
    from esxlab.backends.vsphere.session import Session

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


class Licence(NamedTuple):
    """What a server's licences let a program do; `editions` as the server names them, empty: not told."""

    standing: Standing
    editions: str = ""


def licence_of(session: Session) -> Licence:
    """The server's licence; unknown when the user may not read it, or nobody here knows its edition."""
    if session.is_vcenter:
        return Licence("writable")
    manager = session.content.licenseManager
    try:
        found = session.retrieve([manager], {vim.LicenseManager: ["licenses"]}, what="licenses")
    except LabError as error:
        if error.code != "vsphere.permission":
            raise
        return Licence("unknown")
    editions = [str(licence.editionKey) for licence in found.get(manager, {}).get("licenses") or ()]
    return Licence(standing_of(editions), visible(", ".join(sorted(set(editions)))))


def standing_of(editions: list[str]) -> Standing:
    """One that is paid for is enough; free ones alone change nothing; the rest nobody can tell beforehand."""
    names = [edition.lower() for edition in editions]
    if any(name.startswith(PAID) for name in names):
        return "writable"
    return "read-only" if names and all(name.startswith(FREE) for name in names) else "unknown"
