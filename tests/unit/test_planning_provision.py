"""Plans of a provision: empty when all stands, what is missing otherwise, in an order that works."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esxlab.actions.guest import ConfigureGuest
from esxlab.engine.schedule import LIMITS, Schedule
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.machine import Folder
from esxlab.lab.password import MODEL
from esxlab.lab.provenance import Author
from esxlab.planning.difference import Difference
from esxlab.planning.group_plan import plan_of_group
from esxlab.planning.group_record import record_of_group
from esxlab.planning.options import PlanOptions
from esxlab.planning.provision import _actions, plan_group, select
from esxlab.planning.router_difference import merge_record
from esxlab.planning.standing import standing_of
from esxlab.show.plan import sign_of
from esxlab.show.words import warning_text
from tests.group_specs import group_spec


def wanted_lab(scenario: str = "ha"):
    return build_lab(group_spec(scenario=scenario), phrase="secret")


def standing(lab):
    """What would be found when this lab stands."""
    empty = replace(lab.router.table, lines=tuple((line_key, "") for line_key, _ in lab.router.table.lines))
    return replace(lab, record=merge_record(None, lab.router.table, empty, ()))


def keys(actions) -> list[str]:
    return [action.key for action in actions]


def performed_order(actions) -> list[str]:
    schedule, order = Schedule(actions, LIMITS), []
    while wave := list(schedule.startable()):
        order += [action.key for action in wave]
        for action in wave:
            schedule.finish(action)
    return order


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_nothing_is_planned_for_a_lab_that_stands(scenario: str) -> None:
    lab = wanted_lab(scenario)
    assert plan_group(Difference(lab, standing(lab))) == ()


def test_everything_is_planned_from_nothing_and_can_be_performed() -> None:
    lab = wanted_lab()
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    order = performed_order(plan_group(Difference(lab, nothing)))
    assert len(order) == len(set(order)) == 40
    assert order[0] == "claim"
    for machine in ("srvweb1", "ClientB"):
        steps = ["copy-disk", "create-machine", "power-on", "configure", "connect-nics", "restart"]
        places = [order.index(f"{step} {machine}") for step in steps]
        assert places == sorted(places)
    assert [key for key in order if key.startswith("add-nic")] == ["add-nic repartiteur1 inside"]


def test_those_with_most_packages_are_copied_first() -> None:
    lab = wanted_lab()
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    order = performed_order(plan_group(Difference(lab, nothing)))
    copied = [key.split()[1] for key in order if key.startswith("copy-disk")]
    assert copied[:2] == ["srvweb1", "srvweb2"]


def found_without(lab, name: str, **changes: object):
    """The standing lab with one machine gone (no changes given) or changed."""
    found = standing(lab)
    machines = [m for m in found.machines if m.owner.machine != name]
    if changes:
        machines.append(replace(found.machine(name), **changes))
    return replace(found, machines=tuple(machines))


def test_a_machine_that_was_powered_off_is_powered_on_and_nothing_else() -> None:
    lab = wanted_lab()
    assert keys(plan_group(Difference(lab, found_without(lab, "srvweb1", powered_on=False)))) == [
        "power-on srvweb1"
    ]


def test_a_card_that_was_moved_is_moved_back() -> None:
    lab = wanted_lab()
    nics = tuple(replace(nic, network="VM Network") for nic in lab.machine("srvweb1").nics)
    plan = plan_group(Difference(lab, found_without(lab, "srvweb1", nics=nics)))
    assert keys(plan) == ["connect-nics srvweb1", "restart srvweb1"]


def test_a_run_that_died_between_config_digest_and_restart_is_finished() -> None:
    lab = wanted_lab()
    assert keys(plan_group(Difference(lab, found_without(lab, "srvweb2", restart_pending=True)))) == [
        "restart srvweb2"
    ]


def test_a_deleted_machine_is_made_again_on_the_disk_that_is_left() -> None:
    lab = wanted_lab()
    plan = keys(plan_group(Difference(lab, found_without(lab, "srvweb2"))))
    assert plan == [
        "create-machine srvweb2",
        "power-on srvweb2",
        "configure srvweb2",
        "connect-nics srvweb2",
        "restart srvweb2",
    ]


@pytest.mark.parametrize(
    ("disk", "owned", "expected"),
    [
        ("absent", True, ["copy-disk"]),
        ("partial", True, ["delete-disk", "copy-disk"]),
        ("absent", False, ["make-folder", "copy-disk"]),
    ],
)
def test_a_folder_is_taken_on_where_the_last_run_left_it(disk: str, owned: bool, expected: list[str]) -> None:
    lab = wanted_lab()
    found = found_without(lab, "srvweb2")
    owner = lab.machine("srvweb2").owner
    folders = [f for f in found.folders if f.owner != owner]
    folders.append(Folder("datastore1", lab.machine("srvweb2").folder, owner if owned else None, disk))
    plan = keys(plan_group(Difference(lab, replace(found, folders=tuple(folders)))))
    assert [key.split()[0] for key in plan][: len(expected) + 1] == [*expected, "create-machine"]


@pytest.mark.parametrize(("before", "after"), [("ha", "lb"), ("lb", "ha")])
def test_a_switch_goes_through_a_jump_host_before_it_moves(before: str, after: str) -> None:
    """Nobody may cut the branch on which the others sit."""
    found, wanted = standing(wanted_lab(before)), wanted_lab(after)
    plan = plan_group(Difference(wanted, found))
    order = performed_order(plan)
    routes = {a.subject: a.route for a in plan if a.verb == "configure"}
    assert routes["srvweb1"].jumps == (("ClientB",) if before == "ha" else ("ClientA", "repartiteur1"))
    for machine, route in routes.items():
        for jump in route.jumps:
            if f"connect-nics {jump}" in order:
                assert order.index(f"restart {machine}") < order.index(f"connect-nics {jump}")
    assert not any(key.startswith(("create", "copy", "make", "add", "claim ")) for key in order)


def test_a_jump_host_that_is_gone_is_made_before_it_is_used() -> None:
    found, wanted = found_without(wanted_lab("ha"), "ClientB"), wanted_lab("ha")
    found = replace(
        found,
        machines=tuple(replace(m, config_digest="old") if m.nic("inside") else m for m in found.machines),
    )
    plan = plan_group(
        Difference(
            wanted, replace(found, machines=tuple(m for m in found.machines if m.owner.machine != "ClientA"))
        )
    )
    order = performed_order(plan)
    assert order.index("restart ClientB") < order.index("configure srvweb1")


def test_a_router_that_could_not_be_read_is_tried_again_in_the_run() -> None:
    lab = wanted_lab()
    plan = plan_group(Difference(lab, replace(standing(lab), router=None)))
    assert [(a.key, a.change) for a in plan] == [("push-router 10.0.0.7", None)] or plan[0].change is None


def test_only_and_until_leave_their_part() -> None:
    lab = wanted_lab()
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    plan = plan_group(Difference(lab, nothing))
    only = select(plan, only={"machines"}, until="")
    assert {a.stage for a in only} == {"networks", "machines"}
    assert {a.stage for a in select(plan, only={"machines", "guests", "router"}, until="guests")} == {
        "networks",
        "machines",
        "guests",
    }
    assert [a.verb for a in select(plan, only={"router"}, until="")] == ["claim", "push-router"]


def test_how_long_a_boot_may_take_does_not_make_it_another_plan() -> None:
    lab = wanted_lab()
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    patient = plan_group(Difference(lab, nothing))
    hurried = plan_group(Difference(lab, nothing, boot_timeout_s=3.0))
    assert repr(patient) == repr(hurried)
    assert {a.boot_timeout_s for a in hurried if isinstance(a, ConfigureGuest)} == {3.0}


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("router.no_interface", True),
        ("router.login", True),
        ("router.no_line", True),
        ("router.config_refused", True),
        ("router.unreachable", False),
    ],
)
def test_a_group_whose_router_forbids_its_push_is_not_made_half(code: str, refused: bool) -> None:
    """A router that does not answer may answer the run; what is left out with --only is in nobody's way."""
    lab = wanted_lab()
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    problem = LabError(code, where="10.0.0.7")
    difference = Difference(lab, nothing, router_problems=(problem,))
    made = plan_of_group(difference, PlanOptions(), {MODEL})
    assert (made.problems, bool(made.actions)) == (((problem,), False) if refused else ((), True))
    assert made.warnings == (() if refused else (problem,))
    without = plan_of_group(difference, PlanOptions(only=("machines", "guests")), {MODEL})
    assert (without.problems, bool(without.actions)) == ((), True)


def test_router_lines_that_stay_without_a_router_in_the_spec_are_told() -> None:
    lab = wanted_lab()
    found = standing(lab)
    none = PlanOptions(only=frozenset())
    (warning,) = plan_of_group(Difference(replace(lab, router=None), found), none, {MODEL}).warnings
    assert warning.code == "router.warning.stays"
    assert "ip nat inside source static tcp 172.16.193.30 80" in warning_text(warning)
    assert "esxlab teardown --group" in warning_text(warning)
    kept = plan_of_group(Difference(lab, found), none, {MODEL})
    assert kept.warnings == ()


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_a_lab_that_stands_with_its_router_is_ready(scenario: str) -> None:
    lab = wanted_lab(scenario)
    machines = tuple(replace(machine, powered_on=True) for machine in lab.machines)
    found = replace(standing(lab), machines=machines)
    assert not standing_of(lab, found).router_pending
    assert standing_of(lab, replace(found, record=None)).router_pending


def test_a_group_that_stands_has_its_record_written_anew_and_no_home_made() -> None:
    lab = wanted_lab()
    found = replace(standing(lab), record=None)
    (claim,) = [a for a in _actions(Difference(lab, found), writes_record=True) if a.key == "claim"]
    assert claim.describe() == f"write the group's record anew in its home {claim.subject}"
    assert sign_of(claim) == "~"
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    (claim,) = [a for a in plan_group(Difference(lab, nothing)) if a.key == "claim"]
    assert claim.describe() == f"make the group's home {claim.subject}"
    assert sign_of(claim) == "+"


def configured_otherwise(lab):
    machines = tuple(replace(machine, config_digest="other") for machine in lab.machines)
    return replace(standing(lab), machines=machines, router=None)


def reasons(difference: Difference) -> list[str]:
    return [w.code for w in plan_of_group(difference, PlanOptions(), {MODEL}).warnings]


@pytest.mark.parametrize(
    ("had", "has", "said"),
    [(True, False, ["plan.gateway.goes"]), (False, True, ["plan.gateway.comes"]), (True, True, [])],
)
def test_why_machines_are_configured_anew_when_their_router_comes_or_goes(had, has, said) -> None:
    lab = wanted_lab()
    without = build_lab(replace(group_spec(), router=None), phrase="secret")
    wanted = lab if has else without
    earlier = record_of_group(Difference(lab if had else without, standing(lab)))
    found = replace(configured_otherwise(lab), record=None)
    assert reasons(Difference(wanted, found, earlier=earlier)) == said
    stands = replace(standing(lab), machines=wanted.machines, record=None)
    assert reasons(Difference(wanted, stands, earlier=earlier)) == []


def test_a_group_that_another_computer_made_from_this_spec_says_what_may_differ() -> None:
    lab = replace(wanted_lab(), spec_digest="d" * 16)
    record = record_of_group(Difference(lab, standing(lab)))
    made = record.provenance.by(Author("prof@salle12", "f" * 32), "2026-11-29T08:12:00+00:00")
    there = Difference(lab, configured_otherwise(lab), earlier=record._replace(provenance=made))
    assert reasons(there) == ["plan.other_computer"]
    assert reasons(there._replace(author=Author("prof@salle12", "f" * 32))) == []
    assert reasons(there._replace(wanted=replace(lab, spec_digest="e" * 16))) == []


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_status_counts_what_the_plan_has(scenario: str) -> None:
    """It said 39 of a group of which plan had said 40: the router's push."""
    lab = wanted_lab(scenario)
    nothing = replace(lab, port_groups=(), folders=(), machines=(), router=None, has_record=False)
    assert standing_of(lab, nothing).pending == len(plan_group(Difference(lab, nothing)))
    only_router = replace(standing(lab), record=None, router=None)
    assert standing_of(lab, only_router).pending == 1
