"""Takes a SOAP answer apart: ElementTree, in C, makes the tree; pyVmomi's type tables say what is in it.

What comes out is what pyVmomi's own deserializer makes, its objects included. That one calls Python for each
tag and checks each value while it sets it, which was two thirds of all that a look at 300 groups cost. Here
types are checked, once for each pair of a property and the type that is told for it.

Whatever is not as it should be raises: TypeError, ValueError, KeyError, AttributeError, or ElementTree's
ParseError. `esxlab.backends.vsphere.soap` makes one error of them all.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import XMLParser

from esxlab.backends.vsphere.api import support, vmodl
from esxlab.backends.vsphere.https import Unfit, first_words
from esxlab.backends.vsphere.kinds import NAMES, compatible, converter, local_name, stands_for, type_named
from esxlab.foreign import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from esxlab.backends.vsphere.limits import Limits

    Read = Callable[["Answers", Element, int], Any]

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
TYPE = f"{{{support.XMLNS_XSI}}}type"
LONG_NAMESPACE = re.compile(rb"""xmlns[^=>]*=\s*(?:"[^"]{100}|'[^']{100})""")
"""An element of the tree carries its namespace's whole name. The longest in use has 41 characters."""
NO_XML = (b"\0", b"<!DOCTYPE")
"""A SOAP message has no document type declaration (SOAP 1.1, 3), so it has no entities of its own. A NUL is
in UTF-16, in which the declaration would be overlooked."""
LONGEST = 100
"""Of the name of a type with its prefix."""
WAYS = 4096
PASSED_OVER = frozenset(
    {
        "VirtualPS2Controller",
        "VirtualPCIController",
        "VirtualSIOController",
        "VirtualKeyboard",
        "VirtualPointingDevice",
        "VirtualMachineVideoCard",
        "VirtualMachineVMCIDevice",
        "VirtualFloppy",
        "VirtualSoundCard",
        "VirtualUSBController",
        "VirtualUSBXHCIController",
    }
)
"""Devices of which nothing is asked, half of what a server tells of a machine (vSphere's API reference,
VirtualDevice)."""


class Answers:
    """Reads the answers of one session within limits; references in them belong to `stub`."""

    def __init__(self, stub: Any, limits: Limits) -> None:
        self.stub = stub
        self._limits = limits
        self._left = limits.attributes  # that objects may have

    def take(self, body: bytes, kind: Any) -> Any:
        """The result, of the type that the method has; None: there is none. Or the fault, to be raised."""
        content = self._tree(body).find(f"{SOAP}Body/*")
        if content is None:
            raise TypeError("no body")
        if content.tag == f"{SOAP}Fault":
            return self._fault(content)
        if not content.tag.endswith("Response"):
            raise TypeError(content.tag)
        ways = [(child, _way(kind, child.get(TYPE))) for child in content]
        values = [way.read(self, child, 0) for child, way in ways if way.read is not None]
        if issubclass(kind, list) and (not ways or ways[0][1].item):
            return kind(values)
        if len(values) > 1:
            raise TypeError(content.tag)
        return values[0] if values else None

    def _tree(self, body: bytes) -> Element:
        """The whole answer. Parsed in one piece: expat before 2.6 is quadratic for a long token in many."""
        if max(body.count(b"<") - body.count(b"</"), 2 * body.count(b"=")) > self._limits.elements:
            raise Unfit("vsphere.too_deep", first_words(body), limit=self._limits.elements)
        if any(sign in body for sign in NO_XML) or LONG_NAMESPACE.search(body):
            raise Unfit("vsphere.not_vsphere", first_words(body))
        parser = XMLParser()  # noqa: S314 - what is feared has just been refused
        parser.feed(body)
        return parser.close()

    def text(self, element: Element) -> str:
        """The text of an element that has nothing else in it."""
        text = element.text or ""
        if len(text) > self._limits.text_bytes:
            raise Unfit("vsphere.too_big", visible(text[:100]), limit=self._limits.text_bytes)
        if len(element):
            raise TypeError(element.tag)
        return text

    def into(self, attributes: int, depth: int) -> int:
        """One level deeper, into an object with so many attributes."""
        self._left -= attributes
        if self._left < 0:
            raise Unfit("vsphere.too_deep", limit=self._limits.attributes)
        if depth + 1 >= self._limits.depth:
            raise Unfit("vsphere.too_deep", limit=self._limits.depth)
        return depth + 1

    def _fault(self, content: Element) -> Any:
        """SOAP 1.1, 4.4: `faultstring` and `detail` have no namespace. A detail is called after its type."""
        detail = content.find("detail/*")
        found = vmodl.RuntimeFault()
        if detail is not None:
            name = local_name(detail.tag).removesuffix("Fault")
            found = _object(_fault_kind(detail, name), self, detail, 0)
        found.msg = content.findtext("faultstring") or ""
        return found


class _Way(NamedTuple):
    """How an element is read; None: it is passed over. `item`: it is one in an array."""

    read: Read | None
    item: bool


class _Shape(NamedTuple):
    """A data object: its attributes when nothing is told of it; those that are arrays; the types of all."""

    blank: dict[str, Any]
    arrays: tuple[tuple[str, Any], ...]
    types: dict[str, Any]


@functools.cache
def _shape(kind: Any) -> _Shape:
    made = kind()
    types = {info.name: info.type for info in made._GetPropertyList()}  # noqa: SLF001 - an official method
    blank = {name: getattr(made, name) for name in types}
    return _Shape(blank, tuple((n, type(v)) for n, v in blank.items() if isinstance(v, list)), types)


@functools.lru_cache(WAYS)
def _place(kind: Any, tag: str) -> tuple[str, Any]:
    """The attribute of a data object that has this tag, and its type; KeyError."""
    name = local_name(tag)
    return name, _shape(kind).types[name]


@functools.lru_cache(WAYS)
def _way(declared: Any, told: str | None) -> _Way:
    """How to read an element where the API has this type, and the server tells that one."""
    if told is None or declared in NAMES:
        kind, item = declared, issubclass(declared, list)
        return _Way(_reader(compatible(kind.Item if item else kind)), item)
    name = local_name(told)
    if len(told) > LONGEST:
        raise TypeError(name[:LONGEST])
    if name in PASSED_OVER:
        return _Way(None, item=False)
    found = compatible(type_named(name))
    wanted, whole = declared, False
    if issubclass(declared, list):
        wanted, whole = declared.Item, issubclass(found, list)
    if not stands_for(found.Item if whole else found, wanted):
        raise TypeError(name)
    return _Way(_reader(declared if whole else found), issubclass(declared, list) and not whole)


@functools.cache
def _reader(kind: Any) -> Read:
    """What reads an element of this type."""
    if issubclass(kind, support.ManagedObject):
        return _reference
    if issubclass(kind, list):
        return functools.partial(_array, kind)
    if issubclass(kind, (Exception, vmodl.LocalizedMethodFault)):
        return _localized_fault
    if issubclass(kind, support.DataObject):
        return functools.partial(_object, kind)
    convert = converter(kind)
    return lambda answers, element, _: convert(answers.text(element))


def _object(kind: Any, answers: Answers, element: Element, depth: int) -> Any:
    """Made without its constructor, which would set and check one attribute after the other."""
    blank, arrays, _ = _shape(kind)
    depth = answers.into(len(blank), depth)
    found = kind.__new__(kind)
    values = vars(found)
    values.update(blank)
    for name, array in arrays:
        values[name] = array()
    for child in element:
        name, declared = _place(kind, child.tag)
        read, item = _way(declared, child.get(TYPE))
        if read is None:
            continue
        if item:
            values[name].append(read(answers, child, depth))
        else:
            values[name] = read(answers, child, depth)
    return found


def _array(kind: Any, answers: Answers, element: Element, depth: int) -> Any:
    depth = answers.into(0, depth)
    ways = ((child, _way(kind, child.get(TYPE)).read) for child in element)
    return kind(read(answers, child, depth) for child, read in ways if read is not None)


def _reference(answers: Answers, element: Element, _: int) -> Any:
    kind = type_named(local_name(element.attrib["type"]))
    if not issubclass(kind, support.ManagedObject):
        raise TypeError(element.attrib["type"])
    return kind(answers.text(element), answers.stub, element.get("serverGuid"))


def _localized_fault(answers: Answers, element: Element, depth: int) -> Any:
    """A fault inside of an answer, in its wrapping with a text (LocalizedMethodFault)."""
    depth = answers.into(0, depth)
    told = {local_name(child.tag): child for child in element}
    found = _object(_fault_kind(told["fault"], "MethodFault"), answers, told["fault"], depth)
    found.msg = answers.text(told["localizedMessage"]) if "localizedMessage" in told else None
    return found


def _fault_kind(element: Element, name: str) -> Any:
    """The type of a fault that is not wrapped; `name`: as long as no other is told."""
    kind = compatible(type_named(local_name(element.get(TYPE) or name)))
    if not issubclass(kind, vmodl.MethodFault):
        raise TypeError(element.tag)
    return kind
