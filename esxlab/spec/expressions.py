"""Expressions in a spec, such as `{{ 100 + group }}`: arithmetic only, in a sandbox.

A spec comes from a colleague or a download: an expression may compute, but neither call, nor reach into
objects, nor build something huge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from esxlab.spec.limits import MAX_EXPRESSIONS

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.runtime import Context

MAX_EXPRESSION = 300
_MARKER = re.compile(r"\{[{%#]")
_FORMAT = re.compile(r"[^%\n]{0,60}(?:%0?[0-9]{0,2}[dxXs][^%\n]{0,60}){1,4}")
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Tuple),
    *(
        nodes.Add,
        nodes.Sub,
        nodes.Mul,
        nodes.FloorDiv,
        nodes.Div,
        nodes.Mod,
        nodes.Neg,
        nodes.Pos,
        nodes.Concat,
    ),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Getitem, nodes.And, nodes.Or, nodes.Not),
)


class ExpressionError(Exception):
    """An expression cannot be used: `code` is E210 (cannot be read or computed) or E211 (unknown name)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class _Arithmetic(ImmutableSandboxedEnvironment):
    """The sandbox, with `*` and `%` bounded: both can build a text of any size."""

    intercepted_binops = frozenset({"*", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute one intercepted operation; ValueError or TypeError when its result could be huge."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            raise TypeError(operator)
        if operator == "%" and isinstance(left, str) and not _FORMAT.fullmatch(left):
            raise ValueError(left)
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "*" and not numbers:
            raise TypeError(operator)
        return super().call_binop(context, operator, left, right)


_ENVIRONMENT = _Arithmetic(undefined=StrictUndefined, keep_trailing_newline=True)


@dataclass(frozen=True, slots=True)
class _Expression:
    template: Template
    names: frozenset[str]


def has_expression(text: str) -> bool:
    """Whether a text holds an expression at all."""
    return _MARKER.search(text) is not None


def render_expression(text: str, variables: dict[str, Any]) -> str:
    """The text with its expressions computed; raises ExpressionError."""
    compiled = _compile(text)
    if isinstance(compiled, ExpressionError):
        raise compiled
    if unknown := sorted(compiled.names - variables.keys()):
        raise ExpressionError("E211", name=unknown[0], known=", ".join(sorted(variables)))
    try:
        return compiled.template.render(variables)
    except Exception as error:  # whatever a foreign expression comes to, `{{ 1e999 }}` a NameError
        raise ExpressionError("E210", text=text) from error


@lru_cache(maxsize=MAX_EXPRESSIONS)
def _compile(text: str) -> _Expression | ExpressionError:
    """Compile once for all groups; a failure is kept too."""
    if len(text) > MAX_EXPRESSION:
        return ExpressionError("E210", text=text)
    try:
        tree = _ENVIRONMENT.parse(text)
        if any(not isinstance(node, _ALLOWED) for node in _walk(tree)):
            return ExpressionError("E210", text=text)
        names = frozenset(node.name for node in tree.find_all(nodes.Name))
        return _Expression(_ENVIRONMENT.from_string(tree), names)
    except Exception:  # noqa: BLE001 - Python's compiler too: SyntaxError to what is nested too deep for it
        return ExpressionError("E210", text=text)


def _walk(node: nodes.Node) -> list[nodes.Node]:
    return [node, *(inner for child in node.iter_child_nodes() for inner in _walk(child))]
