"""The one table from what netmiko, paramiko and pyserial raise, and from what IOS says, to our own errors."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.local.shortages import shortage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTICES = re.compile(
    r"%+ ?(?:Not all config may be removed and may reappear|NOTE\b|Notice\b|Warning\b)", re.IGNORECASE
)
"""What begins as an error does and is none: the line was taken.

The first is said when a subinterface is removed: "% Not all config may be removed and may reappear after
reactivating the sub-interface" (IOS 12.x and 15.x). `%Warning: use /31 mask on non point-to-point interface
cautiously` (IOS 12.2(2)T, RFC 3021 feature).
"""
NO_MEMORY = re.compile(
    r"%+ ?Non-volatile configuration memory (?:is not present|invalid or not present)", re.IGNORECASE
)
"""A router whose NVRAM is missing or empty may say so at any line.

The answer it is only to `show startup-config`.
"""
_SYSLOG = r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+:"
_ERROR = (
    rf"(?!{_SYSLOG})(?:%|Bad (?:mask|address)|Command (?:rejected|authorization failed)|Invalid address|"
    r"Configuration mode locked exclusively by)"
)
IOS_ERROR = re.compile(rf"^[ \t]*(?P<words>{_ERROR}.*)", re.MULTILINE | re.IGNORECASE)
"""An IOS error, and not a line of syslog; `^%` alone misses Bad mask and fires on the console's messages.

"Command authorization failed." is what AAA says (ansible#31575); "Configuration mode locked
exclusively by user ..." (`configuration mode exclusive`, 12.3(14)T) has no percent sign either.
"""
_BEFORE_AN_ERROR = re.compile(rf"\s*(?:\^\s*|.*{_SYSLOG}.*\n\s*)*")

_BY_TEXT = (
    ("unable to connect to", "router.unreachable"),
    ("dns failure", "router.unreachable"),
    ("no acceptable", "router.algorithms"),
    ("incompatible ssh", "router.algorithms"),
    ("incompatible version", "router.algorithms"),
    ("indecipherable protocol version", "router.no_ssh"),
    ("error reading ssh protocol banner", "router.no_line"),
    ("channel closed", "router.no_line"),
    ("administratively prohibited", "router.no_line"),
    ("no existing session", "router.cut"),
    ("authentication timeout", "router.cut"),
    ("authentication", "router.login"),
    ("eof", "router.cut"),
    ("socket is closed", "router.cut"),
    ("could not open port", "router.serial"),
    ("available devices are", "router.serial"),
    ("multiple ports found", "router.serial"),
    ("comm port", "router.serial"),
)
_BY_CLASS = {
    "NetmikoAuthenticationException": "router.login",
    "AuthenticationException": "router.login",
    "BadAuthenticationType": "router.login",
    "ConnectionRefusedError": "router.refused",
    "TimeoutError": "router.unreachable",
    "gaierror": "router.unreachable",
    "NetmikoTimeoutException": "router.unreachable",
    "ReadException": "router.cut",
    "WriteException": "router.cut",
    "EOFError": "router.cut",
    "BrokenPipeError": "router.cut",
    "ConnectionAbortedError": "router.cut",
    "ConnectionResetError": "router.cut",
    "ChannelException": "router.no_line",
    "SSHException": "router.no_line",
    "SerialException": "router.serial",
    "OSError": "router.unreachable",
}
CONNECTED = frozenset({"router.unreachable", "router.refused"})
TALKING = CONNECTED | {"router.serial", "router.no_line"}
"""What cannot be said any more once a connection, or a line, was open: it was cut."""


@contextlib.contextmanager
def at_the_boundary(host: str, *, cut: frozenset[str] = frozenset()) -> Iterator[None]:
    """Whatever a library of this room raises becomes our error; ours pass. Codes in `cut` mean router.cut.

    Only calls of the libraries belong inside: a fault of our own would be told as one of theirs.
    """
    try:
        yield
    except LabError:
        raise
    except Exception as fault:
        error = translate(fault, host=host)
        if error.code in cut:
            error = LabError("router.cut", where=host, detail=error.detail, host=host)
        raise error from fault


def translate(fault: BaseException, *, host: str) -> LabError:
    """Our error for a foreign fault: by what it says, else by its class, the nearest first."""
    if shortage := shortage_of(fault, beneath=True):  # netmiko says "TCP connection to device failed."
        return shortage.at(host)
    text = " ".join(str(fault).split())
    by_class = next(_codes_of(fault), "")
    by_text = next((code for part, code in _BY_TEXT if part in text.lower()), "")
    code = by_text or by_class or "router.library"
    kind = type(fault).__name__
    return LabError(code, where=host, detail=_short(text), host=host, kind=kind)


def _codes_of(fault: BaseException) -> Iterator[str]:
    return (_BY_CLASS[kind.__name__] for kind in type(fault).__mro__ if kind.__name__ in _BY_CLASS)


def _short(text: str) -> str:
    """Netmiko's texts go on with advice of their own; the first sentences are the fault."""
    for advice in ("Common causes", "Things you might try"):
        text = text.partition(advice)[0]
    return text.strip()[:300]


def ios_error(answer: str) -> str:
    """IOS's own words when this answer is a refusal; empty when it is not, or only a notice."""
    return next((words for words in _errors(answer) if not NO_MEMORY.match(words)), "")


def _errors(answer: str) -> Iterator[str]:
    found = (match["words"].strip() for match in IOS_ERROR.finditer(answer))
    return (words for words in found if not _NOTICES.match(words))


def refusal_of_show(answer: str) -> str:
    """The same for a show command, whose answer may quote anything: only its first words count."""
    start = _BEFORE_AN_ERROR.match(answer)
    return next(_errors(answer[start.end() if start else 0 :].partition("\n")[0]), "")
