"""Of what kind the model of engine qemu is: words for its dimensions, where its packages come from."""

from __future__ import annotations

import pytest

from esxlab.errors import LabError
from esxlab.sim.qemu import kind as kinds
from esxlab.sim.qemu import model, programs
from esxlab.sim.qemu.kind import chosen_kind, kind_of, own_mirror
from tests import matrix
from tests.spec_text import load_text

DEB822 = """\
Types: deb
# a snapshot
URIs: http://deb.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.example/debian-security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """\
# mirrors
deb [signed-by=/k.gpg] http://deb.example/debian bookworm main contrib
deb http://deb.example/debian-security bookworm-security main
"""


def test_no_word_is_the_model_as_it_always_was(monkeypatch):
    monkeypatch.delenv(kinds.VARIABLE, raising=False)
    kind = chosen_kind()
    assert kind.is_default
    assert kind.release == model.recipe()["suite"]
    assert kind.installed(model.recipe()["installed"]) == model.recipe()["installed"]


def test_words_choose_their_dimension_in_any_order(monkeypatch):
    monkeypatch.setenv(kinds.VARIABLE, "fish, fr_FR.UTF-8 i386")
    kind = chosen_kind()
    assert (kind.release, kind.architecture, kind.locale, kind.shell) == (
        "bookworm",
        "i386",
        "fr_FR.UTF-8",
        "fish",
    )
    packages = kind.installed(model.recipe()["installed"])
    assert "linux-image-686-pae" in packages
    assert "linux-image-cloud-amd64" not in packages
    assert "fish" in packages


def test_a_foreign_architecture_needs_a_program_more_and_says_so(monkeypatch, tmp_path):
    """mmdebstrap refuses without arch-test, after it has begun."""
    monkeypatch.setattr(model, "cache_directory", lambda: tmp_path)
    monkeypatch.setenv(kinds.VARIABLE, "i386")
    asked = {}
    monkeypatch.setattr(model, "require", asked.update)
    monkeypatch.setattr(model, "_build", lambda *_: None)
    model.model_pair()
    assert asked["arch-test"] == "arch-test"
    assert kind_of("trixie").programs == {}


def test_a_kind_with_another_dhcp_client_has_not_the_first_one_besides():
    packages = kind_of("trixie,dhcpcd-base").installed(model.recipe()["installed"])
    assert "dhcpcd-base" in packages
    assert "isc-dhcp-client" not in packages


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        ("jessie", "jessie"),
        ("trixie,bullseye", "bullseye"),
        ("trixie,i386", "no i386 kernel"),
        ("forky", "no isc-dhcp-client"),
    ],
)
def test_what_cannot_be_built_is_said_before_anything_is(monkeypatch, words, detail):
    monkeypatch.setenv(kinds.VARIABLE, words)
    monkeypatch.setattr(model, "require", lambda _: pytest.fail("it began"))
    with pytest.raises(LabError) as caught:
        model.model_pair()
    assert caught.value.code == "sim.model_kind"
    assert detail in caught.value.detail
    assert "fr_FR.UTF-8" in caught.value.facts["choices"]


def test_each_kind_has_a_place_of_its_own_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(model, "cache_directory", lambda: tmp_path)
    monkeypatch.setattr(model, "require", lambda _: None)
    monkeypatch.setattr(model, "_build", lambda directory, _: (directory / "modeleD9.vmdk").touch())
    places = []
    for row in matrix.ROWS:
        monkeypatch.setenv(kinds.VARIABLE, row.model)
        places.append(model.model_pair().parent)
    assert len(set(places)) == len({kind_of(row.model) for row in matrix.ROWS})


def test_another_release_comes_from_the_same_mirror_by_the_same_key():
    assert own_mirror(DEB822, "trixie") == (
        "Types: deb\n# a snapshot\nURIs: http://deb.example/debian\nSuites: trixie\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    one = own_mirror(ONE_LINE, "trixie")
    assert one == "deb [signed-by=/k.gpg] http://deb.example/debian trixie main contrib\n"


def test_the_matrix_has_every_pair_of_words_that_a_mirror_has():
    models = ("", *(row.model for row in matrix.ROWS))  # the first is `make test-real`'s
    assert matrix.pairs_to_cover() <= matrix.pairs_covered(models)
    assert len({row.name for row in matrix.ROWS}) == len(matrix.ROWS)


def test_a_row_that_is_not_there_is_told_and_what_a_rows_model_needs_is_named_first(monkeypatch, capsys):
    monkeypatch.setattr(programs.shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("MATRIX", "three-servers")
    matrix.main()
    assert capsys.readouterr().out == "\n"
    monkeypatch.setenv("MATRIX", "three-servers i386-french")
    matrix.main()
    assert capsys.readouterr().out == "arch-test\n"
    monkeypatch.setenv("MATRIX", "three-servers i386")
    with pytest.raises(SystemExit, match=r"no such row: i386 .*bullseye-i386"):
        matrix.chosen()


def test_a_row_that_was_never_run_stands_in_the_table_and_so_does_what_no_mirror_has():
    ran = {
        "model": "bookworm,amd64",
        "when": "2026-11-30",
        "result": "green",
        "seen": "SRV2 | after 15 s",
        "times": {"model": 90.0},
    }
    text = matrix.render({"rows": {"student": ran}})
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines() if " | " in line}
    assert "| green | 2026-11-30 | 1.5 | SRV2 \\| after 15 s |" in lines["student"]
    assert all("never run" in lines[row.name] for row in matrix.ROWS if row.name != "student")
    assert "trixie i386: Debian 13 has no i386 kernel" in text
    assert "Debian 9 and 10" in text


@pytest.mark.parametrize("row", matrix.ROWS, ids=lambda row: row.name)
def test_each_rows_spec_is_one_that_a_teacher_may_have(row, tmp_path):
    spec = load_text(row.spec_text, tmp_path)
    groups = [spec.group(number) for number in ((1, 2) if row.groups == "1-2" else (1,))]
    assert {group.scenario for group in groups} == {row.scenario}
