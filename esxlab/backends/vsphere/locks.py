"""Locks on a datastore: MakeDirectory is atomic, the owner file in the folder says who, since and until when.

Two calls take a lock, one gives it back. All times are the server's. A lock may pass to somebody else when
it has expired; of several who see that, the one whose MakeDirectory of a marker inside the lock succeeds gets
it. The marker's name holds the dead holder's token, so that whoever looked too long ago cannot take the lock
of a living successor; and a number that changes every minute, so that a taker who dies blocks nobody.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from esxlab.backends.locking import held, holder_of, lock_file, passing, read_lock_file
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.backends.vsphere.store import datastore_path
from esxlab.backends.vsphere.writer import Seal
from esxlab.errors import LabError

if TYPE_CHECKING:
    from datetime import datetime

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import Site

LOCK_FILE = "lock.json"
UNSIGNED_S = 3.0
"""How long a lock may stay without its owner file: as long as it takes from MakeDirectory to the file."""
WINDOW_S = 60.0
QUICK_S = 15.0
"""A taker who needed longer than this from marker to signature does not sign: others may be at it."""


def lock(server: Connection, site: Site, name: str, claim: LockClaim) -> bool:
    """Take the lock; whether from a dead run. LabError lock.held, lock.passing."""
    store = server.place(site).store
    began = time.time()  # not time.monotonic, which stands still while a laptop sleeps (clock_gettime(2))
    if _make(server, store, name) and time.time() - began < UNSIGNED_S / 2:
        _sign(server, store, name, holder_of(claim, now=server.now()), over=False)
        if time.time() - began < UNSIGNED_S:
            return False  # nobody has waited in vain for the signature
    there = _holder(server, store, name, wait_s=UNSIGNED_S)
    now = server.now()
    if there is not None and there.token == claim.token:
        return False  # our own reply was lost
    if there is not None and not there.may_pass_to(claim, now=now):
        raise held(name, there)
    _take_over(server, store, name, claim, there=there, now=now)
    return True


def renew(server: Connection, site: Site, name: str, claim: LockClaim) -> None:
    """Write new times into the owner file, if it is ours; an expired one like anybody who takes it over."""
    store = server.place(site).store
    began = time.time()
    there = _holder(server, store, name)
    if there is None or there.token != claim.token:
        raise LabError("lock.lost", lock=name, who=there.who if there else "-")
    if (now := server.now()) >= there.expires:
        try:
            _take_over(server, store, name, claim, there=there, now=now)
        except LabError as error:
            if error.code not in {"lock.held", "lock.passing"}:
                raise
            raise LabError("lock.lost", lock=name, who=error.facts.get("who", "-")) from error
        return
    if time.time() - began > QUICK_S:
        raise passing(name)  # asleep since it was read: it may be somebody else's by now
    _sign(server, store, name, holder_of(claim, now=server.now(), since=there.since), over=True)


def unlock(server: Connection, site: Site, name: str, claim: LockClaim | None, *, sure: bool) -> None:
    """Delete the folder, if it is ours or is to be broken."""
    store = server.place(site).store
    if claim is not None and not sure:
        there = _holder(server, store, name)
        if there is None or there.token != claim.token:
            return
    token = claim.token if claim else there.token if (there := _holder(server, store, name)) else ""
    seal = Seal(LOCK_FILE, json.dumps(token) if token else "")
    server.writer.delete(store, name, seal=seal)


def holder(server: Connection, site: Site, name: str) -> LockHolder | None:
    """Who holds it."""
    return _holder(server, server.place(site).store, name)


def _take_over(
    server: Connection, store: Store, name: str, claim: LockClaim, *, there: LockHolder | None, now: datetime
) -> None:
    began = time.time()
    dead = there.token[:16] if there else "unsigned"
    marker = f"{name}/from-{dead}-{int(now.timestamp() // WINDOW_S)}"
    if not _make(server, store, marker):
        raise passing(name)
    again = _holder(server, store, name)
    if (again.token if again else "") != (there.token if there else ""):
        raise held(name, again) if again else passing(name)
    if time.time() - began > QUICK_S:
        raise passing(name)
    _sign(server, store, name, holder_of(claim, now=server.now()), over=there is not None)


def _make(server: Connection, store: Store, path: str) -> bool:
    """MakeDirectory; False when it is there, even if it was made by a call of ours whose reply was lost."""
    for last in (False, True):
        try:
            server.writer.make_folder(store, path)
        except UnknownOutcomeError as doubt:
            if not doubt.untouched or last:
                return False
        except LabError as error:
            if error.code not in {"vsphere.exists", "vsphere.gone", "vsphere.file_missing"}:
                raise
            return False
        else:
            return True
    return False


def _sign(server: Connection, store: Store, name: str, holder: LockHolder, *, over: bool) -> None:
    """Write the owner file; `over` another one, which whoever reads meanwhile still finds whole."""
    write = server.writer.replace if over else server.writer.put
    write(store, f"{name}/{LOCK_FILE}", lock_file(holder))


def _holder(server: Connection, store: Store, name: str, *, wait_s: float = 0.0) -> LockHolder | None:
    """What the owner file says; waits for it so long when there is none yet."""
    deadline = time.monotonic() + wait_s
    while True:
        path = f"{name}/{LOCK_FILE}"
        found = read_lock_file(server.files.get(store, path), file=datastore_path(store.name, path))
        if found is not None or time.monotonic() >= deadline:
            return found
        time.sleep(0.1)
