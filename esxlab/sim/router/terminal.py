"""One session's command line: modes, prompts, questions; a line goes in, text and the next prompt come out.

No sockets and no clock here: `Terminal` is fed whole lines by `vty`, which does the typing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.sim.router import show
from esxlab.sim.router.configure import GLOBAL, ConfigMode
from esxlab.sim.router.exec_commands import CHANGING, PRIVILEGED, USER, ExecCommands, Hangup
from esxlab.sim.router.grammar import Ask, Refusal

if TYPE_CHECKING:
    from esxlab.sim.router.box import Box
    from esxlab.sim.router.faults import Moment


PROMPT_SIGNS = re.compile("%[hnpst%]")
"""Cisco, IOS Configuration Fundamentals command reference, `prompt`; only in EXEC mode."""


class Terminal(ExecCommands):
    """The state of one session. `answer` takes a line; `prompt` is what IOS shows next."""

    def __init__(self, box: Box, *, secret: str) -> None:
        super().__init__(box, secret=secret)
        self.question: Ask | None = None

    @property
    def hides_input(self) -> bool:
        """Whether a password is being typed."""
        return self.question is not None and self.question.text.startswith("Password")

    @property
    def prompt(self) -> str:
        """The open question, else host name and mode; in configuration mode IOS shortens the name."""
        if self.question:
            return self.question.text
        name = self.box.running.hostname
        if self.config:
            return f"{name[: max(1, 30 - len(self.config.prompt))]}{self.config.prompt}#"
        form = next((x for _, x in self.box.running.others if x.startswith("prompt ")), "prompt %h%p")
        return PROMPT_SIGNS.sub(lambda m: self._sign(m[0]), form.removeprefix("prompt "))

    def _sign(self, escape: str) -> str:
        signs = {"%h": self.box.running.hostname, "%n": "66", "%p": "#" if self.privileged else ">"}
        return (signs | {"%%": "%", "%s": " ", "%t": "\t"})[escape]

    def answer(self, line: str) -> str:
        """Carry out one line and return what IOS prints before its next prompt; Hangup when it ends."""
        if (said := self.box.faults.says.get(line.strip())) is not None and not self.question:
            return said
        try:
            if self.question:
                asked, self.question = self.question, None
                return self._say(asked.then(line))
            if self.config:
                return self._configure(line)
            return self._say(self._exec(line))
        except Refusal as refusal:
            if refusal.column < 0:
                return f"{refusal.text}\n" if not refusal.text.endswith("\n") else refusal.text + "\n"
            caret = " " * (len(self.prompt) + refusal.column) + "^\n"
            return caret + refusal.text + "\n"

    def help(self, typed: str) -> str:
        """The answer to `?`."""
        grammar = GLOBAL if self.config else PRIVILEGED if self.privileged else USER
        try:
            words = list(grammar.expected(typed))
        except Refusal as refusal:
            return f"{refusal.text}\n"
        return "".join(f"  {word}\n" for word in words) or "% Unrecognized command\n"

    def end_config(self) -> None:
        """Ctrl-Z."""
        self.config = None

    def _say(self, answer: str | Ask) -> str:
        if isinstance(answer, Ask):
            self.question = answer
            return ""
        return answer

    def _exec(self, line: str) -> str | Ask:
        command, _, filtered = line.partition("|")
        if not command.strip() or command.lstrip().startswith("!"):
            return ""
        match = (PRIVILEGED if self.privileged else USER).match(command)
        changes = match.handler in CHANGING
        if changes:
            self._cut(command, "before")
        answer: str | Ask = match.handler(self, *match.arguments) or ""
        if changes:
            self._cut(command, "after")
        if filtered and isinstance(answer, str):
            mode, _, pattern = filtered.strip().partition(" ")
            known = [m for m in ("include", "exclude", "begin", "section") if mode and m.startswith(mode)]
            return show.section_of(answer, known[0], pattern) if known else answer
        return answer

    def _configure(self, line: str) -> str:
        mode = self.config
        if mode is None:
            return ""
        word = line.strip().lower()
        if word in {"end", "exit"} or word.startswith("do "):
            return self._leave_or_do(line.strip(), mode)
        self._hit_faults(line)
        self._cut(line, "before")
        self.box.log.commands.append(line.strip())
        for part, text in self.box.faults.refuse.items():
            if part in line:
                return f"{text}\n"
        mode.config = self.box.running  # a revert or a reload puts another one in its place
        answer = self._say(mode.execute(line)) + self.box.faults.remarks.get(line.strip(), "")
        self.box.tell()
        self._cut(line, "after")
        if self.question:
            asked = self.question
            self.question = asked._replace(then=lambda reply: self._then_tell(asked, reply))
        return answer

    def _then_tell(self, asked: Ask, reply: str) -> str | Ask:
        answer = asked.then(reply)
        self.box.tell()
        return answer

    def _leave_or_do(self, line: str, mode: ConfigMode) -> str:
        if line.lower().startswith("do "):
            return self._say(self._exec(line[3:]))
        if line.lower() == "exit" and mode.section:
            mode.section = ""
        else:
            self.config = None
        return ""

    def _hit_faults(self, line: str) -> None:
        faults = self.box.faults
        if not line.strip():
            return
        for name in ("cut_at", "hang_at"):
            left = getattr(faults, name)
            if left:
                setattr(faults, name, left - 1)
            if left == 1:
                faults.cut_off = faults.no_new_sessions_after_cut
                raise Hangup(silent=name == "hang_at")

    def _cut(self, line: str, moment: Moment) -> None:
        if self.box.faults.cuts(line.strip(), moment):
            raise Hangup

    # The commands of user and privileged mode
