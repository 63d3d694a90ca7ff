"""The one table from vSphere faults to LabError codes, and the two ways in which a call can fail."""

from __future__ import annotations

import ssl
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

from esxlab.backends.vsphere.api import vmodl
from esxlab.backends.vsphere.https import Unfit
from esxlab.backends.vsphere.trust import OtherCertificate
from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.local.shortages import shortage_of
from esxlab.plain import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

TRANSPORT = (OSError, HTTPException)
"""How an exchange fails; all that pyVmomi raises beside its faults has become one of these (soap.py)."""
OLD_API = "Unsupported version URI"
"""How a server refuses a request of a newer API than its own, with a fault of no type of its own."""
LONGEST = 1000
"""Of a server's own message, so many signs are kept."""

CODES = {
    "InvalidLogin": "vsphere.login",
    "NoPermission": "vsphere.permission",
    "NotAuthenticated": "vsphere.session",
    "RestrictedVersion": "vsphere.licence",
    "LicenseExpired": "vsphere.licence_expired",
    "NotEnoughLicenses": "vsphere.licence_expired",
    "PasswordExpired": "vsphere.password_expired",
    "MethodDisabled": "vsphere.method_disabled",
    "QuestionPending": "vsphere.question",
    "InsufficientFailoverResourcesFault": "vsphere.no_failover",
    "VirtualHardwareVersionNotSupported": "vsphere.hardware_version",
    "VmConfigFault": "vsphere.machine_refused",
    "CannotAccessVmComponent": "vsphere.component_away",
    "InvalidFormat": "vsphere.disk_format",
    "InvalidDatastore": "vsphere.datastore_refused",
    "NoCompatibleHost": "vsphere.no_compatible_host",
    "InvalidState": "vsphere.state",
    "DvsNotAuthorized": "vsphere.dvs_not_authorized",
    "HostConnectFault": "vsphere.host_down",
    "InvalidEditionLicense": "vsphere.licence",
    "InvalidArgument": "vsphere.invalid_argument",
    "HostConfigFault": "vsphere.host_config",
    "CannotCreateFile": "vsphere.cannot_create",
    "NoDiskSpace": "vsphere.disk_full",
    "InsufficientStorageSpace": "vsphere.disk_full",
    "AlreadyExists": "vsphere.exists",
    "DuplicateName": "vsphere.exists",
    "FileAlreadyExists": "vsphere.exists",
    "FileNotFound": "vsphere.file_missing",
    "FileLocked": "vsphere.locked",
    "CannotAccessFile": "vsphere.locked",
    "CannotDeleteFile": "vsphere.locked",
    "ManagedObjectNotFound": "vsphere.gone",
    "NotFound": "vsphere.gone",
    "ResourceInUse": "vsphere.in_use",
    "InvalidPowerState": "vsphere.power_state",
    "ToolsUnavailable": "vsphere.no_tools",
    "TaskInProgress": "vsphere.busy",
    "ConcurrentAccess": "vsphere.busy",
    "HostNotConnected": "vsphere.host_down",
    "HostNotReachable": "vsphere.host_down",
    "HostCommunication": "vsphere.host_down",
    "NotSupported": "vsphere.not_supported",
    "NotImplemented": "vsphere.not_supported",
    "MethodNotFound": "vsphere.not_supported",
    "Timedout": "vsphere.timed_out",
    "RequestCanceled": "vsphere.cancelled",
}
"""By the fault's type name; subtypes find the entry of their nearest ancestor, all others are `refused`."""

FAMILIES = (("Insufficient", "vsphere.no_resources"),)
"""InsufficientMemoryResourcesFault, InsufficientHostCpuCapacityFault ... by the beginning of the name."""


SETTLING_S = (0.3, 0.7)
"""Pauses between the looks after a cut: what the server had received is begun by then."""

CUTS = 2
"""How many times a change is asked for once more."""


class UnknownOutcomeError(LabError):
    """A change was asked for and nobody knows whether it was made; the caller must look before it decides.

    `untouched` is True when the server did answer, and refused to look at the request: the session had ended.
    `cut` is True when the connection broke, or the server has restarted and no longer knows the task: what
    was to happen has happened soon afterwards. False: nothing but silence, the request may still be waiting.
    """

    def __init__(self, *, detail: str, untouched: bool = False, cut: bool = False, what: str) -> None:
        super().__init__("vsphere.lost", detail=detail, what=what)
        self.untouched = untouched
        self.cut = cut


def settle(act: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Act; when nobody knows whether it was done, look first, and act again only when it surely was not.

    That is when the server was untouched, or when the connection broke and later looks find nothing either: a
    network that was gone or a server that was restarted do not end the run.

    Args:
        act: makes one change.
        look: reads again; what `act` would have answered when the change is there, else None.
    """
    for _ in range(CUTS):
        try:
            return act()
        except UnknownOutcomeError as doubt:
            found = look()
            for pause_s in SETTLING_S if doubt.cut and not doubt.untouched else ():
                if found is None:
                    time.sleep(pause_s)
                    found = look()
            if found is not None:
                return found
            if not (doubt.untouched or doubt.cut):
                raise
    return act()


def error_from_fault(fault: Any, *, what: str) -> LabError:
    """The LabError of a vSphere fault; pyVmomi puts the server's own message into `msg`."""
    code = code_of(fault)
    name = type(fault).__name__.rpartition(".")[2]
    told = (getattr(fault, part, None) for part in ("msg", "text"))  # text: the question of QuestionPending
    message = " ".join(str(words) for words in told if words)[:LONGEST]
    detail = visible(without_secrets(f"{name}: {message}")).removesuffix(": ")
    if OLD_API in message:
        return LabError("vsphere.old_api", detail=detail, what=what)
    if code == "vsphere.invalid_argument":
        named = visible(str(getattr(fault, "invalidProperty", None) or "?"))[:LONGEST]
        return LabError(code, detail=detail, what=what, key=named)
    if code != "vsphere.permission":
        return LabError(code, detail=detail, what=what)
    held = _named(getattr(fault, "object", None))
    privilege = getattr(fault, "privilegeId", None) or "?"
    return LabError(code, detail=detail, what=what, privilege=privilege, object=held)


def _named(held: Any) -> str:
    """The name of a managed object, asked for now, and its reference; the reference alone if it has none."""
    moref = getattr(held, "_moId", "?")
    try:
        return f"{held.name} ({moref})"
    except (AttributeError, vmodl.MethodFault, *TRANSPORT):
        return moref


def code_of(fault: Any) -> str:
    """The code of a fault, by its type and its ancestors."""
    names = (kind.__name__.rpartition(".")[2] for kind in type(fault).__mro__)
    return next(filter(None, map(code_of_name, names)), "vsphere.refused")


def code_of_name(name: str) -> str:
    """The code of a fault of exactly this type; empty: nobody knows it."""
    if name in CODES:
        return CODES[name]
    return next((code for beginning, code in FAMILIES if name.startswith(beginning)), "")


def error_from_transport(error: Exception, *, host: str, what: str) -> LabError:
    """The LabError of an exchange that failed: OSError or HTTPException."""
    if isinstance(error, ssl.SSLCertVerificationError):
        other = error if isinstance(error, OtherCertificate) else OtherCertificate("", "-")
        facts = {"seen": other.seen, "pinned": other.expected}
        return LabError("vsphere.certificate", where=host, host=host, what=what, **facts)
    if shortage := shortage_of(error):
        return shortage.at(host)
    if isinstance(error, TimeoutError):
        return LabError("vsphere.silent", where=host, host=host, what=what)
    if isinstance(error, Unfit):
        return LabError(error.code, where=host, detail=error.words, host=host, what=what, **error.facts)
    return LabError("vsphere.unreachable", where=host, detail=_brief(error), host=host, what=what)


def unknown_outcome(error: Exception, *, what: str) -> UnknownOutcomeError:
    """What an exchange leaves unknown which failed after its request was sent, or while it was."""
    if isinstance(error, Unfit):
        detail = f"{error.code.removeprefix('vsphere.')}: {error.words}".removesuffix(": ")
        return UnknownOutcomeError(detail=detail, cut=error.code != "vsphere.too_slow", what=what)
    return UnknownOutcomeError(detail=_brief(error), cut=not isinstance(error, TimeoutError), what=what)


def _brief(error: Exception) -> str:
    return visible(f"{type(error).__name__}: {error}"[:LONGEST]).removesuffix(": ")
