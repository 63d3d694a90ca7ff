"""What one answer of a vSphere server may be: so many elements, so deep, so long; and from whom."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pyVmomi import vim, vmodl

from esxlab.backends.endpoints import Endpoint
from esxlab.backends.vsphere.https import Answer, Https, Sent, Unfit, first_words
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.soap import Stub
from esxlab.backends.vsphere.trust import OtherCertificate, SessionContext
from tests.hostile.bad_vsphere import certificates
from tests.hostile.vcenters import ENVELOPE, fault

PAGE = SimpleNamespace(result=vmodl.query.PropertyCollector.RetrieveResult, resultFlags=0)
MACHINE = (
    '<objects><obj type="VirtualMachine">vm-{0}</obj><propSet><name>name</name>'
    '<val xsi:type="xsd:string">g{0}</val></propSet><propSet><name>runtime.powerState</name>'
    '<val xsi:type="VirtualMachinePowerState">poweredOn</val></propSet></objects>'
)

CAUSES = b"<objects><missingSet><path>x</path>%s%s</missingSet></objects>" % (
    b'<fault><fault xsi:type="RuntimeFault">' + b'<faultCause><fault xsi:type="RuntimeFault">' * 70,
    b"</fault></faultCause>" * 70 + b"</fault></fault>",
)


def taken(told: bytes, *, status=200, kind=PAGE, **limits):
    stub = Stub(SimpleNamespace(limits=replace(LIMITS, **limits)))
    return stub._result(Answer(status, "", {}, told), kind)


def page(content: bytes) -> bytes:
    response = b'<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval>%s</returnval>'
    return ENVELOPE % (response % content + b"</RetrievePropertiesExResponse>")


def test_fifteen_hundred_machines_in_one_answer_are_no_bad_server():
    machines = "".join(MACHINE.format(number) for number in range(1500)).encode()
    found = taken(page(machines))
    assert len(found.objects) == 1500
    assert found.objects[-1].propSet[0].val == "g1499"


@pytest.mark.parametrize(
    ("content", "limit", "code"),
    [
        (b"<objects/>" * 100, {"elements": 50}, "vsphere.too_deep"),
        (CAUSES, {}, "vsphere.too_deep"),
        (b"<token>" + b"x" * 2000 + b"</token>", {"text_bytes": 1000}, "vsphere.too_big"),
        (b"<nothing/>", {}, "vsphere.not_vsphere"),
        (b"<token>x", {}, "vsphere.not_vsphere"),
    ],
)
def test_an_answer_beyond_its_limits_is_none(content, limit, code):
    with pytest.raises(Unfit) as refusal:
        taken(page(content), **limit)
    assert refusal.value.code == code


def test_a_document_with_entities_is_not_read():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + page(b"<token>&a;</token>")
    for told in (bomb, bomb.decode().encode("utf-16")):
        with pytest.raises(Unfit):
            taken(told)


def test_neither_attributes_without_number_nor_the_name_of_a_namespace_without_end_is_read():
    many = b"<objects %s/>" % b" ".join(b'a%d=""' % number for number in range(30))
    with pytest.raises(Unfit):
        taken(page(many), elements=50)
    for quote in (b'"', b"'"):
        long = b"<objects xmlns:a = %s%s%s/>" % (quote, b"u" * 100, quote)
        with pytest.raises(Unfit):
            taken(page(long))
    assert taken(page(b"<objects xmlns:a='%s'/>" % (b"u" * 99))) is not None


def test_half_a_document_is_none():
    whole = page(MACHINE.format(1).encode())
    for length in range(0, len(whole), 7):
        with pytest.raises(Unfit):
            taken(whole[:length])


def test_a_fault_is_raised_and_one_that_nobody_knows_is_told_with_its_words():
    with pytest.raises(vim.fault.InvalidLogin):
        taken(fault("InvalidLogin", "No."), status=500)
    with pytest.raises(vmodl.RuntimeFault) as failure:
        taken(fault("OfTheNextCentury", "Later."), status=500)
    assert failure.value.msg == "Later."


def test_a_page_is_told_by_its_words():
    told = first_words(b"<html><style>p {}</style><script>x()</script><p>Portail \x1b[2J</p>")
    assert "Portail" in told
    assert not any(sign in told for sign in ("{", "x()", "<p>", "\x1b"))


def test_a_server_that_takes_a_file_a_little_at_a_time_is_given_up(tmp_path):
    """No piece waits long enough to be called silence; the whole of it would take days."""
    (context, *_), (pin, *_) = certificates(tmp_path)
    gone, file = threading.Event(), bytes(16 << 20)

    def take_slowly(server):
        plain, _ = server.accept()
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as secured:
            while not gone.wait(0.01) and secured.recv(65536):
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=take_slowly, args=(server,))
        thread.start()
        endpoint = Endpoint("127.0.0.1", server.getsockname()[1])
        https = Https(endpoint, SessionContext(pin), limits=replace(LIMITS, total_s=0.5), kept=1)
        body, headers = Sent(io.BytesIO(file), len(file), lambda _: None), {"Content-Length": str(len(file))}
        try:
            with pytest.raises(Unfit) as refusal:
                https.exchange("PUT", "/folder/a.iso", headers=headers, most_bytes=9, body=body)
        finally:
            gone.set()
            thread.join(10)
    assert refusal.value.code == "vsphere.taken_slowly"


def test_without_a_pin_the_first_certificate_stays_the_only_one(tmp_path):
    contexts, prints = certificates(tmp_path)
    trusting = SessionContext("")
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # as if both were vouched for

    def meet(number):
        ours, theirs = socket.socketpair()
        server = threading.Thread(target=serve, args=(contexts[number], theirs))
        server.start()
        try:
            trusting.wrap_socket(ours, server_hostname="127.0.0.1").close()
        finally:
            ours.close()
            server.join(10)

    meet(0)
    meet(0)
    with pytest.raises(OtherCertificate) as refusal:
        meet(1)
    assert [refusal.value.expected, refusal.value.seen] == prints


def serve(context, plain):
    try:
        with context.wrap_socket(plain, server_side=True) as secured:
            secured.recv(1)
    except OSError:
        plain.close()
