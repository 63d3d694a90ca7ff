"""The JSON Schema for editors says what the loader knows, and the shipped file is the generated one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from esxlab.spec.exercise import EXERCISE
from esxlab.spec.model import GroupParts
from esxlab.spec.schema import json_schema, schema_text

SPECS = Path(__file__).parents[2] / "specs"


def test_the_shipped_schema_is_up_to_date():
    assert (SPECS / "esxlab.schema.json").read_text(encoding="utf-8") == schema_text()


def test_every_part_is_described_with_the_exercises_values():
    schema = json_schema()
    assert set(schema["properties"]) == {"class", "groups", "students", "overrides", *GroupParts.model_fields}
    assert set(EXERCISE) | {"seeds"} == set(GroupParts.model_fields)
    vsphere = schema["$defs"]["VSpherePart"]["properties"]
    assert vsphere["model"]["default"] == "modeleD9"
    assert "hosts" in vsphere
    assert vsphere["port"]["description"]


def test_every_value_may_be_an_expression():
    vlan = json_schema()["$defs"]["SegmentPart"]["properties"]["vlan"]
    assert {"pattern": r"\{\{.*\}\}", "type": "string"} in vlan["anyOf"]
    assert {"maximum": 4094, "minimum": 1, "type": "integer"} in vlan["anyOf"]


def test_what_the_cli_needs_at_once_imports_nothing_slow():
    code = (
        "import sys, esxlab.spec.ranges, esxlab.spec.find, esxlab.spec.problems, esxlab.spec.resolved;"
        "sys.exit(bool({'pydantic', 'jinja2', 'ruamel.yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
