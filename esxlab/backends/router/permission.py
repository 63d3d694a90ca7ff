"""Whether a router lets esxlab configure it: asked before anything is made that would wait for its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.ios import NO_CONFIG_PROMPT, parse_running_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.router.session import Session
    from esxlab.lab.router import Router, RouterTable


def if_let_in(
    session: Session, answers: Sequence[Router | LabError], tables: Sequence[RouterTable]
) -> list[Router | LabError]:
    """The same; router.config_refused in the place of each router that differs from its table.

    A lock shows in `show configuration lock` of some versions only, and what AAA authorizes nowhere: it is
    tried, where there are lines to send. Without IOS's prompt (`no service prompt config`) nobody could tell
    what it answers; a push is refused there anyway.

    Raises:
        LabError: those of the conversation.
    """
    differ = [
        not isinstance(answer, LabError) and _differs(answer, table)
        for answer, table in zip(answers, tables, strict=True)
    ]
    if not any(differ) or _has_no_prompt(answers):
        return list(answers)
    refused = attempt(session.try_config)
    if not isinstance(refused, LabError):
        return list(answers)
    if refused.code != "router.config_refused":
        raise refused
    return [refused if different else answer for different, answer in zip(differ, answers, strict=True)]


def _differs(router: Router, table: RouterTable) -> bool:
    return any(router.table[line_key] != line for line_key, line in table.lines)


def _has_no_prompt(answers: Sequence[Router | LabError]) -> bool:
    read = (answer.running_config for answer in answers if not isinstance(answer, LabError))
    return any(NO_CONFIG_PROMPT in parse_running_config(text)[""] for text in read)
