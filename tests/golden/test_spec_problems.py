"""What a teacher reads when a spec is wrong: one file per family of problems, in both languages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.errors import LabError
from esxlab.spec.find import find_spec
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from esxlab.spec.ranges import parse_groups

GOLDEN = Path(__file__).parent / "spec"
HEAD = """\
class: sio2
groups: 1-4
vsphere: {host: vcenter.lycee.example, esxi: esxi1.lycee.example}
router: {host: "10.0.0.{{ group }}"}
"""
SHARED = """\
class: sio2
groups: 1-3
vsphere: {host: vcenter.lycee.example, esxi: esxi1.lycee.example}
inside: {network: "172.{{ 16 + group // 3 }}.0.0/16"}
outside: {port_group: dehors, vlan: "{{ 200 + group // 3 }}"}
router: {host: 10.0.0.1, inside: "FastEthernet0/1.{{ group // 2 }}", outside_port: "{{ 8000 + group // 2 }}"}
"""
FAMILIES = {
    "e1-not-yaml": (
        "class: sio2\ngroups: [1-4\nvsphere: {host: h}\n",
        "class: sio2\n\tgroups: 1-4\n",
        "class: 'sio2\ngroups: 1-4\n",
        "class: sio2\ngroups: *alle\n",
        "class: sio2\n---\nclass: sio3\n",
        "class: sio2\ngroups: 1-4\n  vsphere: {host: h}\n",
        "class: sio2\n vsphere:\n",
        "class: sio2\nvsphere: %h\n",
        "class: sio2\x07\n",
        "",
        "- class\n- groups\n",
        "class: sio2\nseeds: élèves\n".encode("cp1252"),
        "class: “sio2\ngroups\uff1a 1-4\n",
        "class: sio2\nvsphere:\n  user:prof\n  host: h\n",
        "class: sio2\nvsphere: {host: h, user:prof}\n",
        "class: sio2\ngroups: 1-2\nvsphere:\n  host:h\nrouter: none\n",
    ),
    "e1-shape": (
        "groups: 1-4\nvsphere: {port: 443}\nrouter: {port: 22}\n",
        HEAD + "cluster:\n  adress: 172.16.193.31\n  auth: md5\n  auth: sha1\nbalancers: {scheduler: rr}\n",
        HEAD
        + "inside: 172.16.0.0/16\ncluster: {services: apache2, auto_failback: perhaps}\nguest: {user: 12}\n",
        HEAD + "inside: {vlan: {{ 100 + group }}}\nseeds: !env SEEDS\n",
        HEAD + "inside: {<<: 5}\n",
    ),
    "e2-values": (
        HEAD.replace("sio2", "SIO 2").replace("1-4", "4-1"),
        HEAD
        + 'inside: {port_group: "réseau", vlan: 5000}\noutside: {network: 192.16.193.1/24}\n'
        + "balancer: {scheduler: wlr, port: 0, address: 192.16.193.300}\n",
        HEAD.replace("router: {", "router: {inside: vmnic0, ")
        + 'machines: {"srv web": {hostname: "SRV1; reboot"}}\n',
        HEAD + 'names: {folder: "../{{ machine }}"}\nseeds: graines\n',
        HEAD
        + 'inside: {network: 172.16.0.0/33, vlan: "{{ 100 + grp }}", port_group: "{{ group | upper }}"}\n',
    ),
    "e3-lab": (
        HEAD + "inside: {port_group: lan}\noutside: {network: 172.16.193.0/24, port_group: LAN}\n",
        HEAD
        + "machines:\n  srvweb1: {inside: 10.0.0.10, hostname: srv2, outside: 192.16.193.9}\n"
        + "  srvweb2: {inside: 172.16.193.40/24}\n  SRVWEB1: {inside: 172.16.255.255}\n  srvweb3: {}\n"
        + "cluster: {address: 172.16.193.40, primary: srvweb9, deadtime: 5}\n"
        + "balancer: {weights: {srvweb12: 1}}\n"
        + 'inside: {vlan: "{{ 200 + group }}"}\n',
        HEAD.replace(
            "router: {", "router: {outside: FastEthernet0/0.5, device: cisco_ios_serial, key: ~/.ssh/id_rsa, "
        )
        + "guest: {user: prof}\n"
        + "balancer: {weights: {srvweb1: 0, srvweb2: 0}}\n",
        HEAD.replace("router: {", "router: {inside: FastEthernet0/1.5, ")
        + 'inside: {port_group: "Réseau {{ group }}", existing: true}\noutside: {kind: distributed}\n',
        HEAD.replace("host: vcenter.lycee.example", "writes: ssh, host: h")
        + 'inside: {port_group: "-g{{ group }}", existing: true}\n',
        HEAD.replace("host: vcenter.lycee.example", "api: none, writes: api, host: h"),
    ),
    "e4-class": (
        HEAD
        + 'inside: {vlan: 100, port_group: lan}\nnames: {vm: srv, folder: "{{ machine }}"}\n'
        + "overrides: {2-3: {}, 3: {scenario: lb}, 9: {scenario: lb}, tous: {}}\n",
        HEAD.replace("host: vcenter.lycee.example", "host: h, hosts: {1-2: a.example, 2-3: b.example}"),
        HEAD.replace("host: vcenter.lycee.example", "hosts: vcenter.lycee.example"),
        HEAD.replace(", esxi: esxi1.lycee.example", "") + 'names: {vm: "{{ machine }}"}\n',
        HEAD + "names: {folder: modeleD9}\n",
        SHARED,
    ),
    "e4-override": (
        HEAD + "overrides:\n  3:\n    inside:\n      vlan: 9999\n    cluster: {primery: srvweb2}\n",
    ),
    "e5-secrets": (
        HEAD
        + "guest: {user: root, password: sesame}\ncluster: {auth: md5, phrase: phrase secrete du cluster}\n",
        HEAD.replace("router: {", "router: {enable_secret: sesame, ").replace(
            "{host: v", "{passwd: sesame, host: v"
        ),
        HEAD + "guest: {mirror: http://prof:sesame@deb.lycee.example/debian}\n",
    ),
}
WARNED = HEAD + "cluster: {auth: crc}\nbalancer: {weights: {srvweb1: 3}}\n"


def rendered(specs, directory):
    """The texts of all problems of these specs, in both languages."""
    path = directory / "tp.yaml"
    parts = []
    for language in texts.LANGUAGES:
        texts.set_language(language)
        for number, spec in enumerate(specs, start=1):
            path.write_bytes(spec if isinstance(spec, bytes) else spec.encode())
            with pytest.raises(SpecProblems) as caught:
                load_class_spec(Path("tp.yaml"))
            parts.append(f"===== {language} {number}\n{caught.value}\n")
    return "\n".join(parts)


@pytest.fixture(autouse=True)
def _english_afterwards(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    texts.set_language("en")


def compare(name, text):
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_teacher_reads(family, tmp_path):
    compare(family, rendered(FAMILIES[family], tmp_path))


def test_what_a_teacher_reads_of_warnings(tmp_path):
    (tmp_path / "tp.yaml").write_text(WARNED, encoding="utf-8")
    warnings = load_class_spec(Path("tp.yaml")).warnings
    parts = []
    for language in texts.LANGUAGES:
        texts.set_language(language)
        parts += [f"===== {language}", *(warning.text() for warning in warnings)]
    compare("warnings", "\n".join(parts) + "\n")


def test_what_the_command_line_says(tmp_path):
    path = tmp_path / "tp.yaml"
    path.write_text(HEAD, encoding="utf-8")
    loaded = load_class_spec(Path("tp.yaml"))
    calls = (
        lambda: parse_groups("4-1"),
        lambda: loaded.group(9),
        lambda: loaded.with_scenario("hb"),
        lambda: find_spec(Path("nowhere")),
        lambda: load_class_spec(Path("nowhere.yaml")),
    )
    parts = []
    for language in texts.LANGUAGES:
        texts.set_language(language)
        for call in calls:
            with pytest.raises(LabError) as caught:
                call()
            parts.append(str(caught.value))
    compare("command-line", "\n\n".join(parts) + "\n")


def test_every_code_has_been_read_by_somebody():
    """Each code of the catalogue stands in a golden file, except what a file of tests cannot show."""
    shown = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt"))
    names = (key.split(".")[2] for key in texts.catalogue() if key.startswith("error.spec."))
    codes = {name for name in names if name[1:].isdigit()}
    assert {code for code in codes if code not in shown} == {"E109", "E112"}
