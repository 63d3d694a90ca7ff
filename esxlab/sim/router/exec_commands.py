"""What IOS's EXEC mode can be told: the commands and the grammar that finds them.

Each answers with text, or with a question (`Ask`).
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from esxlab.sim.router import show
from esxlab.sim.router.configure import ConfigMode
from esxlab.sim.router.grammar import Ask, Grammar, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.box import Box

_ARCHIVE_FIRST = "%Turn config archive on before using Rollback Confirmed Change\n"
_ALREADY = "%Rollback Confirmed Change is already active\n"
_ENTERING = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
_NVRAM_BUSY = "startup-config file open failed (Device or resource busy)\n"
_PASSWORD_TRIES = 3


class Hangup(Exception):  # noqa: N818 - an event, not a fault
    """The router closes the session, or with `silent` never answers again."""

    def __init__(self, *, silent: bool = False) -> None:
        super().__init__()
        self.silent = silent


class ExecCommands:
    """The state of a session that commands of EXEC mode change."""

    def __init__(self, box: Box, *, secret: str) -> None:
        self.box = box
        self.length = 24
        self.width = 80
        self.privileged = False
        self.config: ConfigMode | None = None
        self.secret = secret
        self._bad_secrets = 0

    def enable(self) -> str | Ask:
        """Ask for the secret unless the session is privileged already."""
        return "" if self.privileged else Ask("Password: ", self._check_secret)

    def _check_secret(self, typed: str) -> str | Ask:
        if typed == self.secret:
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
        ExecCommands.clear_translations,
        ExecCommands.configure_confirm,
        ExecCommands.configure_revert_now,
        ExecCommands.configure_terminal_revert,
        ExecCommands.write_memory,
    }
)
"""Commands of privileged mode that change something and ask nothing."""


def _show(render: Callable[[Box], str]) -> Callable[[ExecCommands], str]:
    return lambda session: render(session.box)


_COMMON = {
    "enable": ExecCommands.enable,
    "exit": ExecCommands.leave,
    "logout": ExecCommands.leave,
    "ping <word>": ExecCommands.ping,
    "show privilege": ExecCommands.show_privilege,
    "terminal length <number>": ExecCommands.set_length,
    "terminal width <number>": ExecCommands.set_width,
    **{f"show {name}": _show(render) for name, render in show.SHOWS.items()},
}

USER = Grammar(_COMMON)

PRIVILEGED = Grammar(
    _COMMON
    | {f"show {name}": _show(render) for name, render in show.PRIVILEGED_SHOWS.items()}
    | {
        "clear ip nat translation *": ExecCommands.clear_translations,
        "configure confirm": ExecCommands.configure_confirm,
        "configure revert now": ExecCommands.configure_revert_now,
        "configure terminal": ExecCommands.configure_terminal,
        "configure terminal revert timer <minutes>": ExecCommands.configure_terminal_revert,
        "copy running-config startup-config": ExecCommands.copy_run_start,
        "disable": ExecCommands.disable,
        "reload": ExecCommands.reload,
        "reload cancel": ExecCommands.reload_cancel,
        "reload in <minutes>": ExecCommands.reload_in,
        "terminal monitor": ExecCommands.ignore,
        "terminal no monitor": ExecCommands.ignore,
        "undebug all": ExecCommands.ignore,
        "write": ExecCommands.write_memory,
        "write memory": ExecCommands.write_memory,
    }
)
