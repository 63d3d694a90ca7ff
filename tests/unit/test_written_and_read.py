"""What a run writes on a datastore, the next one reads: whatever the things and the people are called."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.backends.esxi.sidecar import Card, Sidecar, read_sidecar
from esxlab.backends.locking import holder_of, lock_file, read_lock_file
from esxlab.backends.vsphere.records import owner_file, read_owner_file, read_record_file, record_file
from esxlab.foreign import visible_line
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.inventory_names import is_fit
from esxlab.lab.lock import LockClaim
from esxlab.lab.machine import PortGroup, Server, Site
from esxlab.lab.provenance import Provenance
from esxlab.lab.record import GroupRecord
from esxlab.local.author import author_of, who_am_i
from esxlab.local.lock import LocalLock
from esxlab.spec.fields import PATTERNS

GROUP = GroupId("sio2", 7)
SERVER = Server("vcenter.lycee.example", "prof")
SITE = Site(SERVER, "datastore1", "modeleD9", "VM Network", esxi="esxi1")
NAMED = [
    "data\u200bstore",
    "a\u00adb",
    "\U0001f468\u200d\U0001f469",
    "\uf8ff",
    "x" * 400,
    "é\u00a0",
    "\ufeffx",
]
"""A zero-width space, a soft hyphen, joined emoji, a private sign, all that a spec takes, and two blanks."""
PEOPLE = ["\udce9l\udce8ve", "a\x1b[2Jb", "x" * 300, "\u00a0", "a\nb", "\u202eb", "Zoé", ""]
"""Latin-1 in a UTF-8 environment, what would steer a terminal, and what nobody shows in full."""


def names():
    return st.sampled_from(NAMED) | st.from_regex(PATTERNS["existing"], fullmatch=True)


def test_the_names_are_what_a_spec_takes():
    assert all(map(is_fit, NAMED))


@given(names(), names(), names())
def test_a_record_and_an_owner_file_are_read_again_whatever_things_are_called(datastore, network, model):
    site = replace(SITE, datastore=datastore, staging=network, model=model, vswitch=network, esxi=model)
    record = GroupRecord(GROUP, site, (PortGroup(network, 107, network),))
    read = read_record_file(record_file(record, url=f"ds:///vmfs/volumes/{datastore[:60]}/"), server=SERVER)
    assert read is not None
    assert (read.record.site, read.record.port_groups) == (site, record.port_groups)
    if "]" not in datastore:  # such a datastore is refused before anything is made
        owner = Owner(GROUP, "srvweb1")
        signed = read_owner_file(owner_file(owner, folder=f"[{datastore}] srvweb1", complete=True))
        assert signed is not None
        assert signed.written_for == (datastore, "srvweb1")


@given(names())
def test_cards_that_wait_are_read_again_whatever_their_networks_are_called(network):
    kept = Sidecar({"esxlab.applied": "x"}, {"00:50:56:00:00:01": Card(network, connected=True)}, "boot")
    assert read_sidecar(kept.render()) == kept


@pytest.mark.parametrize("computer", ["laptop", "\udcff\x1b]0;x\x07", "x" * 300])
@pytest.mark.parametrize("user", PEOPLE)
def test_a_run_reads_what_it_has_signed_whoever_types(tmp_path, monkeypatch, user, computer):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: user)
    monkeypatch.setattr(socket, "gethostname", lambda: computer)
    author = author_of(tmp_path)
    assert visible_line(author.who) == author.who
    claim = LockClaim("t" * 32, who_am_i(), author.computer)
    held = holder_of(claim, now=datetime(2026, 11, 30, 8, 12, tzinfo=UTC))
    assert read_lock_file(lock_file(held)) == held  # else others would take it for unsigned, and take it over
    made = Provenance("0" * 16).by(author, "2026-11-30T08:12:00+00:00")
    read = read_record_file(record_file(GroupRecord(GROUP, SITE, provenance=made)), server=SERVER)
    assert read is not None
    assert read.record.provenance == made
    assert read_owner_file(owner_file(Owner(GROUP, "srvweb1"), folder="[datastore1] srvweb1", complete=True))
    LocalLock(tmp_path / "locks" / "g07", who=author.who).close()
