"""What is wider than the terminal is broken between words; what is for copying, or quoted, is not."""

from __future__ import annotations

from esxlab.show.folding import fold
from esxlab.show.tables import draw

REMEDY = "  -> compare it with the label of the router, then write `serial_number: FTX1` into the spec"


def test_a_sentence_goes_on_below_its_first_word():
    assert fold(REMEDY, 60).split("\n") == [
        "  -> compare it with the label of the router, then write",
        "     `serial_number: FTX1` into the spec",
    ]


def test_a_command_to_copy_stays_in_one_piece():
    command = "`esxlab teardown --group 7 --class sio2-2026 --server vcenter.lycee.example`"
    assert command in fold(f"type {command} now", 40).split("\n")


def test_what_fits_and_what_is_quoted_stay_as_they_are():
    line = "      ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 80"
    excerpt = f"   12 | router: {{host: {'x' * 60}}}"
    for text in (REMEDY, line, excerpt, "a  b  " + "c" * 90):
        assert fold(text, 0) == text
    for text in (line, excerpt, "a  b  " + "c" * 90):
        assert fold(text, 60) == text


def test_a_remedy_of_a_group_is_folded_too_and_what_a_server_said_keeps_its_sign():
    folded = fold(f"    {REMEDY}\n    | {'a word ' * 12}", 60).split("\n")
    assert folded[0].startswith("      -> compare")
    assert folded[1].startswith("         ")
    assert [line[:6] for line in folded[2:]] == ["    | "] * 2


def test_nothing_is_lost_and_nothing_is_wider():
    folded = fold(REMEDY, 30)
    assert folded.split() == REMEDY.split()
    assert max(map(len, folded.split("\n"))) <= 30


def test_a_table_is_folded_in_its_widest_cells():
    rows = [
        ["router", "router1.school.example", "Cisco IOS Software, 2800 Software, serial number FTX47862489"]
    ]
    table = draw(["what", "where", "found"], rows, width=60)
    assert max(map(len, table.splitlines())) <= 60
    assert "router1.school.example" in table
    assert draw(["what", "where", "found"], rows, width=0).count("\n") == 2
