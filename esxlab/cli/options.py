"""The options that several commands share, and what a command receives of them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from esxlab.cli.interrupt import interrupt_held
from esxlab.cli.worded import FilePath, NumberRange, lang_option, option, with_options
from esxlab.registered import names
from esxlab.show.console import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.cli.worded import Decorator, Function
    from esxlab.errors import LabError

Output = Literal["table", "json", "csv", "text", "svg", "png", "drawio", "mermaid", "dot", "html", "pdf"]


@dataclass(frozen=True, slots=True)
class Shown:
    """How the command speaks: to which screen, in which form."""

    screen: Screen
    output: Output

    def give(
        self,
        kind: str,
        content: Mapping[str, object],
        text: str,
        *,
        errors: Sequence[LabError] = (),
        as_it_is: bool = False,
    ) -> None:
        """The command's result: the document where JSON was asked for, else the text.

        `as_it_is`: a text that is neither folded nor coloured.
        """
        if self.output == "json":
            from esxlab.show.json_output import to_json  # noqa: PLC0415 - only for a program

            self.screen.document(to_json(kind, content, errors))
        elif as_it_is:
            self.screen.document(text)
        else:
            self.screen.result(text)


@dataclass(frozen=True, slots=True)
class Source:
    """What the command speaks of: a spec (None: the one found upward), groups of it, the school or not."""

    file: Path | None
    groups: str  # empty: all
    sim: bool
    scenario: str = ""  # empty: the spec's own


def shown_options(*outputs: Output) -> Decorator:
    """-o, -q, -v, --no-color, --plain, --lang; the command receives them as `shown: Shown`."""

    def decorate(function: Function) -> Function:
        @wraps(function)
        def command(
            *, output: Output, quiet: bool, verbose: bool, no_color: bool, plain: bool, **rest: Any
        ) -> object:
            screen = Screen(
                sys.stdout, sys.stderr, colour=not no_color, plain=plain, quiet=quiet, verbose=verbose
            )
            return function(shown=Shown(screen, output), **rest)

        return with_options(
            command,
            option(
                "-o",
                "--output",
                type=click.Choice(outputs),
                default=outputs[0],
                is_eager=True,
                callback=_remember_output,
                help="option.output",
            ),
            option("-q", "--quiet", is_flag=True, help="option.quiet"),
            option("-v", "--verbose", is_flag=True, help="option.verbose"),
            option("--no-color", is_flag=True, help="option.no_color"),
            option("--plain", is_flag=True, help="option.plain"),
            lang_option(),
        )

    return decorate


def _remember_output(context: click.Context, parameter: click.Parameter, value: Output) -> Output:
    """Tell the edge at once, so that even a wrong command line is answered in JSON."""
    del parameter
    root = context.find_root().obj
    if root is not None:
        root.output = value
    return value


def spec_options(*, scenario: bool = False) -> Decorator:
    """-f, -g, --sim, perhaps --scenario; the command receives them as `source: Source`."""

    def decorate(function: Function) -> Function:
        @wraps(function)
        def command(*, file: Path | None, group: str, sim: bool, scenario: str = "", **rest: Any) -> object:
            with interrupt_held():  # pydantic, before anything else of the command loads it
                import esxlab.spec.load  # noqa: F401, PLC0415 - slow to import

            return function(source=Source(file, group, sim, scenario or ""), **rest)

        own = [option("--scenario", type=click.Choice(names()), help="option.scenario")] if scenario else []
        return with_options(command, file_option(), group_option(), sim_option(), *own)

    return decorate


def file_option() -> Decorator:
    """-f: the spec; ESXLAB_FILE for all commands."""
    return option(
        "-f",
        "--file",
        type=FilePath(),
        default=lambda: Path(os.environ["ESXLAB_FILE"]) if os.environ.get("ESXLAB_FILE") else None,
        help="option.file",
    )


def group_option() -> Decorator:
    """-g: the groups, as a range."""
    return option("-g", "--group", default="", metavar="GROUPS", help="option.group")


def sim_option() -> Decorator:
    """--sim: the embedded school instead of the addresses of the spec."""
    return option("--sim", is_flag=True, help="option.sim")


def parallel_option() -> Decorator:
    """-j: how many things at once."""
    return option(
        "-j",
        "--parallel",
        metavar="N",
        type=click.IntRange(1, 64),
        default=32,
        show_default=True,
        help="option.parallel",
    )


def lock_wait_option() -> Decorator:
    """--lock-wait: for how long groups are waited for that somebody else works on."""
    return option(
        "--lock-wait",
        metavar="SECONDS",
        type=NumberRange(0, 86400),
        default=0.0,
        show_default=True,
        help="option.lock_wait",
    )


def boot_timeout_option() -> Decorator:
    """--boot-timeout: how long a guest may take until it answers."""
    return option(
        "--boot-timeout",
        metavar="SECONDS",
        type=NumberRange(1, 3600),
        default=300.0,
        show_default=True,
        help="option.boot_timeout",
    )


def yes_options(function: Function) -> Function:
    """-n and -y."""
    return with_options(
        function,
        option("-n", "--dry-run", is_flag=True, help="option.dry_run"),
        option("-y", "--yes", is_flag=True, help="option.yes"),
    )
