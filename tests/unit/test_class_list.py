"""Class lists as programs export them, with invented names: read right, or refused with their line."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.class_list import rows as reading
from esxlab.class_list.columns import group_number
from esxlab.class_list.read import read_class_list
from esxlab.cli.group import esxlab
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.show.glyphs import ASCII
from esxlab.show.students import render_warnings
from esxlab.spec.digest import spec_digest
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from tests import workbooks

DEMO = (Path(__file__).parents[2] / "specs" / "demo.yaml").read_text("utf-8")
SEEN = [("LEFÈVRE Chloé", 1), ("NUÑEZ Œdipe", 2), ("D'ARTAGNAN Zoé", 1)]

PRONOTE = 'Nom;Prénom;Né(e) le;Classe;Groupe;\r\nLEFÈVRE;Chloé;01/02/2007;2SIO;"GROUPE 1";\r\n'
PRONOTE += 'NUÑEZ;Œdipe;03/04/2007;2SIO;"Groupe 2";\r\nD\'ARTAGNAN;Zoé;;2SIO;G1;\r\n'
MOODLE = (
    'Prénom,"Nom de famille","Adresse de courriel",Groupes\n'
    "Chloé,LEFÈVRE,chloe@lycee.example,Groupe 1\n"
    'Œdipe,NUÑEZ,oedipe@lycee.example,"Groupe 2"\n'
    "Zoé,D'ARTAGNAN,zoe@lycee.example,Groupe 1\n"
)
MOODLE_EN = MOODLE.replace(
    'Prénom,"Nom de famille","Adresse de courriel",Groupes', '"First name",Surname,"Email address",Groups'
)
ENT = (
    '"Id";"Nom";"Prénom";"Identifiant";"Groupes"\n"a-1";"LEFÈVRE";"Chloé";"chloe.lefevre";"gr. 1"\n'
    '"a-2";"NUÑEZ";"Œdipe";"oedipe.nunez";"gr. 2"\n"a-3";"D\'ARTAGNAN";"Zoé";"zoe.dartagnan";"gr. 1"\n'
)
TITLED = "Lycée Exemple;;\n;;\nListe de la 2SIO;;\nÉlève;N° de groupe;E-mail\n"
TITLED += "LEFÈVRE Chloé;01;\nNUÑEZ Œdipe;02;\n\nD'ARTAGNAN  Zoé ; 1 ;\n"
TABS = "NOM\tPRENOM\tEQUIPE\nLEFÈVRE\tChloé\t1\nNUÑEZ\tŒdipe\t2\nD'ARTAGNAN\tZoé\t1\n"
QUOTED = 'groupe,"Nom ","prénom"\n1,"LEFÈVRE","Chloé"\n2,"NUÑEZ","Œdipe"\n1,"D\'ARTAGNAN","Zoé"\n'
ROWS = [
    ["Nom", "Prénom", "Groupe"],
    ["LEFÈVRE", "Chloé", 1],
    ["NUÑEZ", "Œdipe", 2.0],
    ["D'ARTAGNAN", "Zoé", "G1"],
]
LISTS = {
    "pronote, cp1252": ("a.csv", PRONOTE.encode("cp1252")),
    "pronote, utf-8 with bom": ("a.csv", PRONOTE.encode("utf-8-sig")),
    "pronote, with sep=": ("a.CSV", f"sep=;\r\n{PRONOTE}".encode("cp1252")),
    "moodle, utf-8": ("a.csv", MOODLE.encode()),
    "moodle in english": ("a.csv", MOODLE_EN.encode()),
    "ent, utf-8": ("a.csv", ENT.encode()),
    "ent, utf-16 big endian": ("a.csv", b"\xfe\xff" + ENT.encode("utf-16-be")),
    "excel, unicode text (utf-16, tabs)": ("a.csv", TABS.encode("utf-16")),
    "utf-16 without bom": ("a.csv", TABS.encode("utf-16-le")),
    "excel, french csv": ("a.csv", TABS.replace("\t", ";").replace("\n", "\r\n").encode("cp1252")),
    "a title above, one column of names": ("a.csv", TITLED.encode()),
    "all quoted, group first": ("a.csv", QUOTED.encode()),
    "decomposed accents, old mac line ends": (
        "a.csv", TABS.replace("é", "e\u0301").replace("\n", "\r").encode()
    ),
    "xlsx": ("a.xlsx", workbooks.xlsx(ROWS)),
    "xlsx, second sheet": ("a.xlsx", workbooks.xlsx([["Notes"]], ROWS)),
    "ods": ("a.ods", workbooks.ods(ROWS)),
}  # fmt: skip


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", LISTS)
def test_each_export_is_read(tmp_path, kind):
    found = read_class_list(written(tmp_path, *LISTS[kind]), (1, 2))
    assert [(each.name, each.group) for each in found.students] == SEEN
    assert [each for each in found.remarks if each.code != "unread_columns"] == []


def test_mail_and_login_are_read(tmp_path):
    found = read_class_list(written(tmp_path, *LISTS["moodle, utf-8"]), (1, 2))
    assert found.students[0].mail == "chloe@lycee.example"
    found = read_class_list(written(tmp_path, *LISTS["ent, utf-8"]), (1, 2))
    assert [(each.login, each.line) for each in found.students][2] == ("zoe.dartagnan", 4)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("07", 7), ("Groupe n° 12", 12), ("TP_03", 3), ("7.0", 7), ("Équipe-4", 4), ("0", None)]
    + [(word, None) for word in ("", "2SIO", "7a", "1, 2", "G", "1000", "7.5", "\u0667", "-")],
)  # fmt: skip
def test_the_number_in_a_groups_name(text, number):
    assert group_number(text) == number


ODD = """\
Nom;Prénom;Groupe
MARTIN;Léa;1
;;2
MARTIN;Lea;1
DURAND;Paul;
"PETIT";"Jean

Luc";9
ROUX;Ana;B
"""


def test_what_is_odd_is_told_with_its_line(tmp_path):
    texts.set_language("fr", typeset=False)
    found = read_class_list(written(tmp_path, "a.csv", ODD), (1, 2))
    told = [(each.line, each.verdict, each.code) for each in found.remarks]
    assert told == [
        (3, "failed", "no_name"),
        (4, "warning", "same_name"),
        (5, "warning", "no_group"),
        (6, "failed", "unknown_group"),
        (9, "failed", "unknown_group"),
        (0, "warning", "empty_group"),
    ]
    assert found.students[3].name == "PETIT Jean Luc"


def refused(tmp_path, content, name="a.csv"):
    with pytest.raises(LabError) as caught:
        read_class_list(written(tmp_path, name, content), (1, 2))
    return caught.value


def test_a_list_without_headings_or_with_two_of_a_kind_is_refused(tmp_path):
    assert refused(tmp_path, "MARTIN;Léa;1\n").code == "students.no_heading"
    twice = refused(tmp_path, "\n\nNom;Nom de famille;Groupe\nA;B;1\n")
    assert (twice.code, twice.where[-2:]) == ("students.two_columns", ":3")
    assert "`Nom`" in str(twice)
    (told,) = read_class_list(written(tmp_path, "b.csv", "Nom;Prénom\nA;B\n"), (1,)).remarks
    assert (told.code, told.line, told.verdict) == ("no_group_column", 1, "failed")


FAR = workbooks.sheet(ROWS).replace('r="A4"', 'r="XFD1048576"')
REPEATED = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value-type="string" '
    'table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell></table:table-row>'
)
OFTEN = re.sub(r'"1[0-9]{4,}"', '"999"', REPEATED)


def damaged(method):
    """A workbook whose first part cannot be unpacked: each method has an error of its own, without a base."""
    content = bytearray(workbooks.ods(ROWS, method=method))
    at = 30 + len("mimetype")  # APPNOTE.TXT, 4.3.7: the local header, the name, then the data
    content[at : at + 12] = b"\xff" * 12
    return bytes(content)


NASTY = {
    **{f"damaged, method {method}": ("a.ods", damaged(method)) for method in (8, 12, 14)},
    "no closing quote": ("a.csv", b'Nom;Groupe\n"MARTIN;1\nDURAND;2\n'),
    "zeros": ("a.csv", b"Nom;Groupe\n" + bytes(500)),
    "a byte that no encoding has": ("a.csv", b"Nom;Groupe\nL\x81A;1\n"),
    "half a sign of utf-16": ("a.csv", "Nom;Groupe\n".encode("utf-16") + b"\x00"),
    "too large": ("a.csv", b"Nom;Groupe\n" + b"MARTIN;1\n" * 150_000),
    "too many rows": ("a.csv", b"Nom;Groupe\n" + b"MARTIN;1\n" * 6_000),
    "a row without end": ("a.csv", b"Nom;Groupe\n" + b";" * 300_000 + b"x\n"),
    "a cell without end": ("a.csv", b'Nom;Groupe\n"' + b"x" * 200_000 + b'";1\n'),
    "no archive": ("a.xlsx", b"Nom;Groupe\nMARTIN;1\n"),
    "half an archive": ("a.xlsx", workbooks.xlsx(ROWS)[:-60]),
    "an archive of something else": ("a.xlsx", workbooks.packed({"word/document.xml": "<a/>"})),
    "broken xml": ("a.xlsx", workbooks.xlsx(ROWS, extra={"xl/workbook.xml": "<workbook><sheets"})),
    "a bomb": ("a.xlsx", workbooks.xlsx(ROWS, extra={"xl/sharedStrings.xml": b" " * (40 << 20)})),
    "a cell at the other end": ("a.xlsx", workbooks.xlsx(ROWS, extra={"xl/worksheets/sheet1.xml": FAR})),
    "an old binary workbook": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "a far cell in a sheet with another name": (
        "a.xlsx",
        workbooks.xlsx(ROWS, extra={"xl/elsewhere.xml": FAR}),
    ),
    "a few cells, repeated": (
        "a.ods",
        workbooks.ods(ROWS, tail=re.sub(r'"1[0-9]{4,}"', '"999"', REPEATED) * 9),
    ),
    "ods of a million rows": ("a.ods", workbooks.ods(ROWS, tail=REPEATED * 6000)),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", NASTY)
def test_what_cannot_be_a_class_list_is_refused_with_its_reason(tmp_path, kind):
    name, content = NASTY[kind]
    error = refused(tmp_path, content, name)
    assert error.code == "students.unreadable"
    assert error.detail


UNFIT = {
    "a table that is not closed": workbooks.ods(ROWS, tail="<table:table>"),
    "an entity": workbooks.ods(ROWS, before='<!DOCTYPE x [<!ENTITY y "z">]>'),
    "another encoding": workbooks.ods(ROWS, before='<?xml version="1.0" encoding="utf-16"?>'),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_the_library_is_given_no_document_that_it_may_read_for_ever(tmp_path, kind, monkeypatch):
    """calamine 0.9.1 does not come back from an ODS whose table is not closed."""
    given = []
    monkeypatch.setattr("python_calamine.load_workbook", given.append)
    assert refused(tmp_path, UNFIT[kind], "a.ods").code == "students.unreadable"
    assert given == []


def test_a_sheet_filled_to_its_end_is_read(tmp_path):
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    found = read_class_list(written(tmp_path, "a.ods", workbooks.ods(ROWS, tail=blank)), (1, 2))
    assert len(found.students) == 3


def test_without_the_extra_a_workbook_names_it_and_csv_is_read(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    assert refused(tmp_path, workbooks.xlsx(ROWS), "a.xlsx").code == "students.not_installed"
    assert read_class_list(written(tmp_path, *LISTS["moodle, utf-8"]), (1, 2)).students


def test_a_long_cell_is_cut_and_nothing_in_it_steers_a_terminal(tmp_path):
    text = f"Nom;Groupe\n{'x' * 1000};1\nEVE\u202e\x1b[31m;2\n"
    long, steering = read_class_list(written(tmp_path, "a.csv", text), (1, 2)).students
    assert len(long.name) == reading.SIGNS_LIMIT + 1
    assert steering.name == r"EVE\u202e\x1b[31m"


def spec_with(tmp_path, content, name="liste.csv"):
    written(tmp_path, name, content)
    return written(tmp_path, "esxlab.yaml", f"{DEMO}\nstudents: {name}\n")


def run(*arguments):
    return CliRunner().invoke(esxlab, ["students", *map(str, arguments)])


def test_formulas_stay_text_and_are_no_formula_in_csv(tmp_path):
    rows = [["Nom", "Prénom", "Groupe"], ["=cmd|'/C calc'!A0", "+1+1", 1], ["@SUM(1)", "-2", 2]]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    spec = spec_with(tmp_path, text.getvalue())
    names = [
        each["last_name"] for each in json.loads(run("show", "-f", spec, "-o", "json").output)["students"]
    ]
    assert names == ["=cmd|'/C calc'!A0", "@SUM(1)"]
    cells = list(csv.reader(io.StringIO(run("show", "-f", spec, "-o", "csv").output)))
    assert [row[1][:2] for row in cells[1:]] == ["'=", "'@"]
    book = spec_with(tmp_path, workbooks.xlsx(rows), "liste.xlsx")
    first = json.loads(run("show", "-f", book, "-o", "json").output)["students"][0]
    assert first["last_name"] == "computed"  # what Excel had written beside its formula


def test_the_commands_tell_and_end_with_their_exit_codes(tmp_path):
    spec = spec_with(tmp_path, ODD)
    answer = run("check", "-f", spec)
    assert answer.exit_code == 2
    assert "line 9: ROUX Ana: the spec has no group `B`" in answer.output
    assert json.loads(run("check", "-f", spec, "-o", "json").output)["remarks"][0]["line"] == 3
    fine = spec_with(tmp_path, LISTS["pronote, cp1252"][1])
    answer = run("check", "-f", fine, "--lang", "fr", "--plain")
    assert answer.exit_code == 0
    assert "le groupe 3 n" in answer.output
    shown = run("show", "-f", fine, "-g", "2")
    assert "NUÑEZ" in shown.output
    assert "LEFÈVRE" not in shown.output
    (tmp_path / "liste.csv").unlink()
    assert run("check", "-f", fine).exit_code == 2


def test_the_list_changes_nothing_that_leaves_this_computer(tmp_path):
    """Another list, or a list that is not here, is the same spec: the same lab, the same digest."""
    bare = load_class_spec(written(tmp_path, "bare.yaml", DEMO))
    named = load_class_spec(spec_with(tmp_path, PRONOTE))
    (tmp_path / "liste.csv").unlink()
    assert load_class_spec(named.path).students == tmp_path / "liste.csv"
    for plain, listed in zip(bare.groups(), named.groups(), strict=True):
        assert plain == listed
        assert spec_digest(plain) == spec_digest(listed)
        assert build_lab(plain, phrase="a") == build_lab(listed, phrase="a")
        assert "liste" not in repr(listed)


@pytest.mark.parametrize(("value", "code"), [("[1]", "E107"), ("liste.xls", "E201"), ('"a;b.csv"', "E201")])
def test_a_wrong_value_of_the_key_has_its_place(tmp_path, value, code):
    with pytest.raises(SpecProblems) as caught:
        load_class_spec(written(tmp_path, "esxlab.yaml", f"{DEMO}\nstudents: {value}\n"))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_groups_without_a_student_are_one_line_of_the_chosen_ones(tmp_path):
    file = tmp_path / "l.csv"
    file.write_text("Nom;Groupe\nZOLA;4\n", "utf-8")
    listed = read_class_list(file, range(1, 8))
    assert [line[2:] for line in render_warnings(listed, ASCII)] == ["groups 1-3,5-7 have no student"]
    assert [line[2:] for line in render_warnings(listed, ASCII, [4, 6])] == ["group 6 has no student"]
    assert render_warnings(listed, ASCII, [4]) == []
    assert len([remark for remark in listed.remarks if remark.code == "empty_group"]) == 6  # in JSON each
