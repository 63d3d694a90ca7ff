"""esxlab secrets: show what was made for the groups, or give them new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm, is_interactive
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import lock_wait_option, parallel_option, shown_options, spec_options, yes_options
from esxlab.cli.worded import WordedCommand, WordedGroup, lang_option, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.cli.group_secrets import GroupSecrets
    from esxlab.cli.options import Shown, Source
    from esxlab.spec.resolved import GroupSpec


@click.group("secrets", cls=WordedGroup, help="command.secrets.long")
@lang_option()
def command() -> None:
    """The subcommands."""


@command.command(
    "show", cls=WordedCommand, help="command.secrets_show.long", short_help="command.secrets_show.short"
)
@spec_options()
@option("-y", "--yes", is_flag=True, help="option.yes")
@shown_options("table", "json")
def show(*, source: Source, yes: bool, shown: Shown) -> ExitCode:
    """Ask, print: the only place where esxlab writes a secret."""
    from esxlab.cli.group_secrets import GroupSecrets  # noqa: PLC0415 - only when it is run
    from esxlab.cli.places import user_directory  # noqa: PLC0415 - as above
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - as above

    loaded = load_source(source)
    specs = chosen_groups(loaded, source.groups)
    names = ", ".join(str(spec.group) for spec in specs)
    if not yes and not is_interactive():
        raise LabError("usage.show_secrets")
    if not yes and not confirm(say("confirm.secrets_show", groups=names), shown.screen):
        return ExitCode.INTERRUPTED
    secrets = GroupSecrets(user_directory())
    for spec in specs:
        if secrets.is_begun(spec.group):
            shown.screen.complain(say("secrets.begun", group=spec.group.number))
    _write(loaded.class_name, [entry for spec in specs for entry in _entries(spec, secrets)], shown)
    return ExitCode.DONE


@command.command(
    "rotate", cls=WordedCommand, help="command.secrets_rotate.long", short_help="command.secrets_rotate.short"
)
@spec_options(scenario=True)
@yes_options
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def rotate(
    *, source: Source, yes: bool, dry_run: bool, lock_wait: float, parallel: int, shown: Shown
) -> ExitCode:
    """Plan with the next secrets, show, ask, write them down, perform."""
    if not source.groups:
        raise LabError("usage.rotate_groups")
    from esxlab.cli.rotation import carry_out_rotation  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel) as session:
        locking = Locking(wait_s=lock_wait)
        only = frozenset({"guests"})
        options = Options(parallel=parallel, only=only, locking=locking, author=session.author)
        return carry_out_rotation(session, options, shown, sure=yes, dry_run=dry_run)


def _entries(spec: GroupSpec, secrets: GroupSecrets) -> Iterator[dict[str, object]]:
    """The secrets of one group, those before them too while a rotation is not finished."""
    from esxlab.exercises.registry import secret_of  # noqa: PLC0415 - as above

    now = secrets.generation(spec.group)
    begun = secrets.is_begun(spec.group) and now > 0
    for generation in (now, now - 1) if begun else (now,):
        then = secrets.rotated({spec.group: generation})
        yield {
            "group": spec.group.number,
            "state": "wanted" if generation == now else "former",
            "generation": generation,
            "password": then.password(then.password_name(spec.group)) if spec.generated_password else None,
            "phrase": then.phrase(spec.group, secret_of(spec)) or None,
        }


def _write(class_name: str, entries: Sequence[dict[str, object]], shown: Shown) -> None:
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - only when it is run
    from esxlab.show.tables import draw_unparted  # noqa: PLC0415 - as above

    if shown.output == "json":
        shown.screen.document(to_json("secrets", {"class": class_name, "groups": list(entries)}))
        return
    columns = ("group", "state", "generation", "password", "phrase")
    rows = [
        [
            str(entry["group"]),
            say(f"secrets.{entry['state']}"),
            str(entry["generation"]),
            str(entry["password"] or say("secrets.model")),
            str(entry["phrase"] or ""),
        ]
        for entry in entries
    ]
    headers = [say(f"column.{name}") for name in columns]
    shown.screen.result(draw_unparted(headers, rows, width=shown.screen.width) + "\n")
