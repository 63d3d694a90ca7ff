"""The sheets, read again: each page has its own group's names, addresses and ports, and no other's."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.class_list.students import Student
from esxlab.cli.group import esxlab
from esxlab.errors import LabError
from esxlab.lesson.content import build_sheet
from esxlab.lesson.html import sheets_html
from esxlab.lesson.pdf import sheets_pdf
from esxlab.lesson.there import GroupThere, MachineThere
from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.group_specs import group_spec

GROUPS = range(1, 31)
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)")
SHARED = """\
class: sio1
groups: 1-30
vsphere: {host: vcenter.example, user: prof, esxi: esxi1.example, datastore: ds}
inside: {network: "172.{{ 16 + group }}.0.0/16"}
outside: {network: 192.16.192.0/22, port_group: sio1-outside, vlan: 200}
router:
  host: 10.0.0.1
  outside: FastEthernet0/0
  outside_address: 192.16.193.20
  outside_port: "{{ 8000 + group }}"
  inside: "FastEthernet0/1.{{ 100 + group }}"
machines:
  repartiteur1: {outside: "192.16.192.{{ 30 + group }}"}
balancer: {address: "192.16.192.{{ 100 + group }}"}
clients:
  ClientA: {outside: "192.16.194.{{ group }}"}
  ClientB: {outside: "192.16.195.{{ group }}"}
"""
"""Thirty groups behind one router, each on an inside network of its own."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    path = tmp_path_factory.mktemp("class") / "esxlab.yaml"
    path.write_text(SHARED, "utf-8")
    return load_class_spec(path)


def students(number):
    return [
        Student(0, f"ŁÉGER{number:02d}x", "Zoé", number),
        Student(0, f"NGUYỄN{number:02d}x", "Œdipe", number),
    ]


def pages(pdf, tmp_path):
    """The text of each page, as it is copied."""
    (tmp_path / "sheets.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(tmp_path / "sheets.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\f")[:-1]


def own_addresses(number, part):
    """What the spec above gives this group, written out."""
    inside = f"172.{16 + number}"
    common = {f"{inside}.193.{host}" for host in (10, 40, 253, 254)} | {f"{inside}.0.0", "192.16.192.0"}
    common |= {f"192.16.192.{30 + number}", "192.16.193.20", f"192.16.194.{number}", "10.0.0.1"}
    ha = {f"{inside}.193.100", f"{inside}.193.30"}
    lb = {f"192.16.195.{number}", f"192.16.192.{100 + number}"}
    return common | (ha if part == "ha" else lb)


@borrows("pdftotext")
@pytest.mark.parametrize(("part", "language"), [("ha", "fr"), ("lb", "en")])
def test_thirty_groups_have_a_page_each_with_what_is_theirs_alone(tmp_path, shared, part, language):
    texts.set_language(language)
    specs = shared.with_scenario(part).groups()
    sheets = [build_sheet(spec, students(spec.group.number)) for spec in specs]
    content = sheets_pdf(sheets, "class")
    read = pages(content, tmp_path)
    assert len(read) == len(GROUPS)
    assert content.count(b"/Dest [") == len(GROUPS)  # bookmarks
    for number, page in zip(GROUPS, read, strict=True):
        assert set(IPV4.findall(page)) == own_addresses(number, part)
        assert set(re.findall(r"\w+(?=\d\dx)", page)) == {"ŁÉGER", "NGUYỄN"}
        assert set(re.findall(r"(\d\d)x", page)) == {f"{number:02d}"}
        assert f"NGUYỄN{number:02d}x Œdipe" in page
        ports = set(re.findall(r":(8\d\d\d)\b", page))
        assert ports == ({str(8000 + number)} if part == "ha" else set())
        assert {f"g{number:02d}"} == set(re.findall(r"\bg\d\d(?=-)", page))
        assert f"FastEthernet0/1.{100 + number}" in page


def test_the_html_says_what_the_pdf_says_and_obeys_no_name(shared):
    spec = shared.group(7)
    nasty = [Student(0, "<script>alert(1)</script>", '"&', 7)]
    (sheet,) = [build_sheet(spec, nasty)]
    page = sheets_html([sheet], sheet.title).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    found = set(IPV4.findall(re.sub(r"<svg.*?>", "<svg>", page)))
    assert found == own_addresses(7, "ha")


@borrows("pdftotext")
def test_many_servers_and_long_names_are_one_page_still(tmp_path):
    spec = tmp_path / "esxlab.yaml"
    more = "".join(f"  web{n}: {{inside: 172.16.193.{50 + n}}}\n" for n in range(14))
    spec.write_text(
        "class: c\ngroups: 1\nscenario: lb\nrouter: none\nmachines:\n" + more
        + "vsphere: {host: v.example, esxi: e.example, user: u, datastore: d}\n",
        "utf-8",
    )  # fmt: skip
    many = [Student(0, "X" * 120, "Y" * 120, 1)] * 30
    (page,) = pages(sheets_pdf([build_sheet(load_class_spec(spec).group(1), many)], "c"), tmp_path)
    assert all(f"172.16.193.{50 + n}" in page for n in range(14))


def test_what_is_there_stands_beside_what_is_planned():
    machines = (MachineThere("srvweb1", "g07-srvweb1", "on", "198.51.100.7", ()),)
    sheet = build_sheet(group_spec(), there=GroupThere(machines))
    rows = {row[0]: row[-1] for row in sheet.tables[0].rows}
    assert rows["srvweb1"] == "on 198.51.100.7"
    assert rows["srvweb2"] == "absent"
    assert sheet.tables[0].head[-1] == "now"
    assert build_sheet(group_spec()).tables[0].head[-1] == "outside"
    unseen = build_sheet(group_spec(), there=GroupThere())
    assert {row[-1] for row in unseen.tables[0].rows} == {"unknown"}  # absent would be more than is known


@borrows("pdftotext")
@pytest.mark.parametrize(
    ("holders", "language", "said"),
    [
        (("srvweb2",), "en", "at srvweb2"),
        (("srvweb1", "srvweb2"), "fr", "sur srvweb1, srvweb2"),
        ((), "en", "at no machine"),
        (None, "fr", "inconnu"),
    ],
)
def test_a_live_sheet_says_where_the_shared_address_is(tmp_path, holders, language, said):
    texts.set_language(language)
    machines = tuple(
        MachineThere(name, name, "on", "198.51.100.7", ())
        for name in ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB")
    )
    held = None if holders is None else {"172.16.193.30": holders}
    sheet = build_sheet(group_spec(), there=GroupThere(machines, held))
    (page,) = pages(sheets_pdf([sheet], "c"), tmp_path)
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert any(line.endswith(f"172.16.193.30 {said}") for line in lines)
    html = sheets_html([sheet], sheet.title).decode()
    assert f"<td>172.16.193.30</td><td></td><td>{said}</td>" in html


class Desk:
    """A spec with a class list, and the files that `sheet` writes."""

    def __init__(self, tmp_path, monkeypatch, listed):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
        self.out = tmp_path / "out"
        self.spec = tmp_path / "esxlab.yaml"
        changed = SHARED.replace("groups: 1-30", "groups: 1-3")
        self.spec.write_text(f"{changed}guest: {{password: generated}}\nstudents: l.csv\n", "utf-8")
        (tmp_path / "l.csv").write_text(listed, "utf-8")

    def run(self, command, *words):
        words = (command, *words, "-f", str(self.spec))
        return CliRunner().invoke(
            esxlab, [*words, "--directory", str(self.out)] if command == "sheet" else words
        )

    def content(self):
        found = {}
        for file in self.out.iterdir():
            found[file.name] = (
                subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout.decode()
                if file.suffix == ".pdf"
                else file.read_text("utf-8")
            )
        return found


LISTED = "Nom;Groupe\nZOLA;3\nHUGO;1\nSAND;3\n"


@borrows("pdftotext")
def test_passwords_are_printed_only_when_asked_for_and_only_on_their_own_group(tmp_path, monkeypatch):
    desk = Desk(tmp_path, monkeypatch, LISTED)
    secrets = json.loads(desk.run("secrets", "show", "--yes", "-o", "json").output)["groups"]
    passwords = {each["group"]: each["password"] for each in secrets}
    phrases = {each["group"]: each["phrase"] for each in secrets}
    answer = desk.run("sheet", "--teacher", "-o", "json")
    assert answer.exit_code == 0, answer.output
    silent = {**desk.content(), "json": answer.output}
    names = ("g01", "g02", "g03", "class", "teacher")
    assert set(silent) == {"json", *(f"{name}.{form}" for name in names for form in ("pdf", "html"))}
    for text in silent.values():
        assert not any(secret in text for secret in (*passwords.values(), *phrases.values()))
    assert desk.run("sheet", "--teacher", "--with-passwords").exit_code == 0
    told = desk.content()
    for number in (1, 2, 3):
        for form in ("pdf", "html"):
            page = told[f"g{number:02d}.{form}"]
            assert [other for other, password in passwords.items() if password in page] == [number]
            assert not any(phrase in page for phrase in phrases.values())
    assert all(password in told["teacher.html"] for password in passwords.values())
    assert all(phrase in told["teacher.html"] for phrase in phrases.values())
    assert {file.stat().st_mode & 0o777 for file in desk.out.iterdir()} == {0o600}


@borrows("pdftotext")
def test_the_class_comes_in_the_lists_order_and_the_teacher_has_questions_drills_and_answers(
    tmp_path, monkeypatch
):
    desk = Desk(tmp_path, monkeypatch, LISTED)
    answer = desk.run("sheet", "--teacher", "--format", "pdf")
    assert "group 2 has no student" in answer.stderr
    assert "no student" not in desk.run("sheet", "-g", "1,3", "--format", "html").stderr
    assert answer.stdout.startswith("5 files written to ")
    told = desk.content()
    assert re.findall(r"sio1, group (\d)", told["class.pdf"]) == ["3", "1", "2"]
    assert "ZOLA" not in told["g01.pdf"]
    teacher = told["teacher.pdf"]
    for line in (
        "page-inside:",
        "router:",
        "power:",
        "Steps and answers",
        "192.16.193.20:8003",
        "ZOLA, SAND",
    ):
        assert line in teacher
    assert "deadtime, 10 s" in " ".join(teacher.split())


def test_a_list_with_rows_of_nobody_is_refused_and_no_list_is_no_hindrance(tmp_path, monkeypatch):
    desk = Desk(tmp_path, monkeypatch, "Nom;Groupe\nZOLA;9\n")
    answer = desk.run("sheet", "-o", "json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["errors"][0]["code"] == "students.not_usable"
    assert not desk.out.exists()
    desk.spec.write_text(desk.spec.read_text("utf-8").replace("students: l.csv\n", ""), "utf-8")
    assert desk.run("sheet", "-g", "2", "--format", "html").exit_code == 0
    assert [file.name for file in desk.out.iterdir()] == ["g02.html"]


def test_without_the_extra_html_is_written_and_pdf_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fpdf", None)
    desk = Desk(tmp_path, monkeypatch, LISTED)
    assert desk.run("sheet", "--format", "html").exit_code == 0
    with pytest.raises(LabError, match="esxlab\\[sheets\\]"):
        sheets_pdf([build_sheet(group_spec())], "x")
    answer = desk.run("sheet", "-g", "1", "-o", "json")
    assert (answer.exit_code, json.loads(answer.stdout)["errors"][0]["code"]) == (6, "sheet.not_installed")


def test_a_directory_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    desk = Desk(tmp_path, monkeypatch, LISTED)
    desk.out.write_text("a file", "utf-8")
    answer = desk.run("sheet", "-g", "1")
    assert (answer.exit_code, "[usage.no_directory]" in answer.stderr) == (2, True)


def test_letters_that_the_pdf_lacks_are_told_in_our_words(tmp_path, monkeypatch, caplog):
    """fpdf's own log had stood there, four times, in English."""
    desk = Desk(tmp_path, monkeypatch, "Nom;Groupe\nIvanov Иван;1\n李小李;2\n")
    answer = desk.run("sheet")
    told = [line for line in answer.stderr.splitlines() if "letters" in line]
    assert told == [
        "▲ group 2: the PDF's font has not these letters of its names: 李小; the HTML has them",
    ]
    assert "missing the following glyphs" not in caplog.text
    assert "letters" not in desk.run("sheet", "--format", "html").stderr


def test_the_fonts_come_with_their_licence():
    folder = Path(__file__).parents[2] / "esxlab" / "lesson" / "fonts"
    assert {file.name for file in folder.iterdir()} == {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "LICENSE"}
    assert "Permission is hereby granted" in (folder / "LICENSE").read_text("utf-8")
