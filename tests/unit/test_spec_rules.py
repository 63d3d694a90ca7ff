"""Every rule of the spec: its code, at its place.

Each case is a spec with a mark <E301> right before the character that the problem must point to.
"""

from __future__ import annotations

import re

import pytest

from esxlab.spec.problems import SpecProblems
from tests.spec_text import SMALL, load_text

MARK = re.compile(r"<([EW]\d{3})>")
ONE = SMALL.replace("1-3", "1")
LAB = {
    "unknown key": "cluster: {<E105>adress: 172.16.193.30}",
    "unknown part": "<E105>balancers: {}",
    "missing host": "",  # below
    "text for a number": "inside: {vlan: <E107>many}",
    "truth for a number": "inside: {vlan: <E107>true}",
    "a table for text": "inside: {port_group: <E107>{a: 1}}",
    "text for a table": "inside: <E107>yes",
    "number for a name": "vsphere: {host: h, esxi: <E107>7}",
    "vlan 0": "inside: {vlan: <E203>0}",
    "vlan 4095": "outside: {vlan: <E203>4095}",
    "port 70000": "balancer: {port: <E203>70000}",
    "negative weight": "balancer: {weights: {srvweb1: <E203>-1}}",
    "scheduler": "balancer: {scheduler: <E202>round}",
    "method": "vsphere: {host: h, method: <E202>link}",
    "address": "machines: {srvweb1: {inside: <E204>172.16.193}}",
    "address as a number": "machines: {srvweb1: {inside: <E204>12}}",
    "network": "inside: {network: <E205>172.16.0.0/33}",
    "tiny network": "inside: {network: <E205>172.16.0.0/30}",
    "loopback": "inside: {network: <E205>127.0.0.0/8}",
    "host bits": "inside: {network: <E206>172.16.193.10/16}",
    "interface": "router: {host: r, inside: <E207>vmnic0}",
    "expression": 'inside: {vlan: <E210>"{{ 100 + }}"}',
    "unknown name": 'inside: {vlan: <E211>"{{ 100 + grp }}"}',
    "seeds": "seeds: <E212>nowhere",
    "outside its network": "machines: {srvweb1: {inside: <E301>10.0.0.1}}",
    "network address": "cluster: {address: <E302>172.16.0.0}",
    "broadcast address": "clients: {ClientA: {outside: <E302>192.16.193.255}}",
    "twice": "cluster: {address: <E303>172.16.193.10}",
    "twice among more": "cluster: {more_addresses: [172.16.193.31, <E303>172.16.193.31]}",
    "virtual address is the router's": "balancer: {address: <E303>192.16.193.20}",
    "a clone over SSH": "vsphere: {host: h, writes: ssh, method: <E323>clone}",
    "a vCenter's host over SSH": "vsphere: {host: h, writes: ssh, esxi: <E323>esxi1}",
    "a vCenter's datacenter over SSH": "vsphere: {host: h, writes: ssh, datacenter: <E323>DC1}",
    "a vCenter's datacenter without the API": "vsphere: {host: h, api: none, datacenter: <E323>DC1}",
    "another's switch over SSH": "vsphere: {host: h, writes: ssh, staging_kind: <E323>distributed}",
    "an existing distributed one over SSH": (
        "vsphere: {host: h, writes: ssh}\ninside: {existing: true, kind: <E323>distributed, port_group: p}"
    ),
    "an option over SSH": (
        'vsphere: {host: h, writes: ssh}\ninside: {existing: true, port_group: <E324>"-p"}'
    ),
    "without the API, and by it": "vsphere: {host: h, api: none, writes: <E325>api}",
    "a clone without the API": "vsphere: {host: h, api: none, method: <E323>clone}",
    "a road": "vsphere: {host: h, api: <E202>off}",
    "a write path": "vsphere: {host: h, writes: <E202>soap}",
    "overlap": "outside: {network: <E304>172.16.0.0/12}",
    "no address": "machines: {<E305>srvweb3: {}}\nscenario: lb",
    "a card too many": "machines: {srvweb1: {<E306>outside: 192.16.193.9}}",
    "host name twice": "machines: {srvweb2: {hostname: <E307>srv1}}",
    "name twice": "machines: {<E308>SRVWEB1: {inside: 172.16.1.1, hostname: X}}\nscenario: lb",
    "a machine like a client": "machines: {<E308>ClientA: {inside: 172.16.1.1, hostname: X}}\nscenario: lb",
    "three nodes": "<E309>machines: {srvweb3: {inside: 172.16.1.1}}",
    "no balancer": "scenario: lb\n<E309>machines: {repartiteur1: {role: web}}",
    "primary": "cluster: {primary: <E310>srvweb9}",
    "weights of nobody": "balancer: {weights: <E318>{srvweb1: 0, srvweb2: 0}}",
    "weight of nobody": "balancer: {weights: {<E310>srvweb9: 1}}",
    "deadtime below keepalive": "cluster: {deadtime: <E311>1}",
    "warntime above deadtime": "cluster: {warntime: <E311>20}",
    "prefix": "machines: {srvweb1: {inside: <E312>172.16.193.10/24}}",
    "one interface": "router: {host: r, outside: <E313>Fa0/1}",
    "outside subinterface": "router: {host: r, outside: <E313>FastEthernet0/0.5}",
    "the staging network": "inside: {port_group: <E314>vm network}",
    "one port group": "inside: {port_group: lan}\noutside: {port_group: <E314>LAN}",
    "serial line": "router: {host: <E315>/dev/ttyUSB0}",
    "one vlan": "inside: {vlan: 5}\noutside: {vlan: <E316>5}",
    "name of the model": "names: {folder: <E410>\"{{ 'modeled9' if machine == 'srvweb1' else machine }}\"}",
    "password": "guest: {<E501>password: hunter2}",
    "neither of the two sorts": "guest: {<E501>password: generated-by-me}",
    "a sort in the wrong place": "cluster: {<E501>password: generated}",
    "a sort that is a list": "guest: {<E501>password: [generated]}",
    "another login than root": "guest: {user: <E317>prof}",
    "phrase": "cluster: {<E501>phrase: hunter2 hunter3}",
    "mirror with a login": "guest: {mirror: <E502>http://me:hunter2@deb.example/}",
}
LAB.pop("missing host")
CLASS = {
    "class": "class: <E208>Été\ngroups: 1\nvsphere: {host: h}\nrouter: none",
    "no class": "<E106>groups: 1\nvsphere: {host: h}\nrouter: none",
    "no groups": "<E106>class: a\nvsphere: {host: h}\nrouter: none",
    "no server": "<E106>class: a\ngroups: 1\nrouter: none",
    "no router": "class: a\ngroups: 1\nvsphere: {host: h}\n<E106>router: {port: 23}",
    "host without a value": "class: a\ngroups: 1\nvsphere: {host:<E106> }\nrouter: none",
    "groups backwards": "class: a\ngroups: <E209>5-1\nvsphere: {host: h}\nrouter: none",
    "override of nobody": SMALL + "overrides: {<E423>4: {scenario: lb}}",
    "override twice": SMALL + "overrides: {1-2: {}, <E421>2: {}}",
    "override that is no table": SMALL + "overrides: {1: <E107>lb}",
    "range in an override": SMALL + "overrides: {<E209>x: {}}",
    "inside an override": SMALL + "overrides: {2: {inside: {vlan: <E203>9999}}}",
    "vlan between groups": SMALL + "inside: {vlan: <E401>100}",
    "vlan of two sides": SMALL
    + 'inside: {vlan: <E401>"{{ 200 + group }}"}\noutside: {vlan: "{{ 201 + group }}"}',
    "port group between groups": SMALL + "outside: {port_group: <E402>lan}",
    "folder": SMALL + 'names: {folder: <E407>"{{ machine }}"}',
    "one folder for all": ONE + "names: {folder: <E407>all}",
    "vm on a lone esxi": SMALL.replace(", esxi: esxi1.example", "") + 'names: {vm: <E408>"{{ machine }}"}',
    "host and hosts": "class: a\ngroups: 1\nvsphere: {<E424>host: h, hosts: {1: h}}\nrouter: none",
    "hosts as text": "class: a\ngroups: 1\nvsphere: {hosts: <E425>h}\nrouter: none",
    "range too short": "class: a\ngroups: 1-3\nvsphere: {<E422>hosts: {1-2: h}}\nrouter: none",
    "ranges overlap": "class: a\ngroups: 1-3\nvsphere: {host: h, esxi: {1-2: a, <E421>2-3: b}}\nrouter: none",
    "not a range": "class: a\ngroups: 1\nvsphere: {host: h, esxi: {1: a, <E209>b: b}}\nrouter: none",
    "duplicate keys": "class: a\ngroups: 1\nvsphere: {host: h}\n<E103>class: b\nrouter: none",
    "quotes forgotten": ONE + "inside: {vlan: {<E110>{ group }}}",
    "tag": "class: <E111>!!python/name:os a\ngroups: 1\nvsphere: {host: h}\nrouter: none",
    "not yaml": "class: a\ngroups: <E102>[1\nvsphere: {host: h}",
    "tab": "class: a\n<E102>\tgroups: 1",
    "no blank behind the first colon": "class<E102>:demo\ngroups: 1\nvsphere: {host: h}\nrouter: none",
    "no blank behind any colon": "class<E102>:demo\ngroups:1",
    "no blank, and a correct line below": "class: a\ngroups: 1\nvsphere:\n  user<E102>:prof\n  host: h\n",
    "no blank, and comments below": "class: a\ngroups<E102>:1 # one\n\n# who\nvsphere: {host: h}\n",
    "no blank at the end of a table": "class: a\nvsphere:\n  host: h\n  user<E102>:prof\ngroups: 1\n",
    "no blank twice": "class: a\nvsphere:\n  host: h\n  user<E102>:prof\n  model:m\n  esxi: e\n",
    "no blank at the end of the file": "class: a\ngroups: 1\nscenario<E102>:ha\n",
    "no blank before a brace": 'class: a\nrouter<E102>:{host: "h"}\ngroups: 1\n',
    "no blank before a quote": 'class: a\nvsphere:\n  user<E102>:"prof"\n  host: h\n',
    "no blank in braces": 'class: a\nrouter: {host<E102>:"r{{ group }}.example"}\n',
    "no blank, a key of its own": SMALL + "overrides: {1: {<E105>scenario:lb}}",
    "an address is no key": "class: a\nseeds:\n  https://git.example/seeds\n  vsphere<E102>: {host: h}",
    "control character": "class: <E108>\x07",
    "a list": "<E104>- class",
    "recursion": SMALL + "overrides: {1: <E109>&a {cluster: {services: [*a]}}}",
}
SHARED = """\
class: a
groups: 1-2
vsphere: {host: vc, esxi: e}
inside: {network: "172.{{ 16 + group }}.0.0/16"}
outside: {port_group: out, vlan: 200}
router: {host: r, inside: "Fa0/1.{{ group }}", outside_port: "{{ 8000 + group }}"}
machines: {repartiteur1: {outside: "192.16.193.{{ 30 + group }}"}}
balancer: {address: "192.16.193.{{ 60 + group }}"}
clients:
  ClientA: {outside: "192.16.193.{{ 100 + group }}"}
  ClientB: {outside: "192.16.193.{{ 150 + group }}"}
"""
ROUTER = {
    "one port": SHARED.replace('"{{ 8000 + group }}"', "<E403>80"),
    "one inside interface": SHARED.replace('"Fa0/1.{{ group }}"', "<E404>Fa0/1"),
    "overlapping insides": SHARED.replace('"172.{{ 16 + group }}.0.0/16"', "<E405>172.16.0.0/16"),
    "two vlans on one interface": SHARED.replace(
        "port_group: out, vlan: 200", 'vlan: <E406>"{{ 200 + group }}"'
    ),
    "one station": SHARED.replace('"192.16.193.{{ 150 + group }}"', "<E409>192.16.193.99"),
}


@pytest.mark.parametrize(
    "text",
    [pytest.param(ONE + addition + "\n", id=name) for name, addition in LAB.items()]
    + [pytest.param(text + "\n", id=name) for name, text in {**CLASS, **ROUTER}.items()],
)
def test_each_rule_has_its_code_and_its_place(tmp_path, text):
    marked = MARK.search(text)
    before = text[: marked.start()]
    wanted = (marked[1], before.count("\n") + 1, len(before) - before.rfind("\n"))
    plain = _without_repeated_keys(MARK.sub("", text))
    lost = text.count("\n") - plain.count("\n")
    with pytest.raises(SpecProblems) as caught:
        load_text(plain, tmp_path)
    found = [(problem.code, problem.line, problem.column) for problem in caught.value.problems]
    assert found == [(wanted[0], wanted[1] - lost, wanted[2])]
    assert "hunter" not in str(caught.value)


def _without_repeated_keys(text: str) -> str:
    """A case that says vsphere or router again replaces the small spec's own line."""
    lines = text.split("\n")
    for key in ("vsphere: ", "router: "):
        places = [index for index, line in enumerate(lines) if line.startswith(key)]
        if len(places) == 2:
            del lines[places[0]]
    return "\n".join(lines)


def test_the_shared_router_itself_is_fine(tmp_path):
    assert len(load_text(SHARED, tmp_path).groups()) == 2


@pytest.mark.parametrize(
    ("addition", "codes"),
    [
        ("", ["W601"]),
        ("outside: {network: 192.168.193.0/24}", []),
        ("cluster: {auth: crc}", ["W601", "W602"]),
        ("balancer: {weights: {srvweb1: 3}}", ["W601", "W603"]),
        ("balancer: {scheduler: wrr, weights: {srvweb1: 3, srvweb2: 0}}", ["W601"]),
    ],
)
def test_warnings(tmp_path, addition, codes):
    loaded = load_text(ONE + addition + "\n", tmp_path)
    assert [warning.code for warning in loaded.warnings] == codes
    assert all(warning.text() for warning in loaded.warnings)


def test_problems_of_some_groups_say_which(tmp_path):
    text = SMALL + 'inside: {vlan: "{{ 4092 + group }}"}\n'
    with pytest.raises(SpecProblems) as caught:
        load_text(text, tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.groups) == ("E203", "3")


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"class: a\ngroups: \xe9\n")
    for name, code, line in (("nowhere.yaml", "E101", 0), (".", "E112", 0), ("latin.yaml", "E113", 2)):
        from esxlab.spec.load import load_class_spec

        with pytest.raises(SpecProblems) as caught:
            load_class_spec(tmp_path / name)
        assert [(p.code, p.line) for p in caught.value.problems] == [(code, line)]


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "---\n...\n", "[]", "7", "null"])
def test_a_spec_without_keys(tmp_path, text):
    with pytest.raises(SpecProblems) as caught:
        load_text(text, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["E104"]
