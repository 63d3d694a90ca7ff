"""What can be read at a sitting: no file of esxlab over 300 lines, texts aside, no function over 40."""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "esxlab"
FILE_LINES, FUNCTION_LINES = 300, 40
FILES = [path for path in HOUSE.rglob("*.py") if "texts" not in path.relative_to(HOUSE).parts]


def long_functions(text):
    """Name and lines of those that are too long: from `def` to the end, the docstring aside."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                lines -= node.body[0].end_lineno - node.body[0].lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def test_lines_are_counted_without_the_docstring():
    short = "def f():\n" + '    """One.\n\n    Two.\n    """\n' + "    pass\n" * (FUNCTION_LINES - 1)
    assert list(long_functions(short)) == []
    assert list(long_functions(short + "    pass\n")) == [("f", FUNCTION_LINES + 1)]


def test_no_file_is_too_long():
    lines = {str(path.relative_to(HOUSE)): len(path.read_text().splitlines()) for path in FILES}
    assert len(lines) > 300
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_too_long():
    found = {str(path.relative_to(HOUSE)): list(long_functions(path.read_text())) for path in FILES}
    assert {name: functions for name, functions in found.items() if functions} == {}
