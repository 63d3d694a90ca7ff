"""SOAP over our own HTTPS: pyVmomi writes the requests and takes the answers apart, within limits.

Whatever pyVmomi raises when an answer is not what it should be (it has no exception of its own for that:
AttributeError, KeyError, TypeError, ExpatError and others were seen) becomes `Unfit` here, and nowhere else.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, cast

from pyVmomi.SoapAdapter import XSI_TYPE
from pyVmomi.VmomiSupport import F_OPTIONAL, ManagedObject

from esxlab.backends.vsphere.api import SoapDeserializer, SoapResponseDeserializer, SoapStubAdapterBase, vmodl
from esxlab.backends.vsphere.https import MOVED, TRIED_AGAIN, Unfit, first_words
from esxlab.foreign import visible
from esxlab.plain import keep_secret

if TYPE_CHECKING:
    from collections.abc import Hashable

    from esxlab.backends.vsphere.https import Answer, Https
    from esxlab.backends.vsphere.limits import Limits

API_VERSION = "vim.version.version10"
"""vSphere 6.0's: enough for all that is used here, and every server since speaks it without being asked."""

COOKIE = re.compile(r'vmware_soap_session="?[\w+/=.:-]{1,200}"?')
FAULT_TEXT = re.compile(rb"<faultstring[^>]*>([^<]{0,2000})")
WIDE = (bool, int, float, str, ManagedObject)
"""Any value of these will do where one of their kinds is told: a long for an int, a string for an enumeration
and any reference for another (vcsim: a task's entity may be a manager)."""
PASSED_OVER = frozenset(
    {
        "VirtualPS2Controller",
        "VirtualPCIController",
        "VirtualSIOController",
        "VirtualKeyboard",
        "VirtualPointingDevice",
        "VirtualMachineVideoCard",
        "VirtualMachineVMCIDevice",
        "VirtualCdrom",
        "VirtualFloppy",
        "VirtualSoundCard",
        "VirtualUSBController",
        "VirtualUSBXHCIController",
    }
)
"""Devices of which nothing is asked, half of what a server tells of a machine (vSphere's API reference,
VirtualDevice)."""
NO_XML = (b"\0", b"<!DOCTYPE")
"""A SOAP message has no document type declaration (SOAP 1.1, 3), so it has no entities of its own. A NUL is
in UTF-16, in which the declaration would be overlooked."""


class Stub(SoapStubAdapterBase):  # type: ignore[misc]
    """What pyVmomi's managed objects call; one for each session."""

    def __init__(self, https: Https) -> None:
        super().__init__(version=API_VERSION)
        self.https = https
        self.cookie = ""
        self.requestContext = None  # what pyVmomi's serializer looks for
        self._headers = {"SOAPAction": self.versionId, "Content-Type": "text/xml; charset=UTF-8"}

    def InvokeMethod(self, mo: Any, info: Any, args: Any) -> Any:  # noqa: N802 - pyVmomi's name
        """One call. Raises vmodl.MethodFault, OSError, HTTPException; Unfit is one of the latter."""
        answer = self.https.exchange(
            "POST",
            "/sdk",
            headers={**self._headers, "Cookie": self.cookie} if self.cookie else self._headers,
            body=self.SerializeRequest(mo, info, args),
            most_bytes=self.https.limits.answer_bytes,
        )
        refuse_other_speech(answer)
        if answer.status not in {200, 500}:
            raise Unfit("vsphere.not_vsphere", f"HTTP {answer.status} {first_words(answer.body)}")
        self._keep_cookie(answer)
        return self._result(answer, info)

    def _keep_cookie(self, answer: Answer) -> None:
        for told in answer.headers.get_all("Set-Cookie") or ():
            if found := COOKIE.search(told):
                self.cookie = keep_secret(found[0])

    def _result(self, answer: Answer, info: Any) -> Any:
        limits, body = self.https.limits, answer.body
        if body.count(b"<") - body.count(b"</") > limits.elements:
            raise Unfit("vsphere.too_deep", first_words(body), limit=limits.elements)
        if any(sign in body for sign in NO_XML):
            raise Unfit("vsphere.not_vsphere", first_words(body))
        try:
            found = _Response(self, limits).take(body, info.result)
        except Unfit:
            raise
        except Exception as error:
            if answer.status == 500 and (told := FAULT_TEXT.search(body)):  # noqa: PLR2004 - HTTP's own
                raise vmodl.RuntimeFault(msg=visible(told[1].decode("utf-8", errors="replace"))) from error
            raise Unfit("vsphere.not_vsphere", f"{type(error).__name__}; {first_words(body)}") from error
        if isinstance(found, vmodl.MethodFault):
            raise found
        if answer.status != 200 or not _fits(found, info):  # noqa: PLR2004 - HTTP's own
            raise Unfit("vsphere.not_vsphere", first_words(body))
        return found


def refuse_other_speech(answer: Answer) -> None:
    """Unfit for an answer of whoever stands in front of a vSphere server, or in its place."""
    if answer.status in MOVED:
        target = visible(answer.headers.get("Location") or "?")[:200]
        raise Unfit("vsphere.redirected", target=target)
    if answer.status in TRIED_AGAIN:
        said = first_words(answer.body) or visible(answer.reason)[:200]
        raise Unfit("vsphere.unavailable", said, passing=True, status=answer.status)


def _fits(found: Any, info: Any) -> bool:
    if found is None:
        return info.result is type(None) or bool(info.resultFlags & F_OPTIONAL)
    return isinstance(found, list) if issubclass(info.result, list) else isinstance(found, info.result)


def checked_properties(found: Any) -> dict[str, Any]:
    """The properties that a property collector tells of one object, each of the type that it has in the API.

    The values are of type `anyType`, so pyVmomi believes whatever type a server names. Unfit if it is wrong.
    """
    told = {}
    for prop in found.propSet:
        if prop.val is None:  # unset: nil in an answer of several pages of vcsim 0.56, else left out
            continue
        kind = _kind_of(cast("Hashable", type(found.obj)), prop.name)
        if not _is_a(prop.val, kind):
            words = f"{type(found.obj).__name__}.{prop.name}: {type(prop.val).__name__}"
            raise Unfit("vsphere.not_vsphere", visible(words)[:200])
        told[prop.name] = prop.val
    return told


@functools.cache
def _kind_of(holder: Hashable, path: Hashable) -> Any:
    """The type of a property, by its dotted path; None when there is no such property."""
    kind: Any = holder
    for name in str(path).split("."):
        try:
            kind = kind._GetPropertyInfo(name).type  # noqa: SLF001 - pyVmomi has no public name for it
        except AttributeError:
            return None
    return kind


def _is_a(value: Any, kind: Any) -> bool:
    if kind is None:
        return False
    if issubclass(kind, list):
        return isinstance(value, list) and all(_is_a(item, kind.Item) for item in value)
    return isinstance(value, next((base for base in WIDE if issubclass(kind, base)), kind))


class _Response(SoapResponseDeserializer):  # type: ignore[misc]
    """pyVmomi's, which gives the elements of the answer to a bounded one."""

    def __init__(self, stub: Stub, limits: Limits) -> None:
        super().__init__(stub)
        self.deser = _Bounded(stub, limits)

    def take(self, body: bytes, kind: Any) -> Any:
        """The result. Parsed in one piece: expat before 2.6 needs quadratic time for a long token in many."""
        result = self.Deserialize(body, kind)
        if not self.isFault:
            self.parser.Parse(b"", True)  # that was all
        return result


class _Bounded(SoapDeserializer):  # type: ignore[misc]
    """Limits of depth and of text; devices that no lab has to do with are passed over."""

    def __init__(self, stub: Stub, limits: Limits) -> None:
        super().__init__(stub)
        self._depth, self._text = limits.depth, limits.text_bytes
        self._passing = 0  # how deep we are inside a device that is passed over

    def StartElementHandler(self, tag: str, attr: Any) -> None:  # noqa: N802 - pyVmomi's name
        """One level deeper."""
        if len(self.stack) + self._passing >= self._depth:
            raise Unfit("vsphere.too_deep", limit=self._depth)
        if self._passing or attr.get(XSI_TYPE) in PASSED_OVER:
            if not self._passing:
                self.parser.EndElementHandler, self.parser.CharacterDataHandler = self._pass, None
            self._passing += 1
            return
        super().StartElementHandler(tag, attr)

    def _pass(self, _: str) -> None:
        self._passing -= 1
        if not self._passing:
            self.parser.EndElementHandler = self.EndElementHandler
            self.parser.CharacterDataHandler = self.CharacterDataHandler

    def CharacterDataHandler(self, data: str) -> None:  # noqa: N802 - pyVmomi's name
        """A piece of text; pyVmomi joins the pieces one by one."""
        self.data += data
        if len(self.data) > self._text:
            raise Unfit("vsphere.too_big", visible(self.data[:100]), limit=self._text)
