"""Group ranges: what a person writes, and what is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.errors import LabError
from esxlab.spec.find import find_spec
from esxlab.spec.ranges import RANGE_PATTERN, format_groups, parse_groups


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7", (7,)),
        ("1-3,7", (1, 2, 3, 7)),
        (" 3 , 1 - 2 ", (1, 2, 3)),
        ("2,2,1-2", (1, 2)),
        ("999", (999,)),
    ],
)
def test_ranges_as_people_write_them(text, numbers):
    assert parse_groups(text) == numbers


@pytest.mark.parametrize(
    "text", ["", "0", "5-1", "1-", "-3", "a", "1;2", "1..3", "1000", "1,,2", "¹", "1\n"[:1] + "-٣"]
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(LabError) as caught:
        parse_groups(text)
    assert caught.value.code == "spec.groups"
    assert str(caught.value)


@given(st.sets(st.integers(1, 999), min_size=1))
def test_formatting_and_parsing_are_inverse(numbers):
    text = format_groups(tuple(numbers))
    assert parse_groups(text) == tuple(sorted(numbers))
    assert re.fullmatch(RANGE_PATTERN, text)


def test_the_nearest_spec_upward_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("ESXLAB_FILE", raising=False)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    with pytest.raises(LabError) as caught:
        find_spec(deep)
    assert caught.value.code == "spec.not_found"
    monkeypatch.setenv("ESXLAB_FILE", "")
    with pytest.raises(LabError, match="ESXLAB_FILE is set but empty") as caught:
        find_spec(deep)
    assert caught.value.code == "spec.variable_empty"
    (tmp_path / "esxlab.yml").touch()
    assert find_spec(deep) == tmp_path / "esxlab.yml"
    (tmp_path / "a" / "esxlab.yaml").touch()
    assert find_spec(deep) == tmp_path / "a" / "esxlab.yaml"
