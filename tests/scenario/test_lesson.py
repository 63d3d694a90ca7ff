"""The class list on a school that runs: looked up and printed beside what is there, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest

from tests.troubled import troubled

pytestmark = pytest.mark.scenario
NAME = "ZÉPHYRIN-CANARI"


def mac_of(trouble, name):
    """Of the machine's first card, as vSphere shows it to somebody else."""
    with trouble.admin() as admin:
        devices = admin.machine(name).config.hardware.device
        return next(each.macAddress for each in devices if hasattr(each, "macAddress"))


def test_names_meet_what_is_there_on_this_computer_and_go_nowhere(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "school").mkdir()
    part = "overrides: {2: {scenario: lb}}\n"
    with troubled(tmp_path / "school", groups="1-2", more=part, speed=20.0) as trouble:
        listed = tmp_path / "lists" / "class.csv"
        listed.write_text(f"Nom;Groupe\n{NAME};1\n", "utf-8")
        spec = trouble.spec(groups="1-2", more=f"{part}students: ../lists/class.csv\n")
        trouble.must("provision", "--yes", "--quiet")
        trouble.must("verify", "-q")
        with trouble.nothing_changes():
            one = ("-g", "1")
            found = json.loads(trouble.must("find", "srvweb1", *one, "--live", "-o", "json").stdout)["found"]
            assert {hit["place"] for hit in found} == {"spec", "there"}
            mac = mac_of(trouble, "g01-srvweb1")
            again = json.loads(trouble.must("find", mac, "--live", "-o", "json").stdout)["found"]
            assert ("srvweb1", "there") in {(hit["whose"], hit["place"]) for hit in again}
            out = tmp_path / "sheets"
            words = ("sheet", *one, "--live", "--directory", out, "--format", "html", "-o", "json")
            sheet = json.loads(trouble.must(*words).stdout)["groups"][0]
            graph, balanced = json.loads(trouble.must("graph", "--live", "-o", "json").stdout)["groups"]
        assert graph["differs"] == []
        lines = {device["name"]: device["now"] for device in graph["devices"]}
        assert "172.16.193.30 is here" in lines["srvweb1 = SRV1"]
        assert "172.16.193.30 is here" not in lines["srvweb2 = SRV2"]
        assert balanced["differs"] == []
        counts = [line for device in balanced["devices"] for line in device["now"] if "inactive" in line]
        assert len(counts) == 2  # of each real server
        assert all(re.fullmatch(r"0 active, \d+ inactive", line) for line in counts)
        assert sheet["students"] == [NAME]
        now = {row[0]: row[-1] for row in sheet["tables"][0]["rows"]}
        assert now["srvweb1"].startswith("on")
        shared = [row[-1] for row in sheet["tables"][0]["rows"] if row[3] == "172.16.193.30"]
        assert shared == ["at srvweb1"]
        assert NAME in (out / "g01.html").read_text("utf-8")
        taken = "ipvsadm -d -t 192.16.193.30:80 -r 172.16.193.40:80"
        trouble.must("run", "-g", "2", "repartiteur1", taken)
        gone = json.loads(trouble.must("graph", "-g", "2", "--live", "-o", "json").stdout)["groups"][0]
        assert gone["differs"] == ["srvweb2: not in the table of repartiteur1"]
        said = [line for router in trouble.school.routers for line in router.commands]
        assert said
        assert not any(NAME in line for line in said)
        kept = [file for file in trouble.directory.rglob("*") if file.is_file() and file != spec]
        disguises = [NAME.encode(form) for form in ("utf-8", "cp1252", "utf-16-le")]
        disguises.append(json.dumps(NAME)[1:-1].encode())
        assert len(kept) > 20
        assert not [file for file in kept if any(each in content(file) for each in disguises)]


def content(file):
    """Its beginning; a disk's state is there, and the rest of it a hole."""
    with file.open("rb") as opened:
        return opened.read(16 << 20)
