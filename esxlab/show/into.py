"""What machines have said to a person's own command: each line behind its machine's name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from esxlab.backends.protocols import ScriptAnswer
from esxlab.show.json_output import error_document
from esxlab.show.words import error_lines
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.engine.into import Met, Target
    from esxlab.show.console import Screen
    from esxlab.show.glyphs import Glyphs


def prefixed(target: Target, said: str) -> str:
    """Each line behind `g07-srvweb1: `; a line end of Windows and of terminals is no sign of it."""
    lines = said.removesuffix("\n").split("\n") if said else []
    return "".join(f"{target.name}: {line.removesuffix(chr(13))}\n" for line in lines)


def show_answer(met: Met[ScriptAnswer], screen: Screen) -> None:
    """What one machine has said: its output to stdout, all else to stderr."""
    answer, glyphs = met.answer, screen.err_glyphs
    if not isinstance(answer, ScriptAnswer):
        screen.complain(f"{glyphs.failed} {error_lines(answer)}")
        return
    if answer.stdout:
        screen.result(prefixed(met.target, answer.stdout))
    if answer.stderr:
        screen.complain(prefixed(met.target, answer.stderr))
    if answer.cut:
        screen.complain(f"{glyphs.warning} {met.target.name}{colon()}{say(f'into.cut.{answer.cut}')}")
    elif answer.exit_status:
        screen.complain(
            f"{glyphs.failed} {met.target.name}{colon()}{say('into.status', status=answer.exit_status)}"
        )


def summary(all_met: Sequence[Met[ScriptAnswer]], glyphs: Glyphs) -> str:
    """How many ended well, how many otherwise, how many did not answer."""
    counts = Counter(_kind(met.answer) for met in all_met)
    sign = glyphs.ok if counts["ok"] == len(all_met) else glyphs.warning
    return f"{sign} " + say(
        "into.summary", ok=counts["ok"], other=counts["other"], cut=counts["cut"], lost=counts["lost"]
    )


def _kind(answer: object) -> str:
    if not isinstance(answer, ScriptAnswer):
        return "lost"
    if answer.cut:
        return "cut"
    return "other" if answer.exit_status else "ok"


def is_good(answer: object) -> bool:
    """Whether the command ended with 0, and all that it said is there."""
    return _kind(answer) == "ok"


def run_document(
    class_name: str, line: str, all_met: Sequence[Met[ScriptAnswer]], *, elapsed_s: float
) -> dict[str, Any]:
    """All answers, in the order of groups and machines; `exit_status` is null where it was cut or lost."""
    return {
        "class": class_name,
        "command": line,
        "elapsed_s": round(elapsed_s, 3),
        "machines": [_machine(met) for met in all_met],
    }


def _machine(met: Met[ScriptAnswer]) -> dict[str, Any]:
    answer = met.answer if isinstance(met.answer, ScriptAnswer) else ScriptAnswer(None, "", "")
    return {
        "group": met.target.group,
        "machine": met.target.machine,
        "name": met.target.name,
        "exit_status": answer.exit_status,
        "stdout": answer.stdout,
        "stderr": answer.stderr,
        "cut": answer.cut,
        "elapsed_s": round(met.elapsed_s, 3),
        "error": error_document(met.error) if met.error else None,
    }
