"""No test fails because a computer was busy: none asserts that less than so many seconds have passed.

A limit at which a wait for an event is given up is another thing: a deadline, from which nothing is taken.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CLOCKS = {"monotonic", "perf_counter", "time"}
UPPER = (ast.Lt, ast.LtE)


def elapsed(node):
    """Whether this is a clock's reading less an earlier one."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and any(map(is_clock, ast.walk(node)))


def is_clock(node):
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in CLOCKS and ast.unparse(called.value) == "time"


def upper_bounds(source):
    """The lines of asserts that time passed, or a name that holds it, is less than something."""
    tree = ast.parse(source)
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and elapsed(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            left, op = node.test.left, node.test.ops[0]
            if isinstance(op, UPPER) and (elapsed(left) or (isinstance(left, ast.Name) and left.id in names)):
                yield node.lineno


def test_the_search_finds_them():
    found = """
began = time.monotonic()
assert time.monotonic() - began < 5
took = time.monotonic() - began
assert took <= 5
assert took >= 5
deadline = time.monotonic() + 60
assert time.monotonic() < deadline
"""
    assert list(upper_bounds(found)) == [3, 5]


@pytest.mark.parametrize("path", sorted(TESTS.glob("*/test_*.py")), ids=lambda path: path.name)
def test_no_test_is_judged_by_the_clock_on_the_wall(path):
    assert list(upper_bounds(path.read_text(encoding="utf-8"))) == []
