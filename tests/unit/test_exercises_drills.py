"""The drills of each part: their names, their words, and what they would put back."""

from __future__ import annotations

import pytest

from esxlab import registered, texts
from esxlab.drills.steps import Step
from esxlab.errors import LabError
from esxlab.exercises.lb.steps import RestoreRules
from esxlab.exercises.lb.table import ipvs_table
from esxlab.exercises.registry import build_drills, build_lab
from tests.group_specs import group_spec, with_balancer, with_cluster


def drills(spec, *names):
    lab = build_lab(spec, phrase="sesame")
    return build_drills(spec, wanted=lab, found=lab, names=names)


def subclasses(base):
    return {base}.union(*(subclasses(kind) for kind in base.__subclasses__()))


@pytest.mark.parametrize("scenario", registered.names())
def test_what_one_types_is_what_the_drill_is_called(scenario):
    assert [drill.name for drill in drills(group_spec(scenario=scenario))] == list(
        registered.exercise(scenario).drills
    )


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("scenario", registered.names())
def test_every_drill_and_all_that_it_puts_back_has_words(scenario, language):
    texts.set_language(language)
    try:
        for drill in drills(group_spec(scenario=scenario)):
            assert drill.describe()
            assert all(step.describe() for step in drill.recovery())
    finally:
        texts.set_language("en")


def test_every_step_has_words():
    assert all(registered.exercise(name).drills for name in registered.names())
    verbs = {kind.verb for kind in subclasses(Step) if kind.verb}
    assert {verb for verb in verbs if f"step.{verb}" not in texts.catalogue()} == set()


def test_names_choose_in_the_registrys_order():
    assert [drill.name for drill in drills(group_spec(), "stop", "nic")] == ["nic", "stop"]


@pytest.mark.parametrize(("scenario", "name"), [("ha", "server"), ("lb", "nic"), ("ha", "fire")])
def test_a_drill_of_another_part_is_refused(scenario, name):
    with pytest.raises(LabError) as caught:
        drills(group_spec(scenario=scenario), name)
    assert caught.value.code == "drill.unknown"
    assert caught.value.facts["known"] == ", ".join(registered.exercise(scenario).drills)


def test_part_1_is_watched_from_outside_through_the_router():
    (drill,) = drills(group_spec(), "nic")
    assert (drill.setup.client, drill.setup.url) == ("ClientA", "http://192.16.193.20/")


def test_without_a_router_it_is_watched_from_inside():
    from dataclasses import replace

    (drill,) = drills(replace(group_spec(), router=None), "nic")
    assert (drill.setup.client, drill.setup.url) == ("ClientB", "http://172.16.193.30/")


def test_the_bound_follows_deadtime():
    assert drills(with_cluster(group_spec(), deadtime_s=30), "nic")[0].bound_s == 45
    assert drills(group_spec(), "nic")[0].bound_s == 25


@pytest.mark.parametrize("method", ["nat", "dr"])
def test_the_table_that_is_put_back_is_the_one_that_verify_wants(method):
    spec = with_balancer(group_spec(scenario="lb", method=method), scheduler="wlc")
    for drill in drills(spec):
        (restored,) = (step for step in drill.recovery() if isinstance(step, RestoreRules))
        assert restored.table == ipvs_table(spec)


@pytest.mark.parametrize(("scheduler", "share"), [("rr", 0.5), ("wrr", 0.25), ("lc", 0.5), ("wlc", 0.25)])
def test_the_share_that_fails_is_the_dead_servers_own(scheduler, share):
    spec = with_balancer(group_spec(scenario="lb"), scheduler=scheduler, weights=(("srvweb1", 3),))
    assert drills(spec, "server")[0].share == share


@pytest.mark.parametrize(
    ("services", "started"),
    [(("apache2",), []), ((), ["srvweb1"])],
)
def test_a_watched_apache_is_only_started_where_heartbeat_does_not_do_it(services, started):
    (drill,) = drills(with_cluster(group_spec(), services=services), "apache-watched")
    assert [step.subject for step in drill.recovery_of(drill.setup.server("SRV1"))] == started
