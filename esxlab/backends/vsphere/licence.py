"""Whether the licence of a lone ESXi lets programs change anything; looked at before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.vsphere.api import vim
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.vsphere.session import Session

FREE = "esxBasic"
"""editionKey of the free vSphere Hypervisor, whose API is read-only (pyvmomi#625)."""


def is_read_only(session: Session) -> bool:
    """True on an ESXi with only a free licence; False as well for a user who may not read licences."""
    if session.is_vcenter:
        return False
    manager = session.content.licenseManager
    try:
        found = session.retrieve([manager], {vim.LicenseManager: ["licenses"]}, what="licenses")
    except LabError as error:
        if error.code != "vsphere.permission":
            raise
        return False
    editions = [licence.editionKey for licence in found.get(manager, {}).get("licenses") or ()]
    return bool(editions) and all(edition.startswith(FREE) for edition in editions)
