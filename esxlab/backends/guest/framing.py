"""How a script and its answer travel through a login shell that may be any, and may print anything: no I/O.

sshd gives the command to root's login shell, and bash reads /root/.bashrc even then (bash(1), INVOCATION,
"remote shell daemon"). So the login shell gets one line that every shell reads alike, and hands over to sh;
the script comes on standard input, once sh has said a word that nobody can know beforehand. What was printed
before that word is not the answer; what comes between it and the next is, to the letter.
"""

from __future__ import annotations

import re
import secrets
import shlex
from typing import NamedTuple

SH = "/bin/sh"
LAST = 65_536
"""In so many of the last bytes the last word is looked for."""


class Answer(NamedTuple):
    """What came between the two words; `status` None: the second word has not come yet."""

    content: bytes
    status: int | None


class Frame:
    """One round trip's words."""

    def __init__(self) -> None:
        self.nonce = f"esxlab-{secrets.token_hex(12)}"
        self._begin = f"{self.nonce}\n".encode()
        self._end = re.compile(rb"\n" + self.nonce.encode() + rb" (\d{1,3})\n")

    @property
    def command(self) -> str:
        """For the login shell: no `!`, no backslash, one line: sh, bash, zsh, tcsh and fish read it alike.

        Both streams begin and end with the word. LC_ALL: what programs print is read by this program.
        """
        inner = (
            f"LC_ALL=C; export LC_ALL; echo {self.nonce}; echo {self.nonce} >&2; {SH}; s=$?; "
            f"echo >&2; echo {self.nonce} $s >&2; echo; echo {self.nonce} $s"
        )
        return f"exec {SH} -c '{inner}'"

    def script(self, text: str) -> bytes:
        """What goes to sh's standard input: read to its end before it begins, and none of it as its input."""
        return f"{{\n{text.rstrip()}\n}} </dev/null\n".encode()

    def begun(self, said: bytes | bytearray) -> bool:
        """Whether the first word has come."""
        return self._begin in said

    def ended(self, said: bytes | bytearray) -> bool:
        """Whether the last word has come: nothing comes after it but what a program left behind may print."""
        return self._end.search(said, max(0, len(said) - LAST)) is not None

    def before(self, said: bytes) -> bytes:
        """What was said before the first word: by whatever root's login shell reads when it starts."""
        return said.partition(self._begin)[0]

    def read(self, said: bytes) -> Answer:
        """The answer in what was said on one stream."""
        _, _, after = said.partition(self._begin)
        found = self._end.search(after)
        return Answer(after[: found.start()], int(found[1])) if found else Answer(after, None)


def build_batch(batch: str, files: dict[str, str]) -> str:
    """The script that puts small files into a new directory that only root can read.

    printf is built into sh: what it writes is in no process's arguments.
    """
    lines = ["set -e", "umask 077", shlex.join(["mkdir", batch])]
    lines += [
        f"printf %s {shlex.quote(content)} >{shlex.quote(f'{batch}/{name}')}"
        for name, content in files.items()
    ]
    return "\n".join(lines)
