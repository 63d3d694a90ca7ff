"""The digest of a group's part of a spec: the same for two teachers of one spec, another for another spec."""

from __future__ import annotations

import pytest

from esxlab.spec.digest import spec_digest
from esxlab.spec.load import load_class_spec

SPEC = """\
class: sio2
groups: 1-2
vsphere: {host: esxi1.lycee.example, user: prof, datastore: "ds{{ group }}"}
router: {host: "10.0.0.{{ group }}"}
"""


def digest(tmp_path, text, scenario=""):
    path = tmp_path / "esxlab.yaml"
    path.write_text(text, encoding="utf-8")
    loaded = load_class_spec(path)
    loaded = loaded.with_scenario(scenario) if scenario else loaded
    return [spec_digest(spec) for spec in loaded.groups(None)]


def test_each_group_has_its_own_and_comments_are_none(tmp_path):
    first = digest(tmp_path, SPEC)
    assert len(set(first)) == 2
    assert digest(tmp_path, f"# autumn\n{SPEC}") == first


@pytest.mark.parametrize(
    "same",
    [
        SPEC.replace("user: prof", "user: dupont"),
        SPEC.replace("esxi1.lycee.example", "esxi1"),
        SPEC.replace('10.0.0.{{ group }}"', '10.0.0.{{ group }}", user: dupont'),
        SPEC + "scenario: lb\n",
    ],
)
def test_how_one_logs_in_and_which_part_is_on_make_no_other_spec(tmp_path, same):
    assert digest(tmp_path, same) == digest(tmp_path, SPEC)


@pytest.mark.parametrize(
    "other",
    [
        SPEC + "cluster: {auto_failback: true}\n",
        SPEC + 'inside: {vlan: "{{ 300 + group }}"}\n',
        SPEC.replace("10.0.0.", "10.0.1."),
        SPEC.replace("ds{{ group }}", "data{{ group }}"),
    ],
)
def test_what_is_wanted_makes_another(tmp_path, other):
    assert not set(digest(tmp_path, other)) & set(digest(tmp_path, SPEC))


def test_the_part_of_the_exercise_may_be_chosen_on_the_command_line(tmp_path):
    assert digest(tmp_path, SPEC, scenario="lb") == digest(tmp_path, SPEC)
