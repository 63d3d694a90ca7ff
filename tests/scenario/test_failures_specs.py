"""A spec that is wrong stops the whole command before anything is dialled; the spec's own tests know more."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.cli.group import esxlab
from tests.golden.golden_text import check_golden

pytestmark = pytest.mark.scenario
VSPHERE = "vsphere: {host: vcenter.example, user: prof}\n"
ROUTER = 'router: {host: "10.0.0.{{ group }}"}\n'
WRONG = {
    "typo": f"class: demo\ngroups: 1-2\nscenari: lb\n{VSPHERE}{ROUTER}",
    "type": f"class: demo\ngroups: 1-2\n{VSPHERE}{ROUTER}inside: {{vlan: many}}\nhardware: {{cpus: two}}\n",
    "overlap": f"class: demo\ngroups: 1-2\n{VSPHERE}{ROUTER}outside: {{network: 172.16.0.0/16}}\n",
    "collision": f"class: demo\ngroups: 1-2\n{VSPHERE}router: {{host: 10.0.0.1}}\n",
}


def run(*words, lang, env):
    try:
        return CliRunner().invoke(esxlab, [*words, "--lang", lang], env=env, catch_exceptions=False)
    finally:
        texts.set_language("en")


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("wrong", WRONG)
def test_every_command_refuses_it_with_the_same_words(wrong, lang, tmp_path):
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(WRONG[wrong], encoding="utf-8")
    env = {
        "ESXLAB_SCHOOL": str(tmp_path / "none"),
        "XDG_DATA_HOME": str(tmp_path / "home"),
        "XDG_STATE_HOME": str(tmp_path / "home"),
    }
    said = set()
    for words in (
        ("plan",),
        ("provision", "--yes"),
        ("status",),
        ("verify",),
        ("teardown", "--all", "--yes"),
    ):
        result = run(*words, "-f", str(spec), lang=lang, env=env)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        said.add(result.stderr.replace(str(tmp_path), "~"))
    assert len(said) == 1
    check_golden(f"failures/spec-{wrong}.{lang}.txt", said.pop())
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_program_is_told_in_json(wrong, tmp_path):
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(WRONG[wrong], encoding="utf-8")
    result = run("provision", "--yes", "-o", "json", "-f", str(spec), lang="en", env={})
    document = json.loads(result.stdout)
    assert (result.exit_code, document["schema"]) == (2, "esxlab/provision/1")
    assert all(error["code"] and error["line"] and error["fix"] for error in document["errors"])
