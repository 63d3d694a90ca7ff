"""What others wrote: every reader of a file answers within limits, with a value or with one error."""

from __future__ import annotations

import json
import math
import os
import socket
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esxlab import texts
from esxlab.backends.host_keys import HostKeys
from esxlab.backends.locking import read_lock_file
from esxlab.backends.vsphere.records import read_owner_file, read_record_file
from esxlab.bugs import attempt
from esxlab.cli.models_seen import compare_models
from esxlab.cli.secrets_file import Kept, SecretsFile
from esxlab.cli.spec_warnings import read_told
from esxlab.cli.target import Login, Target, find_target
from esxlab.cli.trusted import Trusted, load_trusted
from esxlab.errors import LabError
from esxlab.foreign import FILE_LIMIT, Unreadable, read_file, read_json, read_text
from esxlab.lab.lock import LockHolder
from esxlab.lab.machine import Server
from esxlab.local.lock import computer_id_of
from esxlab.local.unwritten import Unwritten
from esxlab.sim.access import SchoolAccess, load_access, read_access

NASTY = {
    "empty": b"",
    "half": b'{"a": ',
    "deep": b"[" * 100_000,
    "deep, closed": b"[" * 200 + b"]" * 200,
    "huge number": b'{"generations": {"a": 1' + b"0" * 5000 + b"}}",
    "a float too large": b'{"speed": 1e999999}',
    "not a number": b'{"speed": NaN}',
    "infinite": b'{"speed": -Infinity}',
    "half a pair": b'{"who": "\\ud800"}',
    "latin-1": '{"who": "élève"}'.encode("latin-1"),
    "utf-16": '{"who": "x"}'.encode("utf-16"),
    "NUL": b"\0" * 64,
    "too large": b'"' + b"x" * FILE_LIMIT + b'"',
    "a list": b"[1, 2]",
    "null": b"null",
    "text": b'"text"',
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
WHEN = "2026-11-29T10:00:00+00:00"
LOCK = {
    "esxlab": 1,
    "token": "t",
    "who": "a@b",
    "laptop": "l",
    "since": WHEN,
    "refreshed": WHEN,
    "expires": WHEN,
}
ACCESS_FILE = {
    "servers": {"vc": ["127.0.0.1", 443]},
    "routers": {"r": ["127.0.0.1", 22]},
    "users": {"vc": "root"},
    "passwords": {"vsphere": "x"},
    "thumbprints": {},
    "speed": 2.0,
    "model_key": "none",
    "namespace": None,
}
OWNER = {"class": "sio2", "group": 7, "machine": "srvweb1", "folder": "[ds] g", "disk": "complete"}
RECORD = {
    "group": {"class_name": "sio2", "number": 7},
    "site": {"server": {"host": "vc", "user": "root"}, "datastore": "d", "model": "m", "staging": "s"},
    "port_groups": [],
    "router_address": None,
    "router": None,
    "folders": {},
}


FILES = {
    "trust.json": (
        {"certificates": {"vc": "AA"}, "serials": {}},
        load_trusted,
        Trusted,
        {"trust.file"},
    ),
    "secrets.json": (
        {"root": "ab" * 32, "generations": {"sio2/7": 1}, "begun": []},
        lambda at: SecretsFile(at).read(),
        Kept,
        {"secret.file"},
    ),
    "school.json": (
        ACCESS_FILE,
        lambda at: load_access(at / "school.json"),
        SchoolAccess,
        {"school.book", "school.outside"},
    ),
    "models.json": ({"m": "disk"}, lambda at: compare_models([], at, Unwritten()), tuple, set()),
    "warnings.json": ({"told": ["ab"]}, lambda at: read_told(at / "warnings.json"), set, set()),
    "router_keys": (["r ssh-rsa AAAA"], lambda at: HostKeys(at / "router_keys"), HostKeys, {"trust.file"}),
    "laptop": ("ab" * 16, computer_id_of, str, {"lock.local"}),
}
"""File of the user's -> what it holds when it is right, its reader, what that gives, the errors allowed."""


def answer(name, directory, content):
    _, read, kind, codes = FILES[name]
    (directory / name).write_bytes(content)
    return judged(lambda: read(directory), kind, codes)


def judged(read, kind, codes):
    try:
        found = read()
    except LabError as error:
        refused = error
    else:
        assert isinstance(found, kind)
        return "read"
    assert refused.code in codes
    for language in reversed(texts.LANGUAGES):
        texts.set_language(language)
        assert len(str(refused)) < 1000
    return refused.code


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("name", FILES)
def test_a_spoilt_file_of_the_user_has_an_answer(tmp_path, name, nasty):
    answer(name, tmp_path, NASTY[nasty])


@pytest.mark.parametrize("name", FILES)
def test_what_is_right_is_read(tmp_path, name):
    right = FILES[name][0]
    content = (
        right
        if isinstance(right, str)
        else "\n".join(right)
        if isinstance(right, list)
        else json.dumps(right)
    )
    assert answer(name, tmp_path, content.encode()) == "read"


@pytest.mark.parametrize("name", [name for name, (right, *_) in FILES.items() if isinstance(right, dict)])
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_in_its_place_has_an_answer(tmp_path, name, data):
    answer(name, tmp_path, json.dumps(one_exchanged(FILES[name][0], data)).encode())


def one_exchanged(right, data):
    """The right content with any value in the place of one of its own, at any depth."""
    content = json.loads(json.dumps(right))
    place = content
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(VALUES)
        return content


def record_in(content):
    """The record; None when it is none, or is refused."""
    try:
        return read_record_file(content, server=Server("vc", "root"))
    except LabError as error:
        refused = error
    assert refused.code.startswith("record.")
    return None


@pytest.mark.parametrize("nasty", NASTY)
def test_spoilt_files_of_a_datastore_are_none(nasty):
    assert read_lock_file(NASTY[nasty]) is None
    assert record_in(NASTY[nasty]) is None
    assert read_owner_file(NASTY[nasty]) is None


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_a_file_of_a_datastore_is_judged(data):
    said, signed = (json.dumps(one_exchanged(file, data)).encode() for file in (LOCK, OWNER))
    lock = attempt(lambda: read_lock_file(said))
    assert (
        lock is None
        or is_newer(lock)
        or (isinstance(lock, LockHolder) and all(isinstance(x, str) for x in (lock.token, lock.who)))
    )
    owner = attempt(lambda: read_owner_file(signed))
    assert is_newer(owner) or not isinstance(owner, Exception)
    record_in(json.dumps(one_exchanged(RECORD, data)).encode())


def is_newer(found):
    return isinstance(found, LabError) and found.code == "record.newer"


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-29T10:00:00", 7]
)
def test_a_time_that_no_clock_shows_is_no_lock(when):
    assert read_lock_file(json.dumps(LOCK).encode()) is not None
    assert read_lock_file(json.dumps({**LOCK, "expires": when}).encode()) is None


@pytest.mark.parametrize("nasty", NASTY)
def test_a_spoilt_book_ends_a_teardown_of_the_school(tmp_path, monkeypatch, nasty):
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path))
    (tmp_path / "school.json").write_bytes(NASTY[nasty])
    login = Login("sio2", "", "", "")
    judged(lambda: find_target(None, "", login, sim=True), Target, {"school.book"})
    read_access(tmp_path)


def test_only_ordinary_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", 1 << 30)
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(tmp_path)  # a socket's path has 107 bytes at most
        listener.bind("socket")
        found = {}
        for name in (
            "pipe",
            "loop",
            "large",
            "socket",
            ".",
            "a\0b",
            "x" * 300,
            "\ud800",
            "/dev/zero",
            "/dev/full",
        ):
            with pytest.raises(Unreadable) as caught:
                read_file(tmp_path / name)
            found[name] = caught.value.reason
    assert [found[name] for name in ("pipe", "socket", ".", "/dev/zero", "/dev/full")] == ["kind"] * 5
    assert found["large"] == "size"
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "absent")


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_what_json_spells_comes_back_or_is_refused(value):
    try:
        found = read_json(json.dumps(value))
    except Unreadable:
        return
    assert found == value
    assert not any(isinstance(each, float) and not math.isfinite(each) for each in [found])
    json.dumps(found, ensure_ascii=False).encode()


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_value_or_unreadable(content):
    with suppress(Unreadable):
        read_json(content)


def test_text_loses_its_mark(tmp_path):
    (tmp_path / "a").write_bytes("\ufeffé".encode())
    assert read_text(tmp_path / "a") == "é"
