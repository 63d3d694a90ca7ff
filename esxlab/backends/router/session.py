"""One login on one router: reaching privileged mode, sending a line and reading the answer."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Self

from esxlab.backends.lease_guard import check_lease
from esxlab.backends.router.conversation import either, last_line, pattern
from esxlab.backends.router.faults import NO_MEMORY, ios_error, refusal_of_show
from esxlab.backends.router.login import HIDDEN_QUESTION, PROMPT, learn_prompt
from esxlab.backends.router.messages import holds_message, without_messages
from esxlab.backends.router.terminals import hold, size_lines
from esxlab.errors import LabError
from esxlab.foreign import whole

if TYPE_CHECKING:
    from types import TracebackType

    from esxlab.backends.protocols import Terminal
    from esxlab.backends.router.conversation import Conversation, Seek
    from esxlab.backends.router.wires import Wire

LONGEST_TIMER = 120  # minutes, as `configure terminal revert timer ?` says
_BLOCK = re.MULTILINE | re.DOTALL
_IN_CONFIG = r"\(config[^()\n]*\)#"
_CONFIG_PROMPT = last_line(rf"[^\n]*{_IN_CONFIG}")
_QUESTION = r"\[(?:no|yes|yes/no|confirm)\]:? *$"
_READINGS = 4
_SECRET_QUESTIONS = 3
"""How often IOS asks for the enable secret before it says `% Bad secrets`."""
_MORE = last_line(r" ?--More-- ?")
_NEVER_SAVED = re.compile(
    rf"{NO_MEMORY.pattern}|%+ ?Error opening nvram:/?startup-config|startup-config is not present",
    re.IGNORECASE,
)
"""What `show startup-config` says where nothing was ever saved; the words differ from image to image."""


class Session:
    """An open session in privileged mode; close it, there are only five.

    `stays`: of a console, which does not notice that it is closed: what is left there meets the next comer.
    """

    def __init__(self, wire: Wire, talk: Conversation, *, stays: bool = False) -> None:
        self._wire = wire
        self._stays = stays
        self._talk = talk
        self._prompt: Seek = last_line(PROMPT)
        self._in_config = False

    def prepare(self, secret: str) -> None:
        """From whatever prompt there is to privileged mode, without paging and without scrolled lines.

        After a crash the console may still be in configuration mode. The secret is tried once: netmiko's own
        `enable` would wait ten seconds and then not say what was wrong.
        """
        prompt = learn_prompt(self._talk)
        if re.search(_IN_CONFIG, prompt):
            self._quickly("end", last_line(PROMPT))
            prompt = learn_prompt(self._talk)
        if not (prompt.endswith("#") or (prompt[-1] != ">" and self._is_privileged(prompt))):
            self._enable(secret, prompt)
            prompt = learn_prompt(self._talk)
        self._prompt = last_line(re.escape(prompt))
        self._quickly("terminal length 0", self._prompt)
        self._quickly("terminal width 511", self._prompt)  # where it is refused, scrolled echoes are read

    def _is_privileged(self, prompt: str) -> bool:
        """For prompts that do not tell: `prompt` may have set them to anything."""
        return "level is 15" in self._quickly("show privilege", last_line(re.escape(prompt)))

    def _enable(self, secret: str, prompt: str) -> None:
        asked = either(last_line(HIDDEN_QUESTION), last_line(PROMPT), last_line(re.escape(prompt)))
        answer = self._quickly("enable", asked, settle=True)
        if re.search(rf"{HIDDEN_QUESTION}\Z", answer):
            self._talk.send(secret)
            answer = without_messages(self._talk.read(asked, self._talk.limits.quick, settle=True))
        last = answer.rstrip().rpartition("\n")[2]
        if last.endswith("#") or (last == prompt and not ios_error(answer) and self._is_privileged(last)):
            return
        self._talk.over = not self._leave_question(answer, asked)
        code = "router.no_enable_secret" if "No password set" in answer else "router.enable_secret"
        raise LabError(code, where=self._host, detail=ios_error(answer), host=self._host)

    def _leave_question(self, answer: str, asked: Seek) -> bool:
        """True: there is a prompt again. Nothing is typed at a question that ends with the connection.

        A console stays at it, and would take the next Enter for a secret: there it is answered by nothing
        until IOS has asked three times and gives its prompt back (`% Bad secrets`).
        """
        left = _SECRET_QUESTIONS - 1 if self._stays else 0
        while left and re.search(rf"{HIDDEN_QUESTION}\Z", answer):
            self._talk.send("")
            answer = without_messages(self._talk.read(asked, self._talk.limits.quick, settle=True))
            left -= 1
        return self._stays and not re.search(rf"{HIDDEN_QUESTION}\Z", answer)

    @property
    def _host(self) -> str:
        return self._talk.host

    def _quickly(self, line: str, seek: Seek, *, settle: bool = False) -> str:
        return without_messages(self._talk.ask(line, seek, patience=self._talk.limits.quick, settle=settle))

    def _slowly(self, line: str, seek: Seek) -> str:
        return without_messages(self._talk.ask(line, seek, patience=self._talk.limits.long))

    def _refused(self, code: str, line: str, words: str) -> LabError:
        return LabError(code, where=self._host, detail=self._talk.words(words), line=line)

    def show(self, command: str) -> str:
        """The answer of a show command without echo and prompt; LabError router.refused_show, chatter."""
        answer = self._undisturbed(command)
        if words := refusal_of_show(answer):
            raise self._refused("router.refused_show", command, words)
        return answer.lstrip("\n")

    def _whole(self, command: str) -> str:
        """All pages of an answer: an account may be denied `terminal length` (AAA command authorization)."""
        page, patience = either(self._prompt, _MORE), self._talk.limits.long
        answer = self._talk.ask(command, page, patience=patience, settle=True)
        while _MORE(answer, 0):
            self._talk.press(" ")
            answer = answer.rpartition("\n")[0] + "\n" + self._talk.read(page, patience, settle=True)
        return answer

    def _undisturbed(self, command: str) -> str:
        """An answer that no message has torn: where one stands, nobody can tell whether a line ended there.

        What comes a second time is no message but the answer's own text, a banner's for example.
        """
        earlier: list[str] = []
        for _ in range(_READINGS):
            answer = self._whole(command).rpartition("\n")[0]
            if answer in earlier or not holds_message(answer):
                return answer
            earlier.append(answer)
        words = self._talk.words(earlier[-1])
        raise LabError("router.chatter", where=self._host, detail=words, host=self._host, line=command)

    def hold_terminal(self, terminal: Terminal) -> None:
        """A person goes on here, in privileged mode, with pages and lines of their terminal's size."""
        for line in size_lines(terminal):
            self._quickly(line, self._prompt)
        hold(self._wire, terminal)

    def show_startup(self) -> str:
        """The startup-config; empty where nothing was ever saved."""
        try:
            return self.show("show startup-config")
        except LabError as error:
            if error.code == "router.refused_show" and _NEVER_SAVED.match(error.detail):
                return ""
            raise

    def do(self, command: str) -> str:
        """An exec command that changes something: [confirm] is confirmed; refusals are in the answer."""
        check_lease()
        answer = self._slowly(command, either(self._prompt, pattern(_QUESTION)))
        if re.search(_QUESTION, answer):
            answer += self._slowly("", self._prompt)
        return answer

    def pending_revert(self) -> tuple[str, int]:
        """Who armed the revert timer that runs, and for how many minutes; ("", 0) when none runs.

        Since 12.4(15)T; an older IOS has no such timer either.
        """
        try:
            answer = self.show("show archive config rollback timer")
        except LabError as error:
            if error.code != "router.refused_show":
                raise
            return "", 0
        found = re.search(r"^Timer value: *(?P<minutes>\d+) min.*?^User: *(?P<user>\S+)", answer, _BLOCK)
        return (found["user"], whole(found["minutes"], most=LONGEST_TIMER)) if found else ("", 0)

    def enter_config(self, *, revert_minutes: int) -> bool:
        """Enter configuration mode, with a revert timer where there is one; True when it is armed.

        Raises:
            LabError: router.config_refused with IOS's own words: locked by somebody, not authorised, or
                somebody else's timer runs.
        """
        timed = f"configure terminal revert timer {revert_minutes}"
        if revert_minutes:
            answer = self._slowly(timed, either(_CONFIG_PROMPT, self._prompt))
            if _CONFIG_PROMPT(answer, 0):
                self._in_config = True
                return True
            words = self._said(answer)
            if not re.search(r"% ?Invalid|archive|authorization failed", words):
                # somebody's timer runs: not ours to confirm; what AAA denies may be the timer alone
                raise LabError("router.config_refused", where=self._host, detail=words, line=timed)
        answer = self._quickly("configure terminal", either(_CONFIG_PROMPT, self._prompt))
        if not _CONFIG_PROMPT(answer, 0):
            line = "configure terminal"
            raise LabError("router.config_refused", where=self._host, detail=self._said(answer), line=line)
        self._in_config = True
        return False

    def try_config(self) -> None:
        """Into configuration mode and out again, without a line; nothing else tells whether one is let in.

        A lock (`configuration mode exclusive`) is held meanwhile as long as one answer takes. LabError those
        of `enter_config`.
        """
        self.enter_config(revert_minutes=0)
        self.leave_config()

    def _said(self, answer: str) -> str:
        """Between the echo and the prompt: an error, or whatever words it has."""
        said = answer.rpartition("\n")[0]
        return self._talk.words(ios_error(said) or " ".join(said.split()) or " ")

    def configure(self, line: str) -> None:
        """Send one configuration line.

        Raises:
            LabError: router.refused_line with the line and IOS's own words; router.cut, silent, endless,
                too_long.
        """
        check_lease()
        done = either(_CONFIG_PROMPT, pattern(_QUESTION))
        answer = self._talk.ask(line, done, patience=self._talk.limits.quick)
        if re.search(_QUESTION, without_messages(answer)):
            # a static entry that carries packets: its translations go with it
            reply = "yes" if line.startswith("no ip nat") else "no"
            answer += self._quickly(reply, _CONFIG_PROMPT)
        if words := ios_error(without_messages(answer)) or ios_error(answer):
            raise self._refused("router.refused_line", line.strip(), words)

    def leave_config(self) -> None:
        """Back to privileged mode."""
        self._quickly("end", self._prompt)
        self._in_config = False

    def close(self) -> None:
        """Leave with `exit`, so that the next person at a console does not find it enabled."""
        if not self._talk.over:
            with contextlib.suppress(LabError):
                self._talk.send("end\n" * self._in_config + "exit")
                self._talk.listen(self._talk.limits.farewell_s)  # until the router hangs up
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
