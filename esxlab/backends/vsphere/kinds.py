"""Which of pyVmomi's types is meant by a name in an answer, and what makes a value of one from its text.

The prefix of a type's name is passed over: the simple types of XML Schema begin with a small letter, those of
vSphere's API with a capital one (vim-types.xsd of the vSphere Web Services SDK).
"""

from __future__ import annotations

import base64
import functools
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from esxlab.backends.vsphere.api import iso8601, support, vmodl

if TYPE_CHECKING:
    from collections.abc import Callable

API_VERSION = "vim.version.version10"
"""vSphere 6.0's: enough for all that is used here, and every server since speaks it without being asked."""

REFERENCE = "ManagedObjectReference"
WIDE = (bool, int, float, str, support.ManagedObject)
"""Any value of these will do where one of their kinds is told: a long for an int, a string for an enumeration
and any reference for another (vcsim: a task's entity may be a manager)."""
NAMES = (support.ManagedMethod, support.PropertyPath, type)
"""Their values are names, whatever type is told for them."""


def converter(kind: Any) -> Callable[[str], Any]:
    """What makes a value of this type from its text."""
    if kind in CONVERTERS:
        return CONVERTERS[kind]
    if values := getattr(kind, "values", None):  # an enumeration
        known = {str(value): value for value in values}
        return known.__getitem__
    if issubclass(kind, (int, float, str)):
        return cast("Callable[[str], Any]", kind)
    raise TypeError(kind)


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


def _moment(text: str) -> datetime:
    found = iso8601.ParseISO8601(text)
    if found is None:
        raise TypeError(text)
    return cast("datetime", found)


def _type_in(text: str) -> Any:
    return type_named(local_name(text)) if text else None


def _method_in(text: str) -> Any:
    try:
        return support.GuessWsdlMethod(local_name(text))
    except KeyError:
        return support.UnknownManagedMethod(local_name(text))


CONVERTERS: dict[Any, Callable[[str], Any]] = {
    bool: _boolean,
    datetime: _moment,
    support.binary: lambda text: support.binary(base64.b64decode(text)),
    type: _type_in,
    support.ManagedMethod: _method_in,
}


def stands_for(found: Any, wanted: Any) -> bool:
    """Whether a value of the one type may stand where the API has the other."""
    if found is vmodl.LocalizedMethodFault and issubclass(wanted, Exception):
        return True
    return wanted is object or issubclass(found, widened(wanted))


def widened(kind: Any) -> Any:
    """The widest type whose values will do for this one."""
    return next((base for base in WIDE if issubclass(kind, base)), kind)


@functools.cache
def type_named(name: str) -> Any:
    """A type by its name in the WSDL; KeyError. That of a reference is ManagedObject, in arrays too."""
    known = name.removesuffix("Reference") if name.endswith(REFERENCE) else name
    return support.GetWsdlType(support.XMLNS_XSD if known[:1].islower() else support.XMLNS_VMODL_BASE, known)


def compatible(kind: Any) -> Any:
    """What this is in the version that is spoken."""
    return support.GetCompatibleType(kind, API_VERSION)


def local_name(name: str) -> str:
    """A name without its namespace or prefix."""
    return name[name.rfind("}") + 1 :].rpartition(":")[2]
