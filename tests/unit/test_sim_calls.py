"""What the proxy reads off a request, and which calls count as changing something."""

from __future__ import annotations

from esxlab.sim.proxy.calls import Call, CallList, parse_soap

LOGIN = b"""<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="e"><soapenv:Body><Login xmlns="urn:vim25">
<_this versionId="8" type="SessionManager">SessionManager</_this><userName>prof</userName>
<password>s3cret</password></Login></soapenv:Body></soapenv:Envelope>"""

MAKE = b"""<Envelope><Body><MakeDirectory xmlns="urn:vim25"><_this type="FileManager">FileManager</_this>
<name>[datastore1] g07-srvweb1</name></MakeDirectory></Body></Envelope>"""


def call(method, *, target="Folder:group-v3", arguments=()):
    return Call(1, 0.0, 40000, method, target, arguments)


def test_the_method_its_object_and_its_names_are_read():
    assert parse_soap(MAKE) == (
        "MakeDirectory",
        "FileManager:FileManager",
        (("name", "[datastore1] g07-srvweb1"),),
    )


def test_a_password_is_never_kept():
    method, _, arguments = parse_soap(LOGIN)
    assert method == "Login"
    assert arguments == (("userName", "prof"),)


def test_what_is_no_soap_has_no_method():
    assert parse_soap(b"\x00\xff<html>") == ("", "", ())


def test_a_method_that_nobody_has_listed_counts_as_mutating():
    assert call("FormatEverything_Task").mutating
    assert not call("RetrievePropertiesEx").mutating


def test_calls_are_numbered_and_the_oldest_forgotten():
    calls = CallList(limit=3)
    for method in ("Login", "CreateVM_Task", "Fetch", "PUT", "GET"):
        calls.add(at_s=0.0, client=1, method=method, target="x")
    assert [c.number for c in calls.since()] == [3, 4, 5]
    assert [c.method for c in calls.since(3, mutating=True)] == ["PUT"]
    assert [c.method for c in calls.since(3, mutating=False)] == ["GET"]
    assert calls.count == 5
