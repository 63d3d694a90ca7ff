"""The school's shape, read off the groups of a class."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from esxlab.errors import LabError
from esxlab.lab.machine import Server
from esxlab.lab.router import RouterAddress
from esxlab.sim.contracts import TRUNK
from esxlab.sim.inventory import models_of
from esxlab.sim.shape import shape_from_json, shape_of
from tests.group_specs import group_spec


def on(spec, **site):
    return replace(spec, site=replace(spec.site, **site))


def test_a_server_without_named_hosts_is_a_lone_esxi():
    (server,) = shape_of([group_spec(1), group_spec(2)], "c").servers
    assert (server.kind, server.esxi) == ("esxi", ("vcenter.example",))


def test_a_server_whose_groups_name_hosts_is_a_vcenter_with_each_host_once():
    groups = [on(group_spec(n), esxi=f"esxi{n % 2}", datacenter="Lab") for n in (1, 2, 3)]
    (server,) = shape_of(groups, "c").servers
    assert (server.kind, server.esxi, server.datacenter) == ("vcenter", ("esxi1", "esxi0"), "Lab")


def test_every_group_may_have_a_server_of_its_own():
    groups = [on(group_spec(n), server=Server(f"esxi{n}.example", "root")) for n in (1, 2, 3)]
    assert [s.host for s in shape_of(groups, "c").servers] == [
        "esxi1.example",
        "esxi2.example",
        "esxi3.example",
    ]


def test_the_model_lies_on_the_first_datastore_only():
    groups = [on(group_spec(n), datastore=f"ds{n}") for n in (1, 2)]
    (server,) = shape_of(groups, "c").servers
    assert [store.name for store in server.datastores] == ["ds1", "ds2"]
    assert models_of(server) == ("ds1",)
    assert models_of(replace(server, model_datastore="ds2")) == ("ds2",)


def test_a_router_of_one_group_is_cabled_to_its_two_segments():
    (router,) = shape_of([group_spec(7)], "c").routers
    assert dict(router.cables) == {"FastEthernet0/1": 107, "FastEthernet0/0": 207}


def test_a_router_that_groups_share_has_trunks():
    def shared(number):
        spec = group_spec(number)
        return replace(
            spec,
            router=replace(
                spec.router,
                address=RouterAddress("10.0.0.1"),
                inside_interface=f"FastEthernet0/1.{100 + number}",
                inside_vlan=100 + number,
            ),
        )

    (router,) = shape_of([shared(1), shared(2)], "c").routers
    assert dict(router.cables) == {"FastEthernet0/1": TRUNK, "FastEthernet0/0": TRUNK}


def test_a_shape_comes_back_from_json_as_it_was():
    shape = shape_of([group_spec(1), on(group_spec(2), esxi="e", datastore="ds2")], "c")
    assert shape_from_json(json.loads(json.dumps(asdict(shape), default=str))) == shape


@pytest.mark.parametrize("name", ["Données [élèves]", "[ISO] Salle", "ds]1", "ds[1"])
def test_a_datastore_with_a_bracket_in_its_name_is_refused_as_a_real_one_is(name):
    """vcsim ended in a panic on it, which `sim up` told as a bug of esxlab with its stack."""
    with pytest.raises(LabError) as told:
        shape_of([group_spec(1), on(group_spec(2), datastore=name)], "c")
    assert (told.value.code, told.value.where) == ("vsphere.datastore_name", "group 2")
    assert name in str(told.value)


def test_other_names_may_have_brackets():
    spec = group_spec(1)
    names = {
        "datacenter": "Lycée [1]",
        "staging": "LAN [1]",
        "model": "[modele] D9",
        "vswitch": "v[Sw]0",
    }
    (server,) = shape_of([on(spec, **names)], "c").servers
    assert {key: getattr(server, key) for key in names} == names
