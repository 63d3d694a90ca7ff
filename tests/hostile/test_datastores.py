"""Each bad datastore against look, provision, provision again, and teardown; a neighbour stays green."""

from __future__ import annotations

import itertools
import shutil

import pytest

from esxlab.backends.protocols import Backends
from esxlab.backends.vsphere import locks
from esxlab.backends.vsphere.torn import is_torn
from esxlab.engine.locks import Locking
from esxlab.engine.options import Options
from esxlab.planning.standing import ClassStatus
from esxlab.workflow import plan_provision, plan_teardown, run_plan, status
from tests.hostile.datastores import PEERS, owner_bytes, record_bytes
from tests.memory.guests import MemoryGuests
from tests.memory.routers import MemoryRouters
from tests.memory.school import running_school
from tests.schools import VCENTER, administrator, school, vcenter
from tests.vsphere_worlds import VcsimWorld, wanted_lab

NUMBERS = itertools.count(1)
OPTIONS = Options(parallel=4, locking=Locking(), only=frozenset({"machines"}))


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with running_school(school(vcenter()), tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture
def world(up, monkeypatch):
    monkeypatch.setattr(locks, "UNSIGNED_S", 0.3)
    with administrator(up[1], VCENTER) as session:
        found = VcsimWorld(*up, vcenter(), session, esxi="esxi-a")
        yield found
        found.proxy.rules.clear()
        found.close()


@pytest.fixture
def labs(world):
    """The group that meets the peer, and its neighbour; the datastore is as before in the end."""
    number = next(NUMBERS)
    names = ("srvweb1",)
    both = [wanted_lab(n, world.site, class_name=f"store{number}", names=names) for n in (1, 2)]
    before = set(world.datastore.iterdir())
    yield both
    world.proxy.rules.clear()
    for left in set(world.datastore.iterdir()) - before:
        left.unlink() if left.is_symlink() or left.is_file() else shutil.rmtree(left)


def provision(world, labs):
    backends = Backends(world.vsphere, MemoryGuests(), MemoryRouters())
    plan = plan_provision(labs, backends, OPTIONS)
    return plan, run_plan(plan, backends, (), OPTIONS)


def teardown(world, class_name):
    backends = Backends(world.vsphere, MemoryGuests(), MemoryRouters())
    plan = plan_teardown([world.server], class_name, None, backends, OPTIONS)
    return plan, run_plan(plan, backends, (), OPTIONS)


def told(plan, report, number):
    """What is read of one group: its problems and its failure."""
    problems = [
        problem for group in plan.groups if group.group.number == number for problem in group.problems
    ]
    errors = [group.error for group in report.groups if group.group == number and group.error]
    return {error.code for error in (*problems, *errors)}, [str(error) for error in (*problems, *errors)]


def files(path):
    """All that is below a path, byte for byte."""
    return {str(found.relative_to(path)): found.read_bytes() for found in path.rglob("*") if found.is_file()}


@pytest.mark.scenario
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_group_meets_it_and_its_neighbour_is_green(world, labs, peer):
    peer.play.plant(world, labs[0])
    planted = files(world.datastore)
    backends = Backends(world.vsphere, MemoryGuests(), MemoryRouters())
    assert isinstance(status(labs, backends), ClassStatus)
    plan, report = provision(world, labs)
    codes, words = told(plan, report, 1)
    neighbour, _ = told(plan, report, 2)
    if peer.play.finishes:
        assert (codes, neighbour, report.failed) == (set(), set(), ()), words
        again, _ = provision(world, labs)
        assert again.changes == 0
    else:
        assert codes, "nothing was refused"
        assert codes <= set(peer.codes), words
        assert neighbour in (set(), codes), "the neighbour has another trouble than the datastore's own"
        assert "Traceback" not in "".join(words)
    _take_away(world, labs, peer, planted)


def _take_away(world, labs, peer, planted):
    """Of what was planted and is not ours, nothing is gone; of what is ours, nothing is left."""
    world.proxy.rules.clear()
    class_name = labs[0].group.class_name
    plan, report = teardown(world, class_name)
    codes, words = told(plan, report, 1)
    left = files(world.datastore)
    if peer.play.finishes:
        assert (codes, report.failed) == (set(), ()), words
        kept = {name: content for name, content in planted.items() if name.endswith("thesis.txt")}
        ours = [name for name in left if class_name in name]
        assert set(ours) == {name for name in kept if class_name in name}
    else:
        for name, content in planted.items():
            assert left.get(name) == content, f"{name} was touched"


@pytest.mark.parametrize("whole", [owner_bytes, record_bytes], ids=["owner", "record"])
def test_every_beginning_of_a_file_of_ours_is_torn_and_no_whole_one_is(whole):
    site = VcsimSite()
    content = whole(wanted_lab(1, site))
    assert not is_torn(content)
    assert not is_torn(content.rstrip())
    for end in range(len(content.rstrip())):
        assert is_torn(content[:end]), content[:end]
        assert is_torn(content[:end] + b"\0" * 7)
    hole = len(content) // 2
    assert is_torn(content[:hole] + b"\0" * 16 + content[hole + 16 :])


@pytest.mark.parametrize("whole", [owner_bytes, record_bytes], ids=["owner", "record"])
def test_a_file_that_has_its_end_was_edited_and_not_cut_off(whole):
    """What a record vouches for (router lines, port groups) would be forgotten with it."""
    content = whole(wanted_lab(1, VcsimSite()))
    for slip in range(len(content) - len(b"\n}\n")):
        assert not is_torn(content[:slip] + content[slip + 1 :]), content[slip - 20 : slip + 20]


@pytest.mark.parametrize(
    "content",
    [None, b"[]", b"{}", b'{"esxlab": 1', b"%PDF-1.7", b"#!/bin/sh\n", b" ", b"null", b"\xef\xbb\xbf{"],
)
def test_what_others_write_is_not_taken_for_a_torn_file_of_ours(content):
    assert not is_torn(content)


def VcsimSite():  # noqa: N802 - a site as the worlds have one
    from esxlab.lab.machine import Server, Site

    return Site(Server("vcenter.example", "prof"), "datastore1", "modeleD9", "VM Network", esxi="esxi-a")
