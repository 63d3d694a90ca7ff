"""The graph: what is wanted, what is there and what differs, in each of its forms."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from PIL import Image

from esxlab import texts
from esxlab.cli.group import esxlab
from esxlab.exercises.registry import build_lab, handout_of
from esxlab.lesson import graph
from esxlab.lesson import picture as picture_room
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


def test_a_file_of_draw_io_says_what_the_graph_says():
    """Its form: "The .drawio file format" (drawio.com), 2.1 to 2.5, and mxfile.xsd."""
    made = [seen({"172.16.193.30": ("srvweb1",)}), graph.build_graph(group_spec(8, scenario="lb"))]
    file = ET.fromstring(graph.drawio(made))  # noqa: S314 - made just above
    assert (file.tag, [page.tag for page in file]) == ("mxfile", ["diagram"] * 2)
    assert [(page.get("id"), page.get("name")) for page in file] == [
        ("g7", "sio2-2026, group 7"),
        ("g8", "sio2-2026, group 8"),
    ]
    for page, each in zip(file, made, strict=True):
        (model,) = page
        (root,) = model
        assert (model.tag, root.tag) == ("mxGraphModel", "root")
        cells = {cell.get("id"): cell for cell in root}
        assert len(cells) == len(root)  # no id twice
        assert [(c.get("id"), c.get("parent")) for c in root][:2] == [("0", None), ("1", "0")]
        drawn = list(root)[2:]
        assert {c.get("parent") for c in drawn} == {"1"}
        assert all((c.get("vertex") == "1") != (c.get("edge") == "1") for c in drawn)
        assert {c.find("mxGeometry").get("as") for c in drawn} == {"geometry"}
        assert not any("html=1" in c.get("style") or "whiteSpace" in c.get("style") for c in drawn)
        labels = {c.get("value"): c.get("id") for c in drawn if c.get("vertex")}
        machines = {device.name: labels["\n".join(device.lines)] for device in each.devices}
        bars = {side: labels[name] for side, name in each.networks}
        cables = {(c.get("source"), c.get("target")): c for c in drawn if c.get("edge")}
        assert cables.keys() == {(machines[d.name], bars[side]) for d in each.devices for side in d.sides}
        cut = {ends for ends, cable in cables.items() if "dashed=1" in cable.get("style")}
        assert cut == {(machines[d.name], bars[side]) for d in each.devices for side in d.now.cut}
        assert set(each.differs or ()) <= labels.keys()


def test_a_picture_of_points_is_black_and_white_and_says_what_it_shows(monkeypatch):
    made = [seen({"172.16.193.30": ("srvweb1",)}), graph.build_graph(group_spec(8, scenario="lb"))]
    picture = Image.open(BytesIO(graph.png(made, "a class")))
    assert (picture.format, picture.mode, picture.width) == ("PNG", "L", round(196 * picture_room.SCALE))
    assert picture.text == {"Title": "a class", "Description": graph.text(made)}
    unit = picture_room.SCALE

    def part(left, top, right, bottom):
        """Its rows there; a point is True where it is dark."""
        place = [round((each + picture_room.MARGIN) * unit) for each in (left, top, right, bottom)]
        rows = picture.crop(place)
        points = [value < 128 for value in rows.tobytes()]
        return [points[at : at + rows.width] for at in range(0, len(points), rows.width)]

    for each in graph.place(made):
        top = each.drawing_top
        for _, box in each.graph.boxes:
            edges = [top + box.top + at * box.height / len(box.lines) for at in range(len(box.lines) + 1)]
            for upper, lower in pairwise(edges):  # a line of text each
                assert any(map(any, part(box.left + 1, upper + 0.5, box.left + box.width - 1, lower - 0.5)))
        for wire in each.graph.drawing.wires:
            if wire.name:
                assert all(map(all, part(0, top + wire.y1 - 0.2, WIDTH, top + wire.y1 + 0.2)))
                continue
            y1, y2 = sorted((wire.y1, wire.y2))
            rows = part(wire.x1 - 0.3, top + y1 + 0.5, wire.x1 + 0.3, top + y2 - 0.5)
            assert all(map(any, rows)) != wire.cut
        for base, _ in each.lines:
            assert any(map(any, part(0, base - 2, 20, base)))
    monkeypatch.setattr(picture_room, "MOST", 500_000)
    small = Image.open(BytesIO(graph.png(made * 3, "many")))
    assert 400_000 < small.width * small.height < 510_000


def test_of_what_ipvsadm_prints_each_real_server_gets_its_own_row():
    """Its form: ipvsadm.c, `-> %-28s %-7s %-6d %-10u %-10u`; other services are not ours."""
    printed = (
        "IP Virtual Server version 1.2.1 (size=4096)\n"
        "Prot LocalAddress:Port Scheduler Flags\n"
        "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
        "UDP  192.16.193.30:80 rr\n"
        "  -> 172.16.193.10:80             Masq    1      7          7         \n"
        "TCP  192.16.193.30:80 wrr persistent 300\n"
        "  -> 172.16.193.10:80             Masq    1      3          21        \n"
        "  -> 172.16.193.40:80             Route   5      0          4294967295\n"
        "TCP  192.16.193.30:8080 rr\n"
        "  -> 172.16.193.40:80             Masq    1      9          9         \n"
    )
    spec = group_spec(scenario="lb")
    (question,) = handout_of(spec).questions
    assert (question.machine, question.command) == ("repartiteur1", ("ipvsadm", "-L", "-n"))
    wanted, found = built(spec)
    now = group_now(spec, wanted, found, {}, question.read(printed))
    lines = {name: machine.lines for name, machine in now.machines.items()}
    assert lines["srvweb1"][-1] == "3 active, 21 inactive"
    assert lines["srvweb2"][-2:] == ("0 active, 4294967295 inactive", "there: weight 5, Route")
    assert now.differs == ("srvweb2: there: weight 5, Route",)

    def differs(table):
        return group_now(spec, wanted, found, {}, question.read(table)).differs

    assert differs(printed.replace("193.40:80", "193.41:80")) == (
        "srvweb2: not in the table of repartiteur1",
    )
    assert differs("") == ("repartiteur1: no IPVS service 192.16.193.30:80",)
    assert handout_of(group_spec()).questions == ()


def test_the_command_draws_the_spec_offline_in_every_form(tmp_path, monkeypatch):
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
    assert run("-o", "drawio").startswith("<mxfile ")
    run("-o", "png", "--to", str(tmp_path / "g.png"))
    assert Image.open(tmp_path / "g.png").text["Title"] == "sio2-2026"
    refused = CliRunner().invoke(esxlab, ["graph", "-f", str(CLASS), "-o", "png"])
    assert (refused.exit_code, "[usage.picture_to]" in refused.stderr) == (2, True)
    monkeypatch.setitem(sys.modules, "PIL", None)
    words = ["graph", "-f", str(CLASS), "-o", "png", "--to", str(tmp_path / "h.png")]
    missing = CliRunner().invoke(esxlab, words)
    assert (missing.exit_code, "[graph.not_installed]" in missing.stderr) == (6, True)
    assert not (tmp_path / "h.png").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("part", ["ha", "lb"])
def test_the_text_fits_a_console_and_no_french_colon_lacks_its_space(language, part):
    texts.set_language(language)
    spec = group_spec(scenario=part)
    wanted, found = built(spec, srvweb1=lambda _: None, srvweb2=on_card("inside", connected=False))
    drawn = graph.build_graph(spec, group_now(spec, wanted, found, {"172.16.193.30": ()}))
    said = graph.text([drawn])
    assert max(map(len, said.splitlines())) <= 80
    assert graph.text([drawn], 40).count("\n") > said.count("\n")
    whole = re.sub(r"[ \n]+", " ", said)
    for device in drawn.devices:
        assert f"{device.name}{texts.colon()}" in whole
        assert all(line in whole for line in device.lines)
    colons = re.findall(r"(.):(?= )", f"{said}{drawn.drawing.text}")
    assert len(colons) > 12
    assert (set(colons) == {"\u00a0"}) if language == "fr" else ("\u00a0" not in colons)
