"""Expressions compute, and do nothing else."""

from __future__ import annotations

import pytest

from esxlab.spec.expressions import ExpressionError, has_expression, render_expression


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ 100 + group }}", "107"),
        ("g{{ '%02d' % group }}-inside", "g07-inside"),
        ("{{ (group - 1) // 4 + 1 }}", "2"),
        ("{{ ['a', 'b'][group % 2] }}", "b"),
        ("{{ 'x' if group > 5 else 'y' }}", "x"),
        ("{{ class_name ~ '-' ~ group }}", "sio2-7"),
        ("no expression\n", "no expression\n"),
    ],
)
def test_arithmetic(text, result):
    assert render_expression(text, {"group": 7, "class_name": "sio2"}) == result


@pytest.mark.parametrize(
    "text",
    [
        "{{ group",
        "{{ group.__class__ }}",
        "{{ group|string }}",
        "{{ ''.join(['a']) }}",
        "{{ range(9) }}",
        "{% for i in [1] %}{% endfor %}",
        "{% set a = 1 %}{{ a }}",
        "{{ 'a' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ '%999999999d' % group }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ group // 0 }}",
        "{{ [1][5] }}",
        "{{ 'a' + 1 }}",
        "{{ " + "(" * 140 + "1" + ")" * 140 + " }}",
        "{{ 1" + " + 1" * 200 + " }}",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ExpressionError) as caught:
        render_expression(text, {"group": 7})
    assert caught.value.code == "E210"


def test_an_unknown_name_is_told_apart():
    with pytest.raises(ExpressionError) as caught:
        render_expression("{{ grop }}", {"group": 7})
    assert caught.value.code == "E211"
    assert caught.value.facts == {"name": "grop", "known": "group"}


def test_what_holds_no_braces_holds_no_expression():
    assert not has_expression("a % b { c }")
    assert has_expression("{% x %}")
