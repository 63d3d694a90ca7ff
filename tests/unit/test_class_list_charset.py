"""A class list in a charset that no byte of it names: read right and said, in doubt said, or refused."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest

from esxlab import texts
from esxlab.class_list.charset import read_words
from esxlab.class_list.read import read_class_list
from esxlab.errors import LabError
from esxlab.foreign import Unreadable
from esxlab.show.glyphs import ASCII
from esxlab.show.students import remark_text, render_remarks

NAMES = ["LEFÈVRE Chloé", "NUÑEZ Hélène", "D'ARTAGNAN Zoé", "Gaël FRANÇOIS", "BENOÎT Maëlys", "CÔTÉ Loïc"]
LIST = "Nom;Prénom;Groupe\n" + "".join(
    f"{last};{first};1\n" for last, first in (name.rsplit(" ", 1) for name in NAMES)
)


def read(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return read_class_list(path, (1,))


@pytest.mark.parametrize(
    ("codec", "name"),
    [("mac_roman", "MacRoman (Macintosh)"), ("cp850", "cp850 (DOS)")],
)
def test_a_list_of_another_system_is_read_and_said(tmp_path, codec, name):
    """é is 8E in MacRoman (Ž in cp1252), and 82 in cp850 (a low quotation mark in cp1252)."""
    found = read(tmp_path, LIST.encode(codec))
    assert [each.name for each in found.students] == NAMES
    (told,) = found.remarks
    assert (told.code, told.line, told.verdict) == ("charset", 1, "warning")
    assert f"read as {name}: `Prénom`" in remark_text(told)


CODECS = ("mac_roman", "cp850", "cp437", "cp1252", "utf-8", "utf-16")
WORDS = ("Zoé", "Hélène", "François", "Élodie", "MAËL", "BENOÎT", "Benoît", "Anaïs", "Jérôme", "LEFÈVRE")


def has(codec, word):
    try:
        return bool(word.encode(codec))
    except UnicodeEncodeError:
        return False


ALONE = [(codec, word) for codec in CODECS for word in WORDS if has(codec, word)]


@pytest.mark.parametrize(("codec", "word"), ALONE)
def test_one_name_is_enough_or_the_doubt_is_told(tmp_path, codec, word):
    """Headings without an accent, and a single name: it is right, or a line says what else it may be."""
    content = f"Nom;Groupe\nDURAND;1\n{word};1\n".encode(codec)
    try:
        found = read(tmp_path, content)
    except LabError as error:
        found, refusal = None, error
    if found is None:
        told = refusal.detail
    elif found.students[1].name == word:
        return
    else:
        (remark,) = found.remarks
        told = f"line {remark.line} {remark_text(remark)}"
    assert "line 3" in told
    assert word in told


@pytest.mark.parametrize("word", ["Cœur", "Œdipe", "Škoda", "12 €"])
def test_what_iso_8859_15_has_in_other_places_than_cp1252(tmp_path, word):
    """œ is BD there (½ in cp1252), € A4 (¤): ISO/IEC 8859-15 against Python's cp1252."""
    found = read(tmp_path, f"Nom;Prénom;Groupe\n{word};Zoé;1\n".encode("iso8859_15"))
    assert found.students[0].name == f"{word} Zoé"
    assert [(each.code, each.line) for each in found.remarks] == [("charset", 1)]


USUAL = ["LEFéVRE", "Škoda", "Žižek", "L\u2019Hermite", "N\u2019Diaye", "Müller", "Straße", "João", "Œdipe"]


@pytest.mark.parametrize("word", USUAL)
def test_a_list_of_windows_is_read_without_a_word(tmp_path, word):
    content = f"Nom;Prénom;N° de groupe\n{word};Chloé \u2013 Zoé « la brève »;1\n"
    found = read(tmp_path, content.encode("cp1252"))
    assert found.students[0].last_name == word
    assert found.remarks == ()


def test_utf_8_that_is_cut_in_the_middle_of_a_letter_is_refused_with_its_line(tmp_path):
    """One byte is lost: the rest would be read as cp1252, `PrÃ©nom`."""
    content = LIST.encode().replace("Hélène".encode(), "Hélène".encode()[:-3] + b"ne")
    with pytest.raises(LabError) as caught:
        read(tmp_path, content)
    assert caught.value.code == "students.unreadable"
    assert "line 1" in caught.value.detail


@pytest.mark.parametrize("name", ["ZoÃ©", "Zo\ufffd"])
def test_letters_that_were_damaged_before_are_told_with_their_line(tmp_path, name):
    found = read(tmp_path, f"Nom;Prénom;Groupe\nPETIT;Chloé;1\nDURAND;{name};1\n".encode())
    assert [(each.code, each.line) for each in found.remarks] == [("damaged_name", 3)]


@pytest.mark.parametrize("byte", [b"\xe9", b"\x8e", b"\xa0", b"\x81"])
def test_a_megabyte_of_one_word_is_judged_in_no_time(byte):
    """Each sign is looked at once: a word of a million letters would take hours otherwise."""
    began = process_time()
    with suppress(Unreadable):
        read_words(byte * (1 << 20))
    assert process_time() - began < 20


def told(tmp_path, text, groups=(1, 2)):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    return [
        (each.code, each.line, each.verdict)
        for each in read_class_list(path, groups).remarks
        if each.code != "empty_group"
    ]


def test_headings_that_are_not_read_and_rows_that_are_too_long_are_told(tmp_path):
    text = "Nom,Prénom,Classe,Groupe,,\nPETIT,Chloé,2SIO,1,,\nDURAND, Paul,Zoé,2SIO,1\nROUX,Léa,2SIO,2\n"
    assert told(tmp_path, text) == [
        ("unread_columns", 1, "note"),
        ("more_cells", 3, "warning"),
        ("unknown_group", 3, "failed"),
    ]
    texts.set_language("fr")
    found = read_class_list(tmp_path / "a.csv", (1, 2))
    shown = render_remarks(found, ASCII, file="a.csv")
    assert "lues\u00a0: «\u00a0Classe\u00a0»" in shown
    assert "ligne 3\u00a0: 5 cellules sous 4 titres" in shown


@pytest.mark.parametrize(
    ("written", "number", "codes"),
    [
        ("Groupe 1, Groupe 2", None, [("several_groups", 2, "failed")]),
        ("1, 2", None, [("several_groups", 2, "failed")]),
        ("1 et 2", None, [("several_groups", 2, "failed")]),
        ("Groupe 1, Groupe 9", None, [("several_groups", 2, "failed")]),
        ("SISR, Groupe 1", 1, [("other_groups", 2, "warning")]),
        ("1, Groupe 1", 1, [("other_groups", 2, "warning")]),
        ("SISR, SLAM", None, [("unknown_group", 2, "failed")]),
        ("Groupe 1", 1, []),
    ],
)
def test_a_student_in_several_groups_is_told_in_plain_words(tmp_path, written, number, codes):
    """Moodle joins a participant's groups by `, ` (group/classes/output/user_groups_editable.php)."""
    assert told(tmp_path, f'Nom,Groupes\nPETIT,"{written}"\n') == codes
    assert read_class_list(tmp_path / "a.csv", (1, 2)).students[0].group == number
