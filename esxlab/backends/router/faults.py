"""The one table from what netmiko, paramiko, pyserial and IOS say to our own errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

IOS_ERROR = re.compile(
    r"^\s*(?P<words>(?:%(?![A-Z0-9_]+(?:-[A-Z0-9_]+)?-\d-[A-Z0-9_]+:)|"
    r"Bad (?:mask|address)|Command rejected|Invalid address).*)",
    re.MULTILINE,
)
"""An IOS error, and not a line of syslog; `^%` alone misses Bad mask and fires on the console's messages."""

NETMIKO_WAITS_S = 10  # its default read_timeout, where it waits by itself: the telnet and serial logins

_BY_TEXT = (
    ("unable to connect to", "router.unreachable"),
    ("tcp connection to device failed", "router.unreachable"),
    ("dns failure", "router.unreachable"),
    ("timed out", "router.unreachable"),
    ("no acceptable", "router.algorithms"),
    ("incompatible ssh", "router.algorithms"),
    ("incompatible version", "router.algorithms"),
    ("error reading ssh protocol banner", "router.no_line"),
    ("channel closed", "router.no_line"),
    ("administratively prohibited", "router.no_line"),
    ("authentication", "router.login"),
    ("login failed", "router.login"),
    ("eof", "router.cut"),
    ("socket is closed", "router.cut"),
    ("could not open port", "router.serial"),
    ("comm port", "router.serial"),
    ("serial", "router.serial"),
)
_BY_CLASS = {
    "NetmikoAuthenticationException": "router.login",
    "AuthenticationException": "router.login",
    "BadAuthenticationType": "router.login",
    "ConnectionRefusedError": "router.unreachable",
    "TimeoutError": "router.unreachable",
    "gaierror": "router.unreachable",
    "NetmikoTimeoutException": "router.unreachable",
    "ReadTimeout": "router.silent",
    "ReadException": "router.cut",
    "WriteException": "router.cut",
    "EOFError": "router.cut",
    "ConnectionResetError": "router.cut",
    "SSHException": "router.no_line",
    "SerialException": "router.serial",
    "OSError": "router.cut",
}


def foreign_faults() -> tuple[type[BaseException], ...]:
    """What the libraries below may raise; everything else is a bug of ours and crashes."""
    from netmiko import exceptions  # noqa: PLC0415 - slow, and only needed when a router is dialled
    from paramiko import SSHException  # noqa: PLC0415

    return (exceptions.NetmikoBaseException, SSHException, EOFError, OSError)


def translate(fault: BaseException, *, host: str, **facts: object) -> LabError:
    """Our error for a foreign fault: by what it says, else by its class, the nearest first."""
    text = " ".join(str(fault).split())
    by_text = next((code for part, code in _BY_TEXT if part in text.lower()), "")
    by_class = next(_codes_of(fault), "router.cut")
    code = by_class if by_class in {"router.login", "router.silent"} else by_text or by_class
    return LabError(
        code, where=host, detail=_short(text), host=host, **({"seconds": NETMIKO_WAITS_S} | facts)
    )


def _codes_of(fault: BaseException) -> Iterator[str]:
    return (_BY_CLASS[kind.__name__] for kind in type(fault).__mro__ if kind.__name__ in _BY_CLASS)


def _short(text: str) -> str:
    """Netmiko's texts go on with advice of their own; the first sentences are the fault."""
    for advice in ("Common causes", "Things you might try"):
        text = text.partition(advice)[0]
    return text.strip()[:300]


def ios_error(answer: str) -> str:
    """IOS's own words when this answer is a refusal; empty when it is not."""
    match = IOS_ERROR.search(answer)
    return match["words"].strip() if match else ""
