"""paramiko's reader of packets, with limits: paramiko itself takes what the other side announces.

paramiko is imported by this module, so it is imported only when something is dialled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paramiko import SSHException
from paramiko.common import MSG_DEBUG, MSG_IGNORE, MSG_KEXINIT, MSG_UNIMPLEMENTED
from paramiko.packet import Packetizer

if TYPE_CHECKING:
    from paramiko.message import Message

LARGEST = 256 * 1024
"""Bytes of a packet. RFC 4253, 6.1 asks for 35,000; OpenSSH reads no longer one (PACKET_MAX_SIZE)."""
GREETING = 64 * 1024
"""Bytes before and in the version line: RFC 4253, 4.2 has one line of 255, after any number of others."""
STRANGER = 200
"""Packets until it has been logged in; OpenSSH sends about ten."""
NOISE = 2_000
"""So many more packets that say nothing (debug, ignore, unimplemented: RFC 4253, 11) than packets that do.

Not so many in all: a server may send one before each packet (RFC 4251, 9.3.1: CBC; 4253, 11.2: traffic
analysis), as PuTTY and asyncssh do; a drill asks thousands of times over one connection.
"""
REKEYS = 100
"""Key exchanges of one connection; OpenSSH asks for one in a gibibyte (ssh_config(5), RekeyLimit)."""
SAY_NOTHING = frozenset({MSG_IGNORE, MSG_UNIMPLEMENTED, MSG_DEBUG})


class BoundedPacketizer(Packetizer):
    """Reads what another side may send, and not more. `trusted` is set when it has been logged in."""

    trusted = False
    _greeted = _packets = _excess = _exchanges = 0

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:  # noqa: FBT001, FBT002 - paramiko's
        """As many bytes; SSHException for more than a packet can have: paramiko would ask for all of them."""
        if n > LARGEST:
            raise SSHException(f"a packet of {n} bytes")
        return super().read_all(n, check_rekey)

    def _read_timeout(self, timeout: float) -> bytes:
        """A piece of the lines before the first packet: paramiko reads a line of any length."""
        piece: bytes = super()._read_timeout(timeout)  # type: ignore[misc] # not in the stubs
        self._greeted += len(piece)
        if self._greeted > GREETING:
            raise SSHException(f"a banner of more than {GREETING} bytes")
        return piece

    def read_message(self) -> tuple[int, Message]:
        """The next packet; SSHException for one too many of those that lead nowhere."""
        kind, message = super().read_message()
        self._packets += 1
        self._excess = max(0, self._excess + (1 if kind in SAY_NOTHING else -1))
        self._exchanges += kind == MSG_KEXINIT
        if not self.trusted and self._packets > STRANGER:
            raise SSHException(f"more than {STRANGER} packets before the login")
        if self._excess > NOISE:
            raise SSHException(f"{NOISE} packets that say nothing")
        if self._exchanges > REKEYS:
            raise SSHException(f"more than {REKEYS} key exchanges")
        return kind, message
