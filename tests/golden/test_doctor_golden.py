"""The table of doctor, in both languages and in ASCII."""

from __future__ import annotations

import pytest
from golden_text import check_golden

from esxlab import texts
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.show.doctor import render_findings
from esxlab.show.glyphs import glyphs_for

ESXI = "esxi1.lycee.example"
FINDINGS = (
    Finding("server", ESXI, facts={"product": "VMware ESXi 6.5.0", "user": "root"}),
    Finding("licence", ESXI, LabError("vsphere.licence", where=ESXI)),
    Finding(
        "privileges",
        f"{ESXI}, datastore1",
        LabError("vsphere.privileges", where=f"{ESXI}, datastore1", names="Datastore.FileManagement"),
    ),
    Finding("clock", ESXI, LabError("doctor.clock", where=ESXI, seconds=340), warning=True),
    Finding("model", "modeleD9", facts={"gib": "1.9", "datastore": "datastore1"}),
    Finding(
        "datastore",
        "datastore1",
        LabError(
            "doctor.overcommit",
            where="datastore1",
            datastore="datastore1",
            needed_gib="9.5",
            free_gib="60.0",
            worst_gib="100.0",
        ),
        warning=True,
    ),
    Finding(
        "memory",
        ESXI,
        LabError("doctor.memory", where=ESXI, host=ESXI, needed_mib=5120, free_mib=2048),
        warning=True,
    ),
    Finding("group", "g07", facts={"machines": 0}),
    Finding(
        "router",
        "10.0.0.7",
        LabError("doctor.serial", where="10.0.0.7", serial="FTX1234A0BC"),
        warning=True,
    ),
    Finding(
        "router",
        "10.0.0.7",
        LabError("doctor.http_server", where="10.0.0.7", line="ip http server"),
        warning=True,
    ),
    Finding("router", "10.0.0.7", facts={"image": "IOS (tm) C2600 Software", "serial": "FTX1234A0BC"}),
    Finding(
        "terminal", "stdout", LabError("doctor.encoding", where="stdout", encoding="cp1252"), warning=True
    ),
)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_table_in_both_languages(language) -> None:
    before = texts.language()
    texts.set_language(language)
    try:
        check_golden(f"doctor/findings.{language}.txt", render_findings(FINDINGS, glyphs_for("utf-8")))
    finally:
        texts.set_language(before)


def test_the_table_in_ascii() -> None:
    text = render_findings(FINDINGS, glyphs_for("ascii"))
    assert text.isascii()
    check_golden("doctor/findings.ascii.txt", text)


def test_nothing_wrong() -> None:
    text = render_findings([f for f in FINDINGS if not f.error], glyphs_for("utf-8"))
    assert text.endswith("Nothing forbids a provision.\n")
