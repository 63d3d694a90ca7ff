"""Clocks that are apart: `doctor` warns; what is decided by time is decided by the server's clock alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from esxlab import texts
from esxlab.backends.vsphere.examine import _clock


def server(apart_s):
    host = SimpleNamespace(host="vcenter.example")
    return SimpleNamespace(named=host, now=lambda: datetime.now(UTC) + timedelta(seconds=apart_s))


@pytest.mark.parametrize("apart_s", [-3600, 3600])
def test_an_hour_apart_is_a_warning_in_both_languages(apart_s):
    found = _clock(server(apart_s))
    assert (found.verdict, found.error.code) == ("warning", "doctor.clock")
    said = []
    for language in texts.LANGUAGES:
        texts.set_language(language)
        said.append(str(found.error))
    texts.set_language("en")
    assert len(set(said)) == 2
    assert all("3600" in words and "NTP" in words for words in said)


def test_a_few_seconds_are_none_of_its_business():
    assert _clock(server(5)).verdict == "ok"
