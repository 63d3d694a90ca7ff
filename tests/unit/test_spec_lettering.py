"""A spec as Notepad, a French keyboard or a word processor leaves it: read, or its line and cause named."""

# ruff: noqa: RUF001 - these signs are what it is about

from __future__ import annotations

import time

import pytest

from esxlab.spec.lettering import straighten
from esxlab.spec.limits import MAX_BYTES
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from esxlab.spec.ranges import parse_groups

SPEC = "class: sio2\ngroups: 1-2\nvsphere: {host: vc.example, esxi: e.example}\nrouter: none\n"


def load(tmp_path, content):
    path = tmp_path / "spec.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_class_spec(path)


def problem_of(tmp_path, content):
    with pytest.raises(SpecProblems) as caught:
        load(tmp_path, content)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
@pytest.mark.parametrize("comment", ["", "# élèves de l’après-midi\n"])
def test_an_encoding_that_the_first_bytes_tell_is_read(tmp_path, encoding, comment):
    """YAML 1.2.2, 5.2; Notepad's "Unicode" and "Unicode big endian" are UTF-16 with a mark."""
    text = (comment + SPEC).replace("\n", "\r\n")
    assert load(tmp_path, text.encode(encoding)).group_numbers == (1, 2)


@pytest.mark.parametrize(
    ("encoding", "byte", "guess"),
    [("cp1252", "0xC9", "Étudiants"), ("latin-1", "0xC9", "Étudiants"), ("cp850", "0x90", None)],
)
def test_an_encoding_that_nothing_tells_is_named_where_it_begins_to_matter(tmp_path, encoding, byte, guess):
    text = SPEC + "inside:\n  port_group: Étudiants\n"
    problem = problem_of(tmp_path, text.encode(encoding))
    assert (problem.code, problem.line, problem.column) == ("E113", 6, 15)
    facts = dict(problem.facts)
    assert facts["byte"] == byte
    if guess:
        assert facts["guess"] == guess
        assert problem.source_line == "  port_group: Étudiants"
    assert "UTF-8" in problem.remedy


def test_a_secret_on_such_a_line_is_not_shown(tmp_path):
    problem = problem_of(tmp_path, (SPEC + "password: hélas\n").encode("cp1252"))
    assert "las" not in problem.text()


@pytest.mark.parametrize(
    ("line", "straight"),
    [
        ("host: “vc.example”", 'host: "vc.example"'),
        ("host: « vc.example »", 'host: "vc.example"  '),
        ("host: «\u00a0vc.example\u00a0» # là", 'host: "vc.example"   # là'),
        ("host: „vc.example“", 'host: "vc.example"'),
        ("host: ‘vc.example’", 'host: "vc.example"'),
        ("“host”: vc", '"host": vc'),
        ("{host: “10.0.0.{{ group }}”, esxi: “e”}", '{host: "10.0.0.{{ group }}", esxi: "e"}'),
        ("- «\u202fapache2\u202f»", '- "apache2"  '),
        ("[“a, b”, ‘c’]", '["a, b", "c"]'),
        ("host\u00a0: vc", "host : vc"),
        ("host\u202f:\u00a0vc", "host : vc"),
        ("\u00a0\u00a0host: vc\u00a0", "  host: vc "),
        ("{host\u00a0: vc,\u00a0esxi\u00a0: e}", "{host : vc, esxi : e}"),
    ],
)
def test_what_is_certain_is_read_in_the_same_columns(line, straight):
    assert straighten(line) == (straight, [])
    assert len(line) == len(straight)


@pytest.mark.parametrize(
    "line",
    [
        "datastore: Salle “12”",
        "datastore: Salle, “12”",
        "datastore: VM’s d’élèves",
        "datastore: Salle\u00a012",
        "datastore: Salle,\u00a0étage",
        "datastore: A -\u00a0B",
        'datastore: "“NAS”\u00a0: é"',
        "datastore: '« NAS »'",
        "# « une » remarque\u00a0: là",
        "datastore: NAS # « une » remarque\u00a0: là",
    ],
)
def test_a_name_stays_as_it_is_to_the_letter(line):
    assert straighten(line) == (line, [])


@pytest.mark.parametrize(
    ("line", "sign", "meant", "column"),
    [
        ("  host: “vc.example", "“", '"', 9),
        ('  host: “vc.example"', "“", '"', 9),
        ("  host: «vc” # là", "«", '"', 9),
        ("  – apache2", "–", "-", 3),
        ("class： sio2", "：", ":", 6),
    ],
)
def test_what_is_not_certain_is_named_with_its_line_and_sign(tmp_path, line, sign, meant, column):
    problem = problem_of(tmp_path, f"{SPEC}cluster:\n{line}\n")
    assert (problem.code, problem.line, problem.column) == ("E114", 6, column)
    assert dict(problem.facts) == {"key": "", "sign": sign, "meant": meant}
    assert "bracket" not in problem.text()


def test_the_remedy_of_an_odd_sign_helps(tmp_path):
    """Straight quotes around the whole: YAML's own, and read to the letter."""
    text = SPEC.replace("esxi: e.example", 'esxi: e.example, staging: "“Salle 12"')
    with pytest.raises(SpecProblems) as caught:
        load(tmp_path, text.replace('"“Salle 12"', "“Salle 12"))
    assert [problem.code for problem in caught.value.problems] == ["E114"]
    assert straighten(text) == (text, [])


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212")
def test_a_range_with_a_typographic_dash_is_one(dash):
    assert parse_groups(f"1{dash}3,7") == (1, 2, 3, 7)


def test_an_invisible_character_is_named(tmp_path):
    problem = problem_of(tmp_path, SPEC.encode() + b"\0\0")
    assert (problem.code, dict(problem.facts)["sign"]) == ("E108", "U+0000")


@pytest.mark.parametrize("sign", ["“", "« a » ", "é, ", "é: ", "\u00a0", "\u00a0: ", "{“a”, ", '"é', "é' "])
def test_the_longest_line_costs_no_square_of_its_length(sign):
    began = time.process_time()
    straighten(sign * (MAX_BYTES // len(sign)))
    assert time.process_time() - began < 5
