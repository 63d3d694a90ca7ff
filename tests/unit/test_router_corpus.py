"""Real-shaped configurations and habits: pushed, pushed again, taken away: as before, to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esxlab.exercises.router import build_router_table
from esxlab.lab.ios import found_table
from esxlab.lab.router import Router
from esxlab.planning.router_difference import diff_release, diff_router, lines_to_read, merge_record
from esxlab.planning.router_refusals import refusals
from esxlab.sim.router.box import Box
from esxlab.sim.router.faults import Faults
from tests.router_console import Console, push
from tests.router_corpus import CORPUS
from tests.router_shapes import VIP, StillClock, shape_of, type_in

DENIED = "Command authorization failed.\n\n"
HABITS = {
    "none": {},
    "80 columns": {"says": {"terminal width 511": DENIED}},
    "80 columns and 24 lines": {"says": {"terminal width 511": DENIED, "terminal length 0": DENIED}},
    "no revert timer": {"no_revert_timer": True},
    "the timer is not for this account": {"says": {"configure terminal revert timer 5": DENIED}},
    "12.x": {"is_old": True, "no_revert_timer": True, "refuses_static_in_use": True},
    "a console that speaks": {"noisy": True},
    "a banner of prompts": {"banner": "\n-----------#\nLab-1#\nPassword: \n% Login invalid\n#####"},
    "NVRAM of another image": {"nvram_question": True},
    "never saved": {"says": {"show startup-config": "%% Non-volatile configuration memory is not present\n"}},
}
OWN_PROMPT = [[], ["prompt %h:%n%p"], ["prompt [%h]"]]
ARCHIVE = [[], ["archive", "path flash:esxlab"]]
MEANWHILE = [
    [],
    ["interface Loopback77", "ip address 10.77.0.1 255.255.255.255"],
    ["ip nat inside source static tcp 10.77.0.1 22 10.77.0.1 2222", "access-list 77 permit any"],
]


def box_with(case, habit):
    box = Box(shape_of(cables=()), startup=case.text + "end\n", faults=Faults(), scheduler=StillClock())
    for interface in box.running.interfaces.values():
        interface.cable = 0
    box.faults = Faults(**HABITS[habit])
    return box


def read(box, line_keys):
    text = Console(box).session().show("show running-config")
    return found_table(text, line_keys), text


def life(box, case, meanwhile):
    """Push, push again, somebody else's change, teardown."""
    wanted = build_router_table(case.spec, nat_to=VIP)
    found, text = read(box, wanted)
    assert refusals(Router(case.spec.address, wanted), text) == ()
    record = merge_record(None, wanted, found, ())
    push(box, diff_router(wanted, found, record))
    assert box.startup == box.running.render()
    found, text = read(box, lines_to_read(wanted, record))
    assert not diff_router(wanted, found, record)
    assert refusals(Router(case.spec.address, wanted), text, record) == ()
    assert merge_record(record, wanted, found, ()) == record
    assert type_in(box, meanwhile) == []
    change = diff_release(record, read(box, record.uses)[0], ())
    assert change.stays == ()
    push(box, change)


ALLOWED = sorted(name for name, case in CORPUS.items() if not case.refused)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ALLOWED),
    st.sampled_from(sorted(HABITS)),
    *map(st.sampled_from, (OWN_PROMPT, ARCHIVE, MEANWHILE)),
)
def test_a_router_is_given_back_to_the_letter(name, habit, prompt, archive, meanwhile):
    case = CORPUS[name]
    box, other = box_with(case, habit), box_with(case, habit)
    for each in (box, other):
        type_in(each, [*archive, *prompt])
        each.write_memory()
    life(box, case, meanwhile)
    type_in(other, meanwhile)
    assert box.running.render() == other.running.render()
    assert box.startup == box.running.render()


@pytest.mark.parametrize("name", sorted(set(CORPUS) - set(ALLOWED)))
def test_what_stands_in_the_way_is_named(name):
    case = CORPUS[name]
    wanted = build_router_table(case.spec, nat_to=VIP)
    refused = refusals(Router(case.spec.address, wanted), read(box_with(case, "none"), wanted)[1])
    assert case.refused in [error.facts.get("held") or error.facts["line"] for error in refused]


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_the_stand_in_keeps_every_line_that_it_does_not_know(name):
    """Else the law above would prove nothing of them."""
    box = box_with(CORPUS[name], "none")
    shown = {line.strip() for line in box.running.render().splitlines()}
    lost = {x.strip() for x in CORPUS[name].text.splitlines()} - shown
    assert {
        x for x in lost if not x.startswith(("version", "service", "line ", "ip virtual", "duplex"))
    } == set()
    box.write_memory()
    box.reload()
    assert box.running.render() == box.startup
