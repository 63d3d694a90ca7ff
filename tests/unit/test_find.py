"""esxlab find: a word leads to its group, from the class list, the spec, and what is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab.class_list.students import ClassList, Student
from esxlab.cli.group import esxlab
from esxlab.exercises.registry import build_lab
from esxlab.lab.machine import Runtime
from esxlab.lesson.find import find
from esxlab.lesson.there import machines_there
from tests.group_specs import group_spec

DEMO = Path(__file__).parents[2] / "specs" / "demo.yaml"
SPECS = tuple(group_spec(number) for number in (6, 7, 8))
LIST = ClassList(
    (
        Student(2, "LEFÈVRE", "Chloé", 7, "chloe@lycee.example", "clefevre"),
        Student(3, "MARTIN", "Léa", None),
        Student(4, "D'ARTAGNAN", "Zoé", 8),
    )
)


def found(word, **more):
    return [(hit.group, hit.kind, hit.value, hit.place) for hit in find(word, SPECS, LIST, **more)]


@pytest.mark.parametrize("word", ["lefevre", "LEFÈVRE ch", "Chloe@lycee.example", "efèv", "chloé"])
def test_a_student_is_found_by_a_part_of_the_name_or_mail(word):
    assert {group for group, *_ in found(word)} == {7}


def test_a_student_without_a_group_is_found_too_and_one_of_another_selection_is_not():
    assert found("martin") == [(None, "student", "MARTIN Léa", "list")]
    assert find("dartagnan", SPECS[:2], LIST) == []


def test_an_address_is_compared_whole():
    assert {value for _, _, value, _ in found("172.16.193.10")} == {"172.16.193.10"}
    assert [group for group, *_ in found("172.16.193.10")] == [6, 7, 8]
    assert {kind for _, kind, _, _ in found("172.16.193.30")} == {"address"}  # the cluster's
    assert found("172.16.193.1") == []
    assert {group for group, *_ in found("192.16.193.20")} == {6, 7, 8}  # the router's outside, with its port


def test_digits_alone_are_a_whole_number_and_no_part_of_a_mac():
    values = {value for *_, value, _ in found("7")}
    assert values
    assert all(re.search(r"(?<!\d)0*7(?!\d)", value) for value in values)
    assert not [value for value in values if value.count(":") > 1]
    assert {"172.16.193.10"} == {
        value for _, kind, value, _ in found("10") if kind == "address" and value.endswith("10")
    }
    assert found("93") == []


def test_a_mac_leads_to_its_machine_in_every_spelling():
    mac = SPECS[1].machines[1].macs["inside"]
    bare = mac.replace(":", "")
    for word in (mac, mac.upper().replace(":", "-"), f"{bare[:4]}.{bare[4:8]}.{bare[8:]}"):
        (hit,) = find(word, SPECS, LIST)
        assert (hit.group, hit.whose, hit.value) == (7, "srvweb2", mac)
    assert found("00:50:56:00:00:00") == []


def test_machines_routers_and_port_groups_are_found():
    assert {group for group, *_ in found("srvweb2")} == {6, 7, 8}
    assert [row[:2] for row in found("g07-inside")] == [(7, "port_group")]
    router = SPECS[2].router.address.host
    assert (8, "router", router, "spec") in found(router)
    assert found("") == []
    assert found("...") == []


def test_what_is_there_is_searched_when_it_was_looked_at():
    lab = build_lab(SPECS[1], phrase="sesame")
    there = replace(lab.machines[0], runtime=Runtime(address="198.51.100.9"), powered_on=False)
    seen = machines_there({SPECS[1].group: replace(lab, machines=(there,))})
    assert seen[7][0].power == "off"
    assert found("198.51.100.9") == []
    assert found("198.51.100.9", there=seen) == [(7, "address", "198.51.100.9", "there")]
    assert (7, "mac", there.nics[0].mac, "there") in found(there.nics[0].mac, there=seen)


def run(*arguments):
    return CliRunner().invoke(esxlab, ["find", *map(str, arguments)])


def test_the_command_speaks_json_csv_and_french(tmp_path):
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(DEMO.read_text("utf-8") + "\nstudents: l.csv\n", "utf-8")
    assert run("zoé", "-f", spec).exit_code == 0  # a list that is not here is told, and the spec searched
    (tmp_path / "l.csv").write_text("Nom;Groupe\n=1+1 Zoé;2\n", "utf-8")
    answer = json.loads(run("zoé", "-f", spec, "-o", "json").output)
    assert answer["found"] == [
        {"group": 2, "kind": "student", "whose": "=1+1 Zoé", "value": "=1+1 Zoé", "place": "list"}
    ]
    assert "2,student,'=1+1 Zoé,'=1+1 Zoé,list" in run("zoé", "-f", spec, "-o", "csv").output
    assert "liste de classe" in run("zoe", "-f", spec, "--lang", "fr").output
    nothing = run("nobody", "-f", spec)
    assert (nothing.exit_code, nothing.output) == (0, "nothing has `nobody` in it\n")


@pytest.mark.parametrize(
    "word", ["oeuvre", "D'Œuvre", "haÿ", "lukasz", "Łukasz", "lukasz d'oeuvre", "D'OEUVRE Łukasz"]
)
def test_letters_that_unicode_leaves_whole_and_the_order_of_names(tmp_path, word):
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(DEMO.read_text("utf-8") + "\nstudents: l.csv\n", "utf-8")
    (tmp_path / "l.csv").write_text("Nom;Prénom;Groupe\nD\u2019Œuvre-L\u2019Haÿ;Łukasz;2\n", "utf-8")
    answer = json.loads(run(word, "-f", spec, "-o", "json").output)
    assert [hit["kind"] for hit in answer["found"]] == ["student"]
