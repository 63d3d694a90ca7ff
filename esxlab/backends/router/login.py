"""From an open line to a prompt: user name and password where they are asked for, each once; then the prompt.

netmiko's own login is not used for telnet and serial lines: it types the password again at each question
that comes, three times at three times, answers a question in a banner, knows no limit of time, and ends a
failure by closing what it then goes on to read (4.8, cisco_base_connection.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.backends.router.conversation import either, last_line
from esxlab.backends.router.messages import without_messages
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.router.conversation import Conversation, Seek

PROMPT = r"[^\n]*[>#]"
"""Whatever ends so: host names hold what their owners like, and `prompt` lets them go further."""
HIDDEN_QUESTION = r"[^\n]*(?i:pass(?:word|code)|mot de passe)[^\n]*: *"
"""`aaa authentication password-prompt` and `username-prompt` put them into any language (Cisco, Security)."""
_QUESTIONS = {
    "user": r"[^\n]*(?:[Uu]ser ?[Nn]ame|[Uu]ser|[Ll]ogin|[Uu]tilisateur|[Ii]dentifiant) ?: *",
    "password": HIDDEN_QUESTION,
    "dialog": r"[^\n]*initial configuration dialog\? \[yes/no\]: *",
    "return": r"[^\n]*[Pp]ress RETURN to get started[.!]*",
    "prompt": PROMPT,
}
_KINDS = {kind: re.compile(rf"^(?:{regex})[ \t]*$") for kind, regex in _QUESTIONS.items()}
_REFUSED = re.compile(
    r"^[ \t]*%? ?(?:Login invalid|Bad passwords|Authentication failed|Authorization failed|Access denied|"
    r"Login incorrect)",
    re.MULTILINE | re.IGNORECASE,
)
"""IOS: `% Login invalid` (login local, AAA), `% Bad passwords` (login), `% Authentication failed` (AAA)."""
_NO_PASSWORD = re.compile(r"Password required, but none set", re.IGNORECASE)
"""Of a vty with `login` and without `password`; then IOS hangs up (Cisco, document 16141)."""
_PROMPT_TRIES = 10
_STEPS = 8


@dataclass(frozen=True, slots=True)
class Answers:
    """What a line may be told."""

    user: str
    password: str = field(repr=False)


def log_in(talk: Conversation, answers: Answers, *, silent_line: bool = False) -> None:
    """Answer what a telnet or serial line asks until a prompt comes. Nothing is said twice.

    `silent_line`: a console says nothing until a key is pressed.

    Raises:
        LabError: router.login, router.no_vty_password, router.no_line, and those of the conversation.
    """
    try:
        _answer(talk, answers, silent_line=silent_line)
    except LabError as error:
        if error.code in ("router.cut", "router.no_line") and _NO_PASSWORD.search(error.detail):
            raise LabError("router.no_vty_password", where=talk.host, host=talk.host) from error
        raise


def _answer(talk: Conversation, answers: Answers, *, silent_line: bool) -> None:
    said: set[str] = set()
    if silent_line:
        talk.send("")
    for _ in range(_STEPS):
        try:
            heard = without_messages(_next(talk, said))
        except LabError as error:
            if error.code == "router.cut" and not said:
                raise LabError(
                    "router.no_line", where=talk.host, detail=error.detail, host=talk.host
                ) from error
            if error.code == "router.silent" and "password" in said and error.detail:
                talk.over = False  # perhaps a prompt that ends in neither > nor #
                return
            raise
        kind = _kind(heard)
        if kind == "prompt":
            return
        if kind in said or ("password" in said and _REFUSED.search(heard)):
            talk.over = True  # whatever is typed now is a second try
            raise LabError("router.login", where=talk.host, detail=talk.words(heard), host=talk.host)
        said.add(kind)
        if kind == "user":
            talk.send(answers.user, enter="\r")
        elif kind == "password":
            talk.send(answers.password, enter="\r")
        else:
            talk.send("no" if kind == "dialog" else "")
    talk.over = True  # as above
    raise LabError("router.login", where=talk.host, detail=talk.words(), host=talk.host)


_ASKED = either(*map(last_line, _QUESTIONS.values()))


def _goes_on(talk: Conversation) -> str:
    """What follows a line that looks like a prompt before anything was asked: it may be a banner's own."""
    try:
        return without_messages(talk.read(_ASKED, talk.limits.waking, settle=True))
    except LabError as error:
        if error.code != "router.silent":
            raise
    talk.leave()
    return ""


def _next(talk: Conversation, said: set[str]) -> str:
    if said:
        return talk.read(either(_ASKED, _refusal(said)), talk.limits.quick, settle=True)
    heard = _first(talk)
    return (_goes_on(talk) if _kind(without_messages(heard)) == "prompt" else "") or heard


def _first(talk: Conversation) -> str:
    try:
        return talk.read(_ASKED, talk.limits.waking, settle=True)
    except LabError as error:
        if error.code != "router.silent":
            raise
    talk.over = False
    talk.send("")  # a console server, or a line that somebody has left
    heard = talk.read(_ASKED, talk.limits.quick, settle=True)
    # or a slow router: this is its first question, and Enter will have been the answer to it
    return _goes_on(talk) or heard


def _refusal(said: set[str]) -> Seek:
    def seek(text: str, start: int) -> int:
        match = _REFUSED.search(text, start) if "password" in said else None
        return match.end() if match else 0

    return seek


def _kind(heard: str) -> str:
    if _REFUSED.search(heard) and not any(
        regex.match(heard.rpartition("\n")[2]) for regex in _KINDS.values()
    ):
        return "password"
    last = heard.rstrip("\n").rpartition("\n")[2]
    return next(kind for kind, regex in _KINDS.items() if regex.match(last))


def learn_prompt(talk: Conversation) -> str:
    """The prompt is what answers an empty line, and nothing else: banners are text, whatever they hold.

    It ends in `>` or `#` unless somebody has said otherwise (Cisco, IOS Configuration Fundamentals command
    reference, `prompt`): then it is told by the silence behind it, which takes longer.

    LabError router.silent and the others of the conversation; router.no_prompt.
    """
    seek = last_line(PROMPT)
    expected = ""
    for _ in range(_PROMPT_TRIES):
        talk.send("")
        try:
            heard = talk.read(seek, talk.limits.quick)
        except LabError as error:
            heard = talk.leave() if error.code == "router.silent" else ""
            if expected or not heard.strip() or _asks(heard):
                raise
            seek = last_line(re.escape(heard.strip().rpartition("\n")[2]))
        lines = [line.strip() for line in without_messages(heard).split("\n") if line.strip()]
        if expected and set(lines) == {expected}:
            return expected
        expected = lines[-1]
    raise LabError("router.no_prompt", where=talk.host, detail=talk.words(heard), host=talk.host)


def _asks(heard: str) -> bool:
    return heard.rstrip().endswith((":", "?", "[confirm]", "!", "."))
