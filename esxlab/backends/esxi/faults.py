"""What ESXi's programs print when they fail, as LabError: the text counts more than the exit status.

What no line here knows is vsphere.refused, with the last words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.backends.esxi.scripts import WORDS
from esxlab.backends.vsphere.faults import code_of_name
from esxlab.errors import LabError
from esxlab.foreign import visible_line
from esxlab.plain import last_words

if TYPE_CHECKING:
    from esxlab.backends.esxi.framing import Answer

FAULT = re.compile(r"^(?:[A-Z][\w ]* failed: )?\((?:vim|vmodl)\.fault\.(\w+)\)", re.MULTILINE)
"""How vim-cmd prints a fault, also behind `Power on failed: `; whether the exit status says so differs."""
AWAY = re.compile(
    r"^(?:Error: )?(?:Failed to login|Connect(?:ion)? (?:to \S+ )?(?:refused|failed|reset)|Unable to connect"
    r"|<unset>$)",
    re.MULTILINE,
)
"""hostd is being restarted: nothing was done, it can be asked again. `Connect to localhost failed: Connection
failure` is what vim-cmd says then (Apache VCL, VIM_SSH.pm, _check_service_pid), or a bare `<unset>`."""
TEXTS = (
    (r"File exists|already exists|\(39\)", "vsphere.exists"),
    (r"not enough space|No space left|\(13\)\.|cat: write error", "vsphere.disk_full"),
    (r"Failed to lock the file|Device or resource busy|\(16392\)|Text file busy", "vsphere.locked"),
    (r"in use", "vsphere.in_use"),
    (r"nonexistent directory|No such file|cannot find the file|\(25\)", "vsphere.file_missing"),
    (r"Unable to find|not found|does not exist|No such", "vsphere.gone"),
    (r"Read-only file system|Permission denied|Operation not permitted", "vsphere.cannot_create"),
    (r"Current license|prohibits execution", "vsphere.licence"),
    (r"question", "vsphere.question"),
)
FAILED = re.compile(
    r"^(?:Failed to |Power o(?:n|ff) failed|A portgroup with|mkdir: |mv: |rm: |cp: |cat: write|"
    r"sh: can't |Error)",
    re.MULTILINE,
)
"""A first word that tells of a failure, whatever the exit status."""


def failure(answer: Answer, *, what: str) -> LabError | None:
    """Why a script failed; None: it did not."""
    if answer.refused:
        return _refusal(answer, what)
    if found := FAULT.search(answer.text):
        return _error(code_of_name(found[1]) or "vsphere.refused", answer, what)
    if answer.status == 0 and not FAILED.search(answer.text):
        return None
    text = answer.text
    code = next((code for pattern, code in TEXTS if re.search(pattern, text)), "vsphere.refused")
    return _error(code, answer, what)


def is_away(answer: Answer) -> bool:
    """Whether hostd was not there to be asked: nothing was done."""
    return not answer.refused and bool(AWAY.search(answer.text))


def _refusal(answer: Answer, what: str) -> LabError:
    """Of the script's own; one that is about a machine has told it in the line before."""
    facts = {}
    if answer.refused == "registered":
        facts["machine"] = visible_line(answer.text.strip().partition("\n")[0])
    return LabError(WORDS[answer.refused], what=what, detail=answer.refused, **facts)


def _error(code: str, answer: Answer, what: str) -> LabError:
    words = visible_line(last_words(answer.text) or f"exit {answer.status}")
    return LabError(code, detail=words, what=what)
