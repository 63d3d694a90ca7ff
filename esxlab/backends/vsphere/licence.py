"""Whether the licence of a lone ESXi lets programs change anything; looked at before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.api import vim
from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.lab.licence import Standing, standing_of

if TYPE_CHECKING:
    from esxlab.backends.vsphere.session import Session

NOWHERE = "[esxlab asks whether this licence lets it write] nowhere"
"""A folder on a datastore that no server has: to make it can change nothing, whatever the licence."""


class Licence(NamedTuple):
    """What a server's licences let a program do; `editions` as the server names them, empty: not told."""

    standing: Standing
    editions: str = ""


def licence_of(session: Session) -> Licence:
    """The server's licence; unknown when the user may not read it, or nobody here knows its edition.

    What is not known is tried, with a call that can change nothing.
    """
    if session.is_vcenter:
        return Licence("writable")
    manager = session.content.licenseManager
    try:
        found = session.retrieve([manager], {vim.LicenseManager: ["licenses"]}, what="licenses")
    except LabError as error:
        if error.code != "vsphere.permission":
            raise
        return Licence(_tried(session))
    editions = [str(licence.editionKey) for licence in found.get(manager, {}).get("licenses") or ()]
    standing = standing_of(editions)
    return Licence(
        _tried(session) if standing == "unknown" else standing, visible(", ".join(sorted(set(editions))))
    )


def _tried(session: Session) -> Standing:
    """A free licence answers every changing call with RestrictedVersion (pyvmomi#625; Broadcom KB 399823).

    Any other answer (InvalidDatastore, NoPermission) tells nothing: whether a server judges the licence
    before the arguments is written nowhere.
    """
    manager = session.content.fileManager
    try:
        session.read(
            lambda: manager.MakeDirectory(NOWHERE, None, createParentDirectories=False), what=NOWHERE
        )
    except LabError as error:
        return "read-only" if error.code == "vsphere.licence" else "unknown"
    return "unknown"
