"""/vmfs/volumes in texts that pass, where the shell has no file system of its own: both ways, as a stream."""

from __future__ import annotations

VOLUMES = b"/vmfs/volumes"


class Rewriter:
    """Puts one text for another in a stream of bytes; what may be its beginning is held back."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old, self._new = old, new
        self._held = b""

    def feed(self, content: bytes) -> bytes:
        """What may go on now."""
        content = self._held + content
        done = bytearray()
        while (at := content.find(self._old)) >= 0:
            done += content[:at] + self._new
            content = content[at + len(self._old) :]
        held = next(
            (
                size
                for size in range(min(len(self._old) - 1, len(content)), 0, -1)
                if self._old.startswith(content[-size:])
            ),
            0,
        )
        self._held = content[len(content) - held :]
        return bytes(done) + content[: len(content) - held]

    def flush(self) -> bytes:
        """The rest, at the end of the stream."""
        rest, self._held = self._held, b""
        return rest


class Passing(Rewriter):
    """Changes nothing, and holds nothing back."""

    def __init__(self) -> None:
        super().__init__(b"\0", b"\0")

    def feed(self, content: bytes) -> bytes:
        """All of it."""
        return content
