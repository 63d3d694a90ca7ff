"""Whether the licence of a lone ESXi lets programs change anything; looked at before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.api import vim
from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.lab.licence import Standing, standing_of

if TYPE_CHECKING:
    from esxlab.backends.vsphere.session import Session


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
