"""Privileges that a lesson can do without are told by doctor, and keep nobody from making a class."""

from __future__ import annotations

import pytest

from tests.schools import VCENTER, administrator, vcenter
from tests.vsphere_worlds import VcsimWorld, wanted_lab

pytestmark = pytest.mark.scenario
LESSON = {"VirtualMachine.Interact.Suspend": "pause", "VirtualMachine.Interact.CreateScreenshot": "console"}
NEEDED = "VirtualMachine.Interact.PowerOn"


@pytest.fixture
def world(up):
    running, book = up
    with administrator(book, VCENTER) as session:
        found = VcsimWorld(running, book, vcenter(), session, esxi="esxi-a")
        yield found
        found.proxy.lacking = ()
        found.close()


def told(world, lab):
    found = [finding for finding in world.vsphere.examine([lab]) if finding.topic == "privileges"]
    return {
        (finding.verdict, finding.error.facts.get("command", ""), finding.error.facts["names"])
        for finding in found
        if finding.error
    }


def test_what_only_pause_and_console_need_is_a_warning(world):
    lab = wanted_lab(1, world.site)
    world.proxy.lacking = tuple(LESSON)
    assert world.vsphere.find_lacking([lab]) == {lab.group: ()}
    assert told(world, lab) == {("warning", command, name) for name, command in LESSON.items()}
    world.proxy.lacking = (*LESSON, NEEDED)
    (error,) = world.vsphere.find_lacking([lab])[lab.group]
    assert error.facts["names"] == NEEDED
    assert ("failed", "", NEEDED) in told(world, lab)
