"""How a script and its answer travel: on standard input of `sh -s`, and between two marks.

The whole script is one compound command: sh reads it to its end before it begins, so that one that was cut
off does nothing at all (a syntax error). The answer ends with a mark that nobody can know beforehand, and
the exit status: without it, it was cut.
"""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

COMMAND = "sh -s"
"""ESXi's shell is busybox ash, for every user that may log in."""


class Answer(NamedTuple):
    """What a script has printed, both streams, and its exit status. `refused`: a word of its own, or none."""

    status: int
    text: str
    refused: str = ""


class Frame:
    """One round trip's marks."""

    def __init__(self) -> None:
        self.nonce = f"esxlab-{secrets.token_hex(12)}"
        word = re.escape(self.nonce.encode())
        self._begin = self.nonce.encode() + b" begin\n"
        self._end = re.compile(rb"\n" + word + rb" end (\d{1,3})\n")
        self._no = re.compile(rb"\n" + word + rb" no ([a-z_]+)\n")

    def script(self, body: str) -> bytes:
        """What goes to sh. In the body `no WORD` ends it with a refusal, and $N is the mark."""
        lines = [
            "{",
            f"N={self.nonce}",
            "LC_ALL=C; export LC_ALL",
            """no() { printf '\\n%s no %s\\n' "$N" "$1"; exit 9; }""",
            """printf '%s begin\\n' "$N\"""",
            "(",
            body.rstrip(),
            ") </dev/null 2>&1",
            """printf '\\n%s end %s\\n' "$N" "$?\"""",
            "}",
            "",
        ]
        return "\n".join(lines).encode()

    def read(self, said: bytes | bytearray) -> Answer | None:
        """The whole answer; None while it has no end."""
        _, begun, after = bytes(said).partition(self._begin)
        found = self._end.search(after) if begun else None
        if found is None:
            return None
        text = after[: found.start()]
        refused = self._no.search(text + b"\n") or self._no.search(b"\n" + text + b"\n")
        return Answer(int(found[1]), text.decode(errors="replace"), refused[1].decode() if refused else "")
