"""What a person types into a terminal of another machine, and the keys by which they leave it."""

from __future__ import annotations

ESCAPE, LEAVE, ENDS = ord("~"), ord("."), b"\r\n"


class Typed:
    """Finds `~.` at the beginning of a line in what is typed; `~~` there sends one `~`.

    As OpenSSH has it (ssh(1), ESCAPE CHARACTERS), for a machine that hangs. A `~` that begins a line is held
    back until it is known what follows.
    """

    def __init__(self) -> None:
        self._begins, self._held = True, False
        self.leaves = False

    def take(self, keys: bytes) -> bytes:
        """What is to be sent of these keys; `leaves` says that it was the last."""
        sent = bytearray()
        for key in keys:
            if self._held:
                self._held = False
                if key == LEAVE:
                    self.leaves = True
                    break
                sent += b"~" if key == ESCAPE else bytes([ESCAPE, key])
            elif key == ESCAPE and self._begins:
                self._held = True
            else:
                sent.append(key)
            self._begins = key in ENDS
        return bytes(sent)
