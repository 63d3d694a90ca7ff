"""doctor --probe on a host: all of it goes again, wherever it ends; nothing foreign is changed or told."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from esxlab.backends.protocols import Backends
from esxlab.engine.locks import Locking
from esxlab.engine.probe import NAME, PROBE, SWEEP, Probe, ProbeStep, probe, probe_lab
from esxlab.errors import LabError
from esxlab.show.glyphs import ASCII
from esxlab.show.probe import ProbedHost, probe_document, render_probe
from tests.roads import MEMORY, NO_API, SHELLS, world_on
from tests.vsphere_worlds import MemoryWorld, wanted_lab

VERBS = (
    "record",
    "port_group",
    "folder",
    "copy",
    "register",
    "reconfigure",
    "unregister",
    "delete_folder",
    "remove_port_group",
    "delete_record",
)


class KilledError(BaseException):
    """The process has ended; nothing of it goes on."""


@pytest.fixture(params=[MEMORY, *SHELLS, *NO_API])
def world(request):
    with world_on(request.param, request) as found:
        yield found


def nobody(verb):
    """Hears it."""


def try_it(world, *, tell=nobody, vsphere=None, stop=None):
    lab = wanted_lab(1, world.site)
    backends = Backends(vsphere or world.vsphere, None, None)
    return probe(backends, lab, Locking(), stop=stop or threading.Event(), tell=tell)


def nothing_of_it(world):
    return world.vsphere.find_class(world.server, PROBE.class_name) == {}


def test_every_verb_is_tried_and_nothing_is_left(world):
    world.foreign_folder("thesis")
    heard = []
    found = try_it(world, tell=heard.append)
    assert (found.error, found.left) == (None, False)
    assert tuple(step.verb for step in found.steps) == VERBS
    assert tuple(heard) == (SWEEP, *VERBS)
    assert all(step.seconds >= 0 for step in found.steps)
    assert nothing_of_it(world)
    assert world.folder_exists("thesis")
    assert not world.folder_exists(NAME)
    world.remove_foreign("thesis")


def killed_before(world, verb):
    def tell(now):
        if now == verb:
            raise KilledError

    with pytest.raises(KilledError):
        try_it(world, tell=tell)


@pytest.mark.parametrize("verb", VERBS[1:])
def test_what_a_killed_probe_has_left_goes_with_the_next_one(verb):
    world = MemoryWorld()
    killed_before(world, verb)
    found = try_it(world)
    assert (found.error, found.left) == (None, True)
    assert nothing_of_it(world)


@pytest.fixture(params=[*SHELLS, *NO_API])
def host(request):
    with world_on(request.param, request) as found:
        yield found


@pytest.mark.parametrize("verb", ["copy", "register", "unregister"])
def test_so_does_what_was_left_on_a_host(host, verb):
    killed_before(host, verb)
    with host.session_of_its_own() as vsphere:
        found = try_it(host, vsphere=vsphere)
    assert (found.error, found.left) == (None, True)
    assert nothing_of_it(host)


@pytest.mark.parametrize("kind", ["folder", "group folder", "port group", "machine"])
def test_what_has_one_of_its_names_and_is_somebodys_is_refused_and_kept(world, kind):
    lab = probe_lab(wanted_lab(1, world.site))
    path = {"folder": NAME, "group folder": PROBE.folder_name, "machine": NAME}.get(kind, "")
    if kind == "port group":
        world.foreign_port_group(lab.port_groups[0])
    elif kind == "machine":
        world.foreign_machine(NAME, NAME)
    else:
        world.foreign_folder(path)
    heard = []
    with pytest.raises(LabError) as refusal:
        try_it(world, tell=heard.append)
    assert refusal.value.code == f"vsphere.foreign_{kind.removeprefix('group ').replace(' ', '_')}"
    assert heard == [SWEEP]
    if kind == "port group":
        assert world.vsphere.observe([lab])[PROBE].port_groups == (replace(lab.port_groups[0], ours=False),)
        world.vsphere.remove_port_group(lab.site, lab.port_groups[0])
    else:
        world.remove_foreign(path)


class FullDatastore:
    """A vSphere on which no disk can be copied."""

    def __init__(self, vsphere):
        self._vsphere = vsphere

    def __getattr__(self, name):
        return getattr(self._vsphere, name)

    def copy_disk(self, site, machine):
        raise LabError("vsphere.disk_full", what=machine.name, where=site.datastore)


def test_a_verb_that_fails_ends_the_trial_and_what_is_there_by_then_goes(world):
    found = try_it(world, vsphere=FullDatastore(world.vsphere))
    assert [step.verb for step in found.steps] == [*VERBS, SWEEP]
    assert [step.verb for step in found.steps if step.error] == ["copy"]
    assert [step.verb for step in found.steps if step.seconds is None] == list(VERBS[4:])
    assert nothing_of_it(world)


def test_who_interrupts_it_leaves_nothing():
    world, stop = MemoryWorld(), threading.Event()
    found = try_it(world, stop=stop, tell=lambda verb: stop.set() if verb == "register" else None)
    assert [step.verb for step in found.steps if step.seconds is None] == list(VERBS[5:])
    assert nothing_of_it(world)


def test_two_at_once_do_not_take_each_others_things_away():
    world = MemoryWorld()

    def second(verb):
        if verb == "register":
            with pytest.raises(LabError) as refusal:
                try_it(world)
            assert refusal.value.code == "lock.held"

    assert try_it(world, tell=second).error is None


SECRETS = ("esxi7.lycee.example", "10.44.0.7", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "Dupont", "00:50:56:01:02:03")


def test_the_report_tells_nothing_that_is_a_schools():
    """Whatever a host says: a product, an edition and an error's words with all of it in them."""
    said = " ".join(SECRETS)
    error = LabError("vsphere.refused", where=said, detail=f"(vim.fault.NoDiskSpace) {said} (13).", what=said)
    steps = (ProbeStep("record", 0.25), ProbeStep("copy", 1.0, error), ProbeStep("register", None))
    hosts = [
        ProbedHost(f"VMware ESXi 8.0.3 build-24677879 {said}", f"esx.hypervisor {said}", Probe(False, steps))
    ]
    hosts.append(ProbedHost(said, said, Probe(True, ())))
    document = probe_document(hosts)
    told = json.dumps(document) + render_probe(hosts, ASCII)
    assert [word for word in SECRETS if word in told] == []
    first, second = document["hosts"]
    assert (first["product"], first["edition"]) == ("VMware ESXi 8.0.3 build-24677879", "esx.hypervisor")
    assert (second["product"], second["edition"]) == ("-", "-")
    assert [step["result"] for step in first["steps"]] == ["ok", "failed", "skipped"]
    assert (first["steps"][1]["code"], first["steps"][1]["fault"]) == (
        "vsphere.refused",
        "vim.fault.NoDiskSpace",
    )
