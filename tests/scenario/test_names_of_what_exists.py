"""Networks, datastores, models, datacenters, hosts and accounts have whatever names somebody gave them.

The names are of public reports and of French schools. What vSphere spells otherwise than it shows (`/` as
%2f, `%` as %25) is said of ManagedEntity.name in the vSphere Web Services API: both mean the same thing.
"""

from __future__ import annotations

import json

import pytest

from tests.classroom import classroom

pytestmark = pytest.mark.scenario

NAMES = {
    "accents": {
        "host": "fd00::10",
        "user": "jérôme@vsphere.local",
        "datacenter": "Lycée",
        "esxi": "fd00::21",
        "datastore": "Étudiants",
        "model": "modèleD9 (ne pas toucher !)",
        "staging": "Réseau élèves",
        "router": "fd00::30",
    },
    "what a pattern would read": {
        "host": "vcenter.lycee.example",
        "user": "prof",
        "datacenter": "Site:  [Nord] (B) & 'C' #1",
        "esxi": "esxi1",
        "datastore": "NAS*? (1)",
        "model": "modèleD9 [v2]*",
        "staging": "LAN [x] (y)",
    },
    "as the client shows them": {
        "host": "vcenter.lycee.example",
        "user": "LYCEE\\Jean d'Arc",
        "datacenter": "Sites/Nord",
        "esxi": "esxi1",
        "datastore": "NAS/50%",
        "model": "VM's & #1",
        "staging": "VLAN 10 / Salle 12",
    },
    "as the API spells them": {
        "host": "vcenter.lycee.example",
        "user": "prof",
        "datacenter": "Sites%2FNord",
        "esxi": "esxi1",
        "datastore": "ds%2fbis",
        "model": "modèleD9 [v2]",
        "staging": "#LAN-SIO:Profs",
    },
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_names_of_what_exists_are_compared_to_the_letter(names, tmp_path):
    spec = tmp_path / "esxlab.yaml"
    vsphere = dict(names)
    router = {"host": vsphere.pop("router", "10.0.0.1")}
    content = {"class": "sio2", "groups": "1", "vsphere": vsphere, "router": router}
    spec.write_text(json.dumps(content), encoding="utf-8")
    with classroom(spec, tmp_path) as room:
        nothing = room.picture()
        room.must("doctor")
        room.must("provision", "--yes")
        assert "Nothing to do" in room.must("plan").out
        room.must("verify")
        room.must("teardown", "--all", "--yes")
        assert room.picture() == nothing
