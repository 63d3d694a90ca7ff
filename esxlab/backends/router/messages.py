"""What a console says by itself, wherever the router's own words happen to be: syslog, and who reloads it.

Without `logging synchronous` IOS breaks off whatever it is writing, an echo or a prompt too, begins a line of
its own, and goes on behind it as if nothing had been (Cisco, "Cisco IOS Configuration Fundamentals Command
Reference", `logging synchronous`: "unsolicited messages ... appear intermixed with solicited output").
"""

from __future__ import annotations

import re

_ONE = r"(?:[^\n%]*: )?%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+: [^\n]*\n"
_TRACEBACK = r"(?:-(?:Traceback|Process)[^\n]*\n)*"
_BROADCAST = r"(?:\*\*\*[^\n]*\n){2,}"  # `reload in`: *** --- SHUTDOWN in 0:05:00 ---; `send`
_EACH = rf"(?:{_ONE}{_TRACEBACK}|{_BROADCAST})"
_MESSAGES = re.compile(rf"\n{_EACH}(?:\n?{_EACH})*")


def holds_message(text: str) -> bool:
    """Whether the console has spoken in between, or the text itself quotes it."""
    return _MESSAGES.search(f"\n{text}\n") is not None


def without_messages(text: str) -> str:
    """The words before and behind a message put together again."""
    return _MESSAGES.sub("", text)


def position_behind(text: str, end: int) -> int:
    """Where in `text` the first `end` signs of `without_messages(text)` end."""
    for match in _MESSAGES.finditer(text):
        if match.start() >= end:
            break
        end += match.end() - match.start()
    return end
