"""How much of the work is done: --only, --until, --deep, shared by plan and provision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from esxlab.cli.worded import option, with_options

if TYPE_CHECKING:
    from esxlab.cli.worded import Function
    from esxlab.engine.options import Options

LAB_PARTS = ("machines", "guests", "router")
STAGES = ("networks", "machines", "guests", "cutover", "router")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which parts of a lab, up to which stage; whether guests are asked rather than digests believed."""

    only: tuple[str, ...]
    until: str
    deep: bool

    def options(self, parallel: int) -> Options:
        """As the workflow takes it."""
        from esxlab.engine.options import Options  # noqa: PLC0415 - only when something is to be done

        only = frozenset(self.only or LAB_PARTS)
        return Options(parallel=parallel, only=only, until=self.until, deep=self.deep)


def scope_options(function: Function) -> Function:
    """The three options; the command receives them as `scope: Scope`."""

    @wraps(function)
    def command(*, only: tuple[str, ...], until: str | None, deep: bool, **rest: Any) -> object:
        return function(scope=Scope(only, until or "", deep), **rest)

    return with_options(
        command,
        option("--only", type=click.Choice(LAB_PARTS), multiple=True, help="option.only"),
        option("--until", type=click.Choice(STAGES), help="option.until"),
        option("--deep", is_flag=True, help="option.deep"),
    )
