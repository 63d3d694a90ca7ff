"""Names of what exists: vSphere's escapes, and what a spec may hold.

Escapes: ManagedEntity.name, vSphere Web Services API ("A slash is escaped as %2F or %2f. A backslash is
escaped as %5C or %5c, and a percent is escaped as %25", "unless it is used to start an escape sequence").
"""

from __future__ import annotations

import json
import unicodedata

import pytest

from esxlab.lab.inventory_names import plain_name
from esxlab.spec.problems import SpecProblems
from tests.spec_text import load_text

SPELLINGS = {
    "ds%2fbis": "ds/bis",
    "ds%2Fbis": "ds/bis",
    "SIO%5cRéseau": "SIO\\Réseau",
    "50%25": "50%",
    "50%": "50%",
    "100 %ige": "100 %ige",
    "a%252fb": "a%2fb",  # a percent, then letters: the name has no slash
}
NAMES = (
    "Réseau élèves", "Salle n°12", "Salle n°\u00a012", "SIO & CO", "LAN:Profs", "#LAN-SIO",
    "VLAN 10 / Salle 12",
    "NAS:Synology", "VM's", "modèleD9 (ne pas toucher !)", "サーバ", '$(x) `y` "z" <q> {w}; | ?', " début",
)  # fmt: skip


def spec(**vsphere):
    content = {"class": "sio2", "groups": "1", "vsphere": {"host": "vc", **vsphere}, "router": {"host": "r"}}
    return json.dumps(content)


@pytest.mark.parametrize(("spelled", "shown"), SPELLINGS.items())
def test_both_spellings_of_a_name_are_one_name(spelled, shown):
    assert plain_name(spelled) == shown


def test_an_accent_is_one_however_it_is_composed():
    assert plain_name(unicodedata.normalize("NFD", "Réseau élèves")) == "Réseau élèves"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["datastore", "model", "staging", "datacenter", "esxi", "user", "vswitch"])
def test_a_name_of_what_exists_is_taken_to_the_letter(tmp_path, key, name):
    site = load_text(spec(**{key: name}), tmp_path).groups(None)[0].site
    told = site.server.user if key == "user" else getattr(site, key)
    assert told == name


@pytest.mark.parametrize("host", ["fd00::10", "::1", "fe80::1%eth0", "2001:db8::192.0.2.1"])
def test_a_server_may_be_named_by_its_ipv6_address(tmp_path, host):
    (group,) = load_text(spec(host=host), tmp_path).groups(None)
    assert group.site.server.host == host


@pytest.mark.parametrize("host", ["fd00::10::1", "1:2:3", ":::", "vc:443", "[fd00::10]"])
def test_what_is_no_address_is_refused(tmp_path, host):
    with pytest.raises(SpecProblems) as refused:
        load_text(spec(host=host), tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E201"]
    assert "IPv6" in str(refused.value)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x1b[31m", "a\u202eb"])
def test_what_cannot_be_shown_is_no_name(tmp_path, name):
    with pytest.raises(SpecProblems):
        load_text(spec(datastore=name), tmp_path)


def test_names_that_esxlab_makes_have_rules_that_say_why(tmp_path):
    text = spec()[:-1] + ', "inside": {"port_group": "Réseau élèves"}}'
    with pytest.raises(SpecProblems) as refused:
        load_text(text, tmp_path)
    assert "esxlab makes this one" in str(refused.value)
