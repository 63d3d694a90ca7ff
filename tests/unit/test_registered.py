"""Exercises are found by what packages have registered: esxlab's own, and one from outside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from esxlab import registered, texts
from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks, build_drills, build_lab
from tests.group_specs import group_spec

OUTSIDE = """
from dataclasses import replace
from esxlab.exercises.lb import LB

def drills(spec, setup):
    return LB.drills["server"](spec, setup)

PAGES = replace(LB, drills={"one": drills})
"""
OWN_PART = """
from pydantic import Field
from esxlab.spec import fields as f
from esxlab.spec.part import AddressField, ExercisePart, Part

class SheetPart(Part):
    # A sheet.
    address: f.Address = Field(description="where it hangs")

def address_fields(draft):
    yield AddressField(("sheet", "address"), "inside", draft.part(SheetPart).address)

def resolve(draft):
    return draft.addresses["sheet", "address"]

PART = ExercisePart("sheet", SheetPart, {"address": "172.16.193.99"}, address_fields, resolve)
PAGES = replace(PAGES, part=PART)
"""


@pytest.fixture(autouse=True)
def forget():
    caches = (registered.names, registered.exercise, registered._found)
    for cache in caches:
        cache.cache_clear()
    yield
    sys.modules.pop("outside_pages", None)
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Lay a package into a directory of its own, as pip does."""

    def lay(package, **exercises):
        place = tmp_path / package
        metadata = place / f"{package}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (place / "outside_pages.py").write_text(OUTSIDE + OWN_PART)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "".join(f"{name} = {value}\n" for name, value in exercises.items())
        (metadata / "entry_points.txt").write_text(f"[{registered.GROUP}]\n{lines}")
        monkeypatch.syspath_prepend(place)

    return lay


def test_our_own_are_registered_as_any_other():
    assert {"ha", "lb"} <= set(registered.names())


def test_a_package_from_outside_adds_one(install):
    install("pages", pages="outside_pages:PAGES")
    assert "pages" in registered.names()
    spec = group_spec(scenario="pages")
    lab = build_lab(spec, phrase="sesame")
    assert (
        lab.machine("repartiteur1").guest
        == build_lab(group_spec(scenario="lb"), phrase="x").machine("repartiteur1").guest
    )
    assert "balancer-table" in {check.name for check in build_checks(spec, wanted=lab, found=lab)}
    assert [drill.name for drill in build_drills(spec, wanted=lab, found=lab, names=["one"])] == ["server"]


def test_a_spec_may_name_it_and_holds_its_part(install, tmp_path):
    """In a process of its own: the spec's types are made once."""
    install("pages", pages="outside_pages:PAGES")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'pages')!r});"
        "from pathlib import Path; from esxlab.spec.load import load_class_spec;"
        "from esxlab.spec.schema import json_schema; from ipaddress import IPv4Interface;"
        "group = load_class_spec(Path(sys.argv[1])).group(1);"
        "print(group.scenario, group.part(IPv4Interface), *json_schema()['$defs']['SheetPart']['properties'])"
    )
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(
        "class: a\ngroups: 1\nscenario: pages\nvsphere: {host: h}\nrouter: none\n"
        "inside: {network: 10.1.0.0/16}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, spec], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("pages 10.1.193.99/16 address\n", "")


def refused(ask):
    with pytest.raises(LabError) as caught:
        ask()
    for language in texts.LANGUAGES:
        texts.set_language(language)
        assert str(caught.value)
    texts.set_language("en")
    return caught.value


def test_two_packages_that_register_one_name_are_told_apart_by_nobody(install):
    install("pages", pages="outside_pages:PAGES")
    install("sheets", pages="outside_pages:PAGES")
    error = refused(registered.names)
    assert error.code == "scenario.twice"
    assert error.facts["packages"] in {"pages, sheets", "sheets, pages"}


@pytest.mark.parametrize("value", ["outside_pages:NOTHING", "no_such_module:PAGES"])
def test_what_cannot_be_loaded_names_its_package(install, value):
    install("pages", pages=value)
    error = refused(lambda: registered.exercise("pages"))
    assert (error.code, error.facts["package"]) == ("scenario.broken", "pages")


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("from esxlab.exercises.exercise import Exercise\nPAGES = Exercise(oldname=1)\n", "TypeError: "),
        ("raise RuntimeError('no licence')\n", "RuntimeError: no licence"),
        ("raise KeyError('x')\n", "KeyError: 'x'"),
        ("import sys; sys.exit('asks for Python 4')\n", "SystemExit: asks for Python 4"),
        ("class PAGES: texts, french = 7, {}\n", "AttributeError: "),
    ],
)
def test_whatever_somebody_elses_module_raises_is_theirs(install, tmp_path, module, said):
    """And it stops nobody who does not name it."""
    install("pages", pages="broken_pages:PAGES")
    (tmp_path / "pages" / "broken_pages.py").write_text(module)
    try:
        error = refused(lambda: registered.exercise("pages"))
        assert (error.code, error.facts["package"]) == ("scenario.broken", "pages")
        assert error.detail.startswith(said)
        assert registered.exercise("ha") in registered.sound()
        registered.load_all()
        spec = tmp_path / "esxlab.yaml"
        for scenario, status in (("ha", 0), ("pages", 2)):
            spec.write_text(
                f"class: a\ngroups: 1\nscenario: {scenario}\nvsphere: {{host: h}}\nrouter: none\n"
            )
            done = checked(spec, tmp_path / "pages")
            assert "A bug" not in done.stdout + done.stderr
            assert done.returncode == status, done.stdout + done.stderr
            assert ("package pages registers" in done.stdout + done.stderr) is (scenario == "pages")
    finally:
        sys.modules.pop("broken_pages", None)


def checked(spec, place):
    """`sheet` in a process of its own: the spec's types are made once."""
    code = f"import sys; sys.path.insert(0, {str(place)!r}); from esxlab.cli.main import main; main()"
    words = [sys.executable, "-c", code, "sheet", "-f", str(spec), "--format", "html"]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=60, cwd=spec.parent)


def test_without_any_the_installation_is_at_fault(monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    assert refused(registered.names).code == "scenario.none"


def test_a_text_of_somebody_elses_is_not_taken_over():
    texts.add({"check.of_a_test": ("now?", "maintenant ?")})
    texts.add({"check.of_a_test": ("now?", "maintenant ?")})
    with pytest.raises(ValueError, match="of_a_test"):
        texts.add({"check.of_a_test": ("then?", "alors ?")})
    assert texts.say("check.of_a_test") == "now?"
    del texts.catalogue()["check.of_a_test"]
