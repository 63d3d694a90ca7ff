"""One session's command line: modes, prompts, questions; a line goes in, text and the next prompt come out.

No sockets and no clock here: `Terminal` is fed whole lines by `vty`, which does the typing.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from esxlab.sim.router import show
from esxlab.sim.router.configure import GLOBAL, ConfigMode
from esxlab.sim.router.grammar import Ask, Grammar, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.box import Box
    from esxlab.sim.router.faults import Moment

_ARCHIVE_FIRST = "%Turn config archive on before using Rollback Confirmed Change\n"
_ALREADY = "%Rollback Confirmed Change is already active\n"
_ENTERING = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
_NVRAM_BUSY = "startup-config file open failed (Device or resource busy)\n"
_PASSWORD_TRIES = 3


PROMPT_SIGNS = re.compile("%[hnpst%]")
"""Cisco, IOS Configuration Fundamentals command reference, `prompt`; only in EXEC mode."""


class Hangup(Exception):  # noqa: N818 - an event, not a fault
    """The router closes the session, or with `silent` never answers again."""

    def __init__(self, *, silent: bool = False) -> None:
        super().__init__()
        self.silent = silent


class Terminal:
    """The state of one session. `answer` takes a line; `prompt` is what IOS shows next."""

    def __init__(self, box: Box, *, secret: str) -> None:
        self.box = box
        self.length = 24
        self.width = 80
        self.privileged = False
        self.config: ConfigMode | None = None
        self.question: Ask | None = None
        self._secret = secret
        self._bad_secrets = 0

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

    def enable(self) -> str | Ask:
        """Ask for the secret unless the session is privileged already."""
        return "" if self.privileged else Ask("Password: ", self._check_secret)

    def _check_secret(self, typed: str) -> str | Ask:
        if typed == self._secret:
            self.privileged, self._bad_secrets = True, 0
            return ""
        self._bad_secrets += 1
        if self._bad_secrets < _PASSWORD_TRIES:
            return Ask("Password: ", self._check_secret)
        self._bad_secrets = 0
        return "% Bad secrets\n\n"

    def leave(self) -> str:
        """`exit` and `logout`."""
        raise Hangup

    def show_privilege(self) -> str:
        """`show privilege`."""
        return f"Current privilege level is {15 if self.privileged else 1}\n"

    def disable(self) -> None:
        """Back to user mode."""
        self.privileged = False

    def set_length(self, lines: int) -> None:
        """`terminal length`; 0: no --More--."""
        self.length = lines

    def set_width(self, columns: int) -> None:
        """`terminal width`; 0: without an end."""
        self.width = columns

    def ignore(self, *_arguments: object) -> None:
        """Taken, and without effect here."""

    def configure_terminal(self) -> str:
        """Enter configuration mode."""
        self.config = ConfigMode(self.box.running, self.box)
        return _ENTERING

    def configure_terminal_revert(self, minutes: int) -> str:
        """The same with a timer that puts everything back (12.4(20)T)."""
        if self.box.faults.no_revert_timer:
            raise Refusal("% Invalid input detected at '^' marker.\n", len("configure terminal "))
        if not self.box.running.archive_path:
            return _ARCHIVE_FIRST
        if self.box.revert:
            return _ALREADY
        name = self.box.arm_revert(minutes)
        notice = f"Rollback Confirmed Change: Backing up current running config to {name}\n\n"
        return notice + self.configure_terminal()

    def configure_confirm(self) -> str:
        """The change stands."""
        return "" if self.box.confirm() else show.NO_REVERT

    def configure_revert_now(self) -> str:
        """The change is taken back."""
        if not self.box.revert_now():
            return show.NO_REVERT
        return "Rollback Confirmed Change: rolling back now.\nTotal number of passes: 1\nRollback Done\n\n"

    def write_memory(self) -> str | Ask:
        """Save; NVRAM may be busy, or written by another image."""
        self.box.log.commands.append("write memory")
        if self.box.faults.nvram_question:
            text = (
                "Warning: Attempting to overwrite an NVRAM configuration previously written\n"
                "by a different version of the system image.\n"
                "Overwrite the previous NVRAM configuration?[confirm]"
            )
            return Ask(text, self._overwrite, one_key=True)
        return self._save()

    def _overwrite(self, key: str) -> str:
        return self._save() if key.strip().lower() in {"", "y"} else "\n"

    def _save(self) -> str:
        if self.box.faults.nvram_failure:
            return _NVRAM_BUSY
        self.box.write_memory()
        return "Building configuration...\n[OK]\n"

    def copy_run_start(self) -> Ask:
        """`copy running-config startup-config` asks for the file's name first."""
        return Ask("Destination filename [startup-config]? ", lambda _: self.write_memory())

    def reload(self) -> str | Ask:
        """Ask about unsaved changes, then for confirmation."""
        confirm = Ask("Proceed with reload? [confirm]", self._reload, one_key=True)
        if self.box.running.render() == self.box.startup:
            return confirm
        question = "\nSystem configuration has been modified. Save? [yes/no]: "
        return Ask(question, lambda answer: self._save_first(answer, confirm, question))

    def _save_first(self, answer: str, then: Ask, question: str) -> str | Ask:
        if answer.strip().lower() in {"y", "yes"}:
            self._save()
        elif answer.strip().lower() not in {"n", "no"}:
            return Ask(
                f"% Please answer 'yes' or 'no'.{question}", lambda a: self._save_first(a, then, question)
            )
        return then

    def _reload(self, key: str) -> str:
        if key.strip().lower() in {"", "y"}:
            self.box.log.commands.append("reload")
            self.box.reload()
            raise Hangup
        return "\n"

    def reload_in(self, minutes: int) -> str | Ask:
        """`reload in N`."""

        def confirmed(key: str) -> str:
            if key.strip().lower() in {"", "y"}:
                self.box.reload_timer = self.box.scheduler.call_later(minutes * 60, self.box.reload)
            return "\n"

        confirm = Ask("Proceed with reload? [confirm]", confirmed, one_key=True)
        if self.box.running.render() == self.box.startup:
            return confirm
        question = "\nSystem configuration has been modified. Save? [yes/no]: "
        return Ask(question, lambda answer: self._save_first(answer, confirm, question))

    def reload_cancel(self) -> str:
        """`reload cancel`."""
        if self.box.reload_timer is None:
            return "%No reload is scheduled.\n"
        self.box.reload_timer.cancel()
        self.box.reload_timer = None
        return "\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"

    def clear_translations(self) -> None:
        """`clear ip nat translation *`."""
        self.box.log.commands.append("clear ip nat translation *")
        self.box.in_use.clear()

    def ping(self, target: str) -> str:
        """Five echoes, answered by what the network model says."""
        try:
            address = IPv4Address(target)
        except AddressValueError:
            return "% Unrecognized host or address, or protocol not running.\n\n"
        own = {i.address.ip for i in self.box.running.interfaces.values() if i.address}
        reach = self.box.answers_ping
        answers = address in own or bool(reach and reach(address))
        rate = "100 percent (5/5), round-trip min/avg/max = 1/1/4 ms" if answers else "0 percent (0/5)"
        return (
            "Type escape sequence to abort.\n"
            f"Sending 5, 100-byte ICMP Echos to {address}, timeout is 2 seconds:\n"
            f"{'!!!!!' if answers else '.....'}\nSuccess rate is {rate}\n"
        )


CHANGING: frozenset[object] = frozenset(
    {
        Terminal.clear_translations,
        Terminal.configure_confirm,
        Terminal.configure_revert_now,
        Terminal.configure_terminal_revert,
        Terminal.write_memory,
    }
)
"""Commands of privileged mode that change something and ask nothing."""


def _show(render: Callable[[Box], str]) -> Callable[[Terminal], str]:
    return lambda terminal: render(terminal.box)


_COMMON = {
    "enable": Terminal.enable,
    "exit": Terminal.leave,
    "logout": Terminal.leave,
    "ping <word>": Terminal.ping,
    "show privilege": Terminal.show_privilege,
    "terminal length <number>": Terminal.set_length,
    "terminal width <number>": Terminal.set_width,
    **{f"show {name}": _show(render) for name, render in show.SHOWS.items()},
}

USER = Grammar(_COMMON)

PRIVILEGED = Grammar(
    _COMMON
    | {f"show {name}": _show(render) for name, render in show.PRIVILEGED_SHOWS.items()}
    | {
        "clear ip nat translation *": Terminal.clear_translations,
        "configure confirm": Terminal.configure_confirm,
        "configure revert now": Terminal.configure_revert_now,
        "configure terminal": Terminal.configure_terminal,
        "configure terminal revert timer <minutes>": Terminal.configure_terminal_revert,
        "copy running-config startup-config": Terminal.copy_run_start,
        "disable": Terminal.disable,
        "reload": Terminal.reload,
        "reload cancel": Terminal.reload_cancel,
        "reload in <minutes>": Terminal.reload_in,
        "terminal monitor": Terminal.ignore,
        "terminal no monitor": Terminal.ignore,
        "undebug all": Terminal.ignore,
        "write": Terminal.write_memory,
        "write memory": Terminal.write_memory,
    }
)
