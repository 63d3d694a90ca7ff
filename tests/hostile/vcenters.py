"""Bad vSphere servers: those that are bad from the first byte, and those that take a login and then turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.hostile.bad_vsphere import Script
from tests.hostile.peers import Peer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hostile.bad_vsphere import Talk

ENVELOPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    b"<soapenv:Body>%s</soapenv:Body></soapenv:Envelope>"
)
PORTAL = (
    b"<!DOCTYPE html><html><head><title>Portail du lycee</title><style>p {}</style></head>"
    b"<body><p>Identifiez-vous pour acceder a Internet</p></body></html>"
)
UNAVAILABLE = (
    b"503 Service Unavailable (Failed to connect to endpoint: [N7Vmacore4Http20NamedPipeServiceSpecE:0x7f]"
    b" _serverNamespace = / action = Allow _pipeName =/var/run/vmware/vpxd-webserver-pipe)"
)
BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefgh"
)
NESTED = 300_000


def fault(kind: str, words: str = "") -> bytes:
    """A fault of the API, as a server sends it with HTTP 500."""
    return (
        ENVELOPE
        % (
            f"<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{words}</faultstring>"
            f'<detail><{kind}Fault xmlns="urn:vim25" xsi:type="{kind}"/></detail></soapenv:Fault>'
        ).encode()
    )


def deep(talk: Talk) -> None:
    step = b'<faultCause><fault xsi:type="RuntimeFault">'
    talk.answer(
        ENVELOPE
        % (
            b"<soapenv:Fault><faultstring/><detail>"
            b'<RuntimeFaultFault xmlns="urn:vim25" xsi:type="RuntimeFault">' + step * NESTED
        ),
        status="500 Internal Server Error",
    )


def wide(talk: Talk) -> None:
    """Of 60 bytes each, so many objects that they would fill the memory."""
    told = b"<RetrieveServiceContentResponse xmlns='urn:vim25'>" + b"<returnval/>" * 200_000
    talk.answer(ENVELOPE % told)


def big(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 200000000\r\n\r\n")
    talk.flood(b" " * 65536)


def big_in_chunks(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n")
    talk.flood(b"10000\r\n" + b" " * 65536 + b"\r\n")


def drip(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 50000\r\n\r\n<?xml ")
    talk.drip(b" ")


def endless_head(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nX-Word: ")
    talk.drip(b"a")


def many_heads(talk: Talk) -> None:
    talk.flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


def raw(data: bytes) -> Callable[[Talk], None]:
    """These bytes, and the end."""

    def play(talk: Talk) -> None:
        talk.say(data)
        talk.hang_up()

    return play


def changed(method: str, change: Callable[[bytes], bytes]) -> Callable[[Talk], None]:
    """Good, but for what this method tells."""

    def play(talk: Talk) -> None:
        talk.pass_on(change if talk.method == method else bytes)

    return play


def wrong_types(body: bytes) -> bytes:
    """Names are numbers, hardware is a date."""
    body = re.sub(rb'(<name>name</name><val [^>]*:type=)"xsd:string">[^<]*<', rb'\1"xsd:int">7<', body)
    return re.sub(
        rb"(<name>config.hardware</name>)<val .*?</val>(?=</propSet>)",
        rb'\1<val xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="xsd:boolean">true</val>',
        body,
        flags=re.DOTALL,
    )


def left_out(name: str) -> Callable[[bytes], bytes]:
    """Without this element."""
    tag = name.encode()
    return lambda body: re.sub(rb"<%s[ >].*?</%s>" % (tag, tag), b"", body, flags=re.DOTALL)


def called_a_folder(kind: str) -> Callable[[bytes], bytes]:
    """References to objects of this kind say that they are folders."""
    return lambda body: body.replace(b'type="%s"' % kind.encode(), b'type="Folder"')


def without(name: str) -> Callable[[bytes], bytes]:
    """Without this property, of whatever object."""

    def change(body: bytes) -> bytes:
        parts = re.split(rb"(<propSet>.*?</propSet>)", body, flags=re.DOTALL)
        return b"".join(part for part in parts if b"<name>%s</name>" % name.encode() not in part)

    return change


def no_content(talk: Talk) -> None:
    talk.answer(ENVELOPE % b'<RetrieveServiceContentResponse xmlns="urn:vim25"/>')


def endless_pages(body: bytes) -> bytes:
    return re.sub(rb"(<token>.*?</token>)?</returnval>", rb"<token>1</token></returnval>", body)


def same_page(talk: Talk) -> None:
    """There is always one more page."""
    if talk.method == "ContinueRetrievePropertiesEx":
        talk.answer(
            ENVELOPE % b'<ContinueRetrievePropertiesExResponse xmlns="urn:vim25">'
            b"<returnval><token>1</token></returnval></ContinueRetrievePropertiesExResponse>"
        )
    else:
        changed("RetrievePropertiesEx", endless_pages)(talk)


def ended(talk: Talk) -> None:
    if talk.method in {"Login", "Logout", "RetrieveServiceContent"}:
        talk.pass_on()
    else:
        talk.answer(fault("NotAuthenticated", "The session is not authenticated."), status="500 Fault")


def clock(talk: Talk) -> None:
    """Each time another century."""
    year = b"9999" if sum(method == "CurrentTime" for method, _ in talk.server.heard) % 2 else b"0001"
    changed("CurrentTime", lambda body: re.sub(rb">\d{4}-", b">%s-" % year, body))(talk)


def twice(talk: Talk) -> None:
    talk.pass_on(times=2 if talk.method == "Login" else 1)


def closing(talk: Talk) -> None:
    talk.pass_on(more="Connection: close\r\n")
    talk.hang_up()


def mute(talk: Talk) -> None:
    talk.hold()


def unanswered(talk: Talk) -> None:
    talk.hang_up()


def redirect(talk: Talk) -> None:
    address, port = talk.server.trap
    target = f"https://{address}:{port}{talk.path}"
    talk.answer(b"", status="302 Found", more=f"Location: {target}\r\n")


def first(reply: Callable[[Talk], None], **how: bool) -> Script:
    """Bad from the first request on."""
    return Script(reply, after_login=False, **how)


UNHEARD = "no password is sent; the groups of other servers go on"
LATER = "the answer is not waited for, or not believed; the groups of other servers go on"
READ_RFC = "read: RFC 9112"


def _peer(  # noqa: PLR0917 - a row of a table
    name: str, does: str, codes: tuple[str, ...], source: str, play: Script, esxlab: str = ""
) -> Peer:
    told = esxlab or (LATER if play.after_login else UNHEARD)
    return Peer("vcenter", name, does, told, tuple(f"vsphere.{code}" for code in codes), source, play)


PEERS = (
    _peer(
        "says-nothing",
        "takes the request and says nothing",
        ("silent",),
        "pyvmomi#923 (HTTP 408 after long silence); pyVmomi has no limit of its own",
        first(mute, waits=True),
    ),
    _peer(
        "never-agrees-on-tls",
        "accepts the connection and never begins TLS",
        ("silent", "unreachable"),
        "read: RFC 8446; seen where a firewall takes the connection in the server's place",
        Script(greet=mute, after_login=False, waits=True),
    ),
    _peer(
        "speaks-no-tls",
        "speaks HTTP without TLS",
        ("unreachable",),
        "read: port 80 of an ESXi host",
        Script(greet=raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), after_login=False),
    ),
    _peer(
        "drips",
        "sends one byte after the other, for ever",
        ("too_slow",),
        "slowloris, the other way round",
        first(drip, waits=True),
    ),
    _peer(
        "drips-later",
        "as before, after the login",
        ("too_slow", "lost"),
        "as before",
        Script(drip, waits=True),
    ),
    _peer(
        "endless-header",
        "sends a header that never ends, slowly",
        ("too_slow",),
        READ_RFC,
        first(endless_head, waits=True),
    ),
    _peer(
        "continues",
        "sends `100 Continue` without end",
        ("too_big",),
        READ_RFC + ", 15.2.1 of RFC 9110",
        first(many_heads),
    ),
    _peer(
        "redirects",
        "sends its visitors on to another server",
        ("redirected",),
        "ESXi and vCenter redirect from port 80 to 443; captive portals do it too",
        first(redirect),
        "never follows; the other server hears nothing; the groups of other servers go on",
    ),
    _peer(
        "redirects-later",
        "as before, after the login",
        ("redirected", "lost"),
        "as before",
        Script(redirect),
        "never follows: neither password nor session reaches the other server",
    ),
    _peer(
        "portal",
        "answers with the login page of a network",
        ("not_vsphere",),
        "pyvmomi#1085, pyvmomi#198: a proxy in between, TypeError and ExpatError",
        first(lambda talk: talk.answer(PORTAL, kind="text/html")),
    ),
    _peer(
        "portal-later",
        "as before, after the login: the laptop has changed networks",
        ("not_vsphere", "lost"),
        "as before",
        Script(lambda talk: talk.answer(PORTAL, kind="text/html")),
    ),
    _peer(
        "unavailable",
        "answers 503 while its services start",
        ("unavailable",),
        "Broadcom article 344908",
        first(lambda talk: talk.answer(UNAVAILABLE, status="503 Service Unavailable", kind="text/plain")),
    ),
    _peer(
        "proxy-error",
        "answers 502, as a proxy in between",
        ("unavailable",),
        "pyvmomi#201",
        first(lambda talk: talk.answer(b"<h1>Proxy Error</h1>", status="502 Proxy Error", kind="text/html")),
    ),
    _peer(
        "short-body",
        "closes in the middle of an answer",
        ("garbled", "unreachable"),
        READ_RFC,
        first(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + ENVELOPE[:200])),
    ),
    _peer(
        "long-body",
        "sends more than it said it would",
        ("not_vsphere",),
        READ_RFC,
        first(lambda talk: talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + ENVELOPE * 50)),
    ),
    _peer("big", "sends 200 MB", ("too_big",), "the issue's own figure", first(big)),
    _peer("big-later", "as before, after the login", ("too_big", "lost"), "as before", Script(big)),
    _peer(
        "big-in-chunks", "sends chunks without end", ("too_big",), READ_RFC + ", 7.1", first(big_in_chunks)
    ),
    _peer(
        "deep",
        "sends a fault of 300,000 causes, one in the other",
        ("too_deep", "not_vsphere"),
        "the issue's own figure",
        first(deep),
    ),
    _peer(
        "wide",
        "sends 200,000 elements in 2 MB",
        ("too_deep",),
        "measured: pyVmomi makes 550 bytes of 12",
        first(wide),
    ),
    _peer(
        "entity-bomb",
        "sends a document whose entities multiply",
        ("not_vsphere",),
        "CVE-2003-1564; a SOAP message has no document type (SOAP 1.1, 3)",
        first(lambda talk: talk.answer(BOMB + b"]><b>&h;</b>")),
    ),
    _peer(
        "compressed",
        "sends gzip, which nobody asked for",
        ("not_vsphere",),
        "read: RFC 9110, 12.5.3; a gzip bomb grows a thousandfold",
        first(lambda talk: talk.answer(b"\x1f\x8b\x08\0" + b"\0" * 500, more="Content-Encoding: gzip\r\n")),
    ),
    _peer(
        "junk",
        "answers with bytes that are no HTTP",
        ("garbled", "unreachable"),
        "any other service on the port",
        first(raw(b"\xff\xfe\x00SSH-2.0-x\r\n\x1b[2J\x9b31m\r\n" * 5)),
    ),
    _peer(
        "wrong-length",
        "says a length that is none",
        ("garbled", "not_vsphere", "too_big"),
        READ_RFC + ", 6.2",
        first(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nx")),
    ),
    _peer(
        "garbage-in-chunks",
        "says sizes of chunks that are none",
        ("garbled",),
        READ_RFC + ", 7.1",
        first(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx\r\nzz\r\n")),
    ),
    _peer(
        "no-content",
        "answers without the content that everything begins with",
        ("not_vsphere",),
        "read: vSphere API, RetrieveServiceContent",
        first(no_content),
    ),
    _peer(
        "half-a-content",
        "leaves its property collector out of the content",
        ("not_vsphere",),
        "read: vSphere API, ServiceContent; a server that is just starting",
        first(changed("RetrieveServiceContent", left_out("propertyCollector"))),
    ),
    _peer(
        "content-of-other-kinds",
        "calls its session manager a folder",
        ("not_vsphere",),
        "read: vSphere API, ServiceContent: the kind of each is told with it",
        first(changed("RetrieveServiceContent", called_a_folder("SessionManager"))),
    ),
    _peer(
        "references-of-other-kinds",
        "calls what browses its datastores a folder",
        ("not_vsphere",),
        "read: vSphere API, Datastore.browser",
        Script(changed("RetrievePropertiesEx", called_a_folder("HostDatastoreBrowser"))),
    ),
    _peer(
        "searches-without-end-result",
        "says of a search that it is done, and not what it has found",
        ("not_vsphere",),
        "read: vSphere API, TaskInfo.result is optional",
        Script(changed("RetrievePropertiesEx", without("info.result")), now_and_then=True),
    ),
    _peer(
        "host-without-networks",
        "tells no network system of its host",
        ("host_down",),
        "read: vSphere API, HostConfigManager.networkSystem is optional; a host that was never connected",
        Script(changed("RetrievePropertiesEx", without("configManager.networkSystem")), now_and_then=True),
        "takes the host for one that is not connected",
    ),
    _peer(
        "nameless",
        "tells no names of anything",
        ("datacenter_missing",),
        "read: vSphere API, ObjectContent.missingSet: what an account may not read is left out",
        Script(changed("RetrievePropertiesEx", without("name")), now_and_then=True),
        "takes what it cannot name for not there",
    ),
    _peer(
        "wrong-types",
        "tells numbers for names, and true for hardware",
        ("not_vsphere",),
        "properties are of type anyType: pyVmomi checks none",
        Script(changed("RetrievePropertiesEx", wrong_types)),
    ),
    _peer(
        "endless-pages",
        "has always one more page",
        ("too_deep",),
        "read: vSphere API, ContinueRetrievePropertiesEx",
        Script(same_page),
    ),
    _peer(
        "other-certificate",
        "shows another certificate from its second connection on",
        ("certificate", "lost"),
        "read: somebody in between, after the first handshake",
        Script(closing, after_login=False, certificates=2),
        "says and sends nothing more; the groups of other servers go on",
    ),
    _peer(
        "sessions-end",
        "ends every session at once",
        ("session", "lost"),
        "terraform-provider-vsphere#239",
        Script(ended),
        "logs in once more for each question, and gives up",
    ),
    _peer(
        "unanswered",
        "closes the connection instead of answering, after the login",
        ("unreachable", "lost"),
        "read: RFC 9112, 9.6",
        Script(unanswered),
    ),
    _peer(
        "clock-jumps",
        "tells the year 9999, then the year 1",
        ("bad_time",),
        "read: a host whose clock battery is empty",
        Script(clock, now_and_then=True),
        "does not reckon with such a time; takes no lock by it",
    ),
    _peer(
        "closes-each-time",
        "closes every connection after one answer, as it has said",
        (),
        READ_RFC + ", 9.6",
        Script(closing, after_login=False, harmless=True),
        "works: a connection that was closed is not used again",
    ),
    _peer(
        "answers-a-login-twice",
        "sends the answer to a login two times",
        (),
        READ_RFC + ", 9.2: who gets the second one?",
        Script(twice, after_login=False, harmless=True),
        "works: what was not asked for ends the connection",
    ),
)
