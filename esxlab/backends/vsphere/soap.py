"""SOAP over our own HTTPS: pyVmomi writes the requests, `Answers` takes the answers apart, within limits.

Whatever is raised when an answer is not what it should be (AttributeError, KeyError, TypeError, ParseError
and others) becomes `Unfit` here, and nowhere else.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, cast

from pyVmomi.VmomiSupport import F_OPTIONAL, ManagedObject

from esxlab.backends.vsphere.answers import Answers
from esxlab.backends.vsphere.api import SoapStubAdapterBase, vmodl
from esxlab.backends.vsphere.https import MOVED, TRIED_AGAIN, Unfit, first_words
from esxlab.backends.vsphere.kinds import API_VERSION, widened
from esxlab.foreign import visible
from esxlab.plain import keep_secret

if TYPE_CHECKING:
    from collections.abc import Hashable

    from esxlab.backends.vsphere.https import Answer, Https

COOKIE = re.compile(r'vmware_soap_session="?[\w+/=.:-]{1,200}"?')
ENTITY = "info.entity"
"""Of a task; it is only compared, and vcsim tells a manager there."""
NEEDED = frozenset(
    {
        "about",
        "fileManager",
        "propertyCollector",
        "rootFolder",
        "searchIndex",
        "sessionManager",
        "taskManager",
        "viewManager",
        "virtualDiskManager",
    }
)
"""What every vSphere of today has in its ServiceContent, and what is used of it without asking."""
FAULT_TEXT = re.compile(rb"<faultstring[^>]*>([^<]{0,2000})")


class Stub(SoapStubAdapterBase):  # type: ignore[misc]
    """What pyVmomi's managed objects call; one for each session."""

    def __init__(self, https: Https, version: str = API_VERSION) -> None:
        super().__init__(version=version)
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
        body = answer.body
        try:
            found = Answers(self, self.https.limits).take(body, info.result)
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


def checked_content(content: Any) -> Any:
    """A ServiceContent that has what every session needs, each of its own type. Unfit when it has not."""
    for info in content._GetPropertyList():  # noqa: SLF001 - an official method
        value = getattr(content, info.name)
        if value is None and info.name not in NEEDED:
            continue  # a lone host has fewer managers than a vCenter
        if not isinstance(value, info.type):
            words = f"ServiceContent.{info.name}: {type(value).__name__}"
            raise Unfit("vsphere.not_vsphere", words)
    return content


def checked_properties(found: Any) -> dict[str, Any]:
    """The properties that a property collector tells of one object, each of the type that it has in the API.

    The values are of type `anyType`, so pyVmomi believes whatever type a server names. Unfit if it is wrong.
    """
    told = {}
    for prop in found.propSet:
        if prop.val is None:  # unset: nil in an answer of several pages of vcsim 0.56, else left out
            continue
        kind = _kind_of(cast("Hashable", type(found.obj)), prop.name)
        entity = prop.name == ENTITY and isinstance(prop.val, ManagedObject)
        if not (entity or _is_a(prop.val, kind)):
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
    if issubclass(kind, ManagedObject):  # what is called, or looked for: a browser, a network system, a host
        return isinstance(value, kind)
    return isinstance(value, widened(kind))
