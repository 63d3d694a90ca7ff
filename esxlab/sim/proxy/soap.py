"""The SOAP faults that the proxy answers with, in the form that vSphere gives them."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{text}</faultstring>"
    '<detail><{kind}Fault xmlns="urn:vim25" xsi:type="{kind}">{fields}</{kind}Fault></detail>'
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)


class Fault(NamedTuple):
    """A typed fault: `kind` is vSphere's own name (NoDiskSpace), `fields` its properties in schema order.

    A reference is written `VirtualMachine:vm-12`, in the fields `object` and `obj`.
    """

    kind: str
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def envelope(self) -> bytes:
        """The answer's body."""
        fields = "".join(_field(key, value) for key, value in self.fields)
        return ENVELOPE.format(kind=self.kind, text=escape(self.text or self.kind), fields=fields).encode()


START = re.compile(rb"<(\w+:)?Envelope[^>]*>")


def with_orders(body: bytes, orders: dict[str, Any]) -> bytes:
    """The request with an operationID that tells our vcsim what is wanted of this call (vcsim/orders.go)."""
    found = START.search(body)
    if found is None or not orders:
        return body
    prefix = (found[1] or b"").decode()
    header = f"<{prefix}Header><operationID>{escape(json.dumps(orders))}</operationID></{prefix}Header>"
    return body[: found.end()] + header.encode() + body[found.end() :]


def _field(key: str, value: str) -> str:
    if key in {"object", "obj"}:
        kind, _, moref = value.partition(":")
        return f'<{key} type="{escape(kind)}">{escape(moref)}</{key}>'
    return f"<{key}>{escape(value)}</{key}>"
