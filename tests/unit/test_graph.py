"""The graph: what is wanted, what is there and what differs, in each of its forms."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.cli.group import esxlab
from esxlab.exercises.registry import build_lab
from esxlab.lesson import graph
from esxlab.lesson.content import build_sheet
from esxlab.lesson.drawing import WIDTH
from esxlab.lesson.now import group_now
from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.group_specs import group_spec

CLASS = Path(__file__).parents[2] / "specs" / "tp.yaml"
FIVE = """\
class: c
groups: 1
scenario: lb
machines: {web3: {inside: 172.16.193.53}, web4: {inside: 172.16.193.54}, web5: {inside: 172.16.193.55}}
balancer: {scheduler: wrr, weights: {web3: 5}}
router: {host: 10.0.0.1}
vsphere: {host: v.example, esxi: e.example, user: u, datastore: d}
"""
NASTY = '</text><script>"&\\n; --- -->'


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    texts.set_language("en")


def built(spec, **changed):
    """The group's lab; `changed`: machine -> what is done to the found one (None: it is not there)."""
    wanted = build_lab(spec, phrase="sesame")
    there = [changed.get(m.owner.machine, lambda m: m)(m) for m in wanted.machines]
    return wanted, replace(wanted, machines=tuple(filter(None, there)))


def on_card(role, **changes):
    def change(machine):
        nics = (replace(nic, **changes) if nic.role == role else nic for nic in machine.nics)
        return replace(machine, nics=tuple(nics))

    return change


def seen(held):
    spec = group_spec()
    wanted, found = built(
        spec,
        srvweb1=on_card("inside", connected=False),
        srvweb2=lambda m: replace(m, powered_on=False),
        repartiteur1=on_card("outside", network=NASTY),
        ClientA=lambda _: None,
    )
    return graph.build_graph(spec, group_now(spec, wanted, found, held))


def test_what_differs_is_said_of_machines_cables_and_the_shared_address():
    assert seen({"172.16.193.30": ()}).differs == (
        "srvweb1: cable out inside",
        "srvweb2: off",
        f"repartiteur1: card outside is on {NASTY}",
        "ClientA: absent",
        "cluster address 172.16.193.30: no machine holds it",
    )
    twice = seen({"172.16.193.30": ("srvweb1", "srvweb2")})
    assert twice.differs[-1] == "cluster address 172.16.193.30: held by srvweb1, srvweb2 at once"
    assert sum("172.16.193.30 is here" in device.lines for device in twice.devices) == 2
    assert not any("172.16.193.30" in line for line in seen({}).differs)  # nobody was asked
    spec = group_spec()
    wanted, found = built(spec)
    assert group_now(spec, wanted, found, {"172.16.193.30": ("srvweb2",)}).differs == ()
    assert group_now(spec, wanted, replace(found, seen=False), {}).differs == (
        "nobody could look at what is there",
    )


def test_a_picture_holds_all_of_it_without_colour_and_names_are_text():
    picture = graph.svg([seen({"172.16.193.30": ("srvweb1",)}), seen({})], NASTY)
    root = ET.fromstring(picture)  # noqa: S314 - made just above
    assert {e.tag.rpartition("}")[2] for e in root.iter()} == {"svg", "title", "rect", "line", "text"}
    said = [e.text for e in root.iter() if e.text]
    assert f"card outside is on {NASTY}" in said
    assert said.count("172.16.193.30 is here") == 1
    colours = {e.get(name) for e in root.iter() for name in ("fill", "stroke")}
    assert colours <= {None, "#000", "#fff"}
    assert sum(e.get("stroke-dasharray") is not None for e in root.iter()) == 2 * 3  # two cables, one machine
    assert said.count("\N{MULTIPLICATION SIGN}") == 2 * 2
    places = [float(e.get("y")) for e in root if e.tag.endswith("}text")]
    assert places == sorted(places)


def test_five_web_servers_stand_side_by_side_with_their_weights(tmp_path):
    (tmp_path / "esxlab.yaml").write_text(FIVE, "utf-8")
    spec = load_class_spec(tmp_path / "esxlab.yaml").group(1)
    made = graph.build_graph(spec)
    boxes = made.drawing.boxes
    for at, box in enumerate(boxes):
        assert box.left >= 0
        assert box.left + box.width <= WIDTH
        for other in boxes[:at]:
            beside = box.left >= other.left + other.width or other.left >= box.left + box.width
            assert beside or box.top >= other.top + other.height or other.top >= box.top + box.height
    lines = {device.key: device.lines for device in made.devices}
    assert [lines[f"web{n}"][-1] for n in (3, 4, 5)] == ["weight 5", "weight 1", "weight 1"]
    assert lines["repartiteur1"][-1] == "IPVS 192.16.193.30:80 wrr -m"
    assert not any("weight" in line for box in build_sheet(spec).drawing.boxes for line in box.lines)


@borrows("dot")
def test_graphviz_reads_names_as_they_are():
    made = graph.dot([seen({"172.16.193.30": ("srvweb1",)})])
    answer = subprocess.run(["dot", "-Tjson"], input=made.encode(), check=True, capture_output=True)
    read = json.loads(answer.stdout)
    nodes = {each["label"]: each for each in read["objects"] if "label" in each}
    assert not answer.stderr
    balancer = next(each for label, each in nodes.items() if label.startswith("repartiteur1"))
    assert any(NASTY in part["text"] for part in balancer["_ldraw_"] if part["op"] == "T")
    assert len(read["edges"]) == 2 + 2 + 4  # balancer and router have two sides, the others one
    assert sum(each.get("style") == "dashed" for each in read["edges"]) == 2


def test_a_label_of_mermaid_has_no_sign_that_ends_it():
    made = graph.mermaid([seen({})])
    labels = [line.split('"') for line in made.splitlines() if '"' in line]
    assert labels
    assert {len(parts) for parts in labels} == {3}
    assert "<script>" not in made
    assert "g7_outside -.- g7_2" in made


def test_the_command_draws_the_spec_offline_in_every_form(tmp_path):
    def run(*words):
        answer = CliRunner().invoke(esxlab, ["graph", "-f", str(CLASS), "-g", "7", *words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    text = run()
    assert "  Router: 192.16.193.20, 172.16.193.254, NAT :80 → 172.16.193.30:80\n" in text
    assert "  srvweb1 = SRV1: 172.16.193.10, owns 172.16.193.30\n" in text
    assert "differs" not in text
    assert json.loads(run("-o", "json"))["groups"][0]["differs"] is None
    assert run("-o", "svg") == run("-o", "svg", "--plain")
    assert run("-o", "dot").startswith("graph esxlab {")
    assert run("-o", "mermaid", "--to", str(tmp_path / "g.mmd")) == f"{tmp_path / 'g.mmd'}\n"
    assert (tmp_path / "g.mmd").read_text("utf-8").startswith("flowchart TB")
    assert "Routeur" in run("--lang", "fr")
