"""A file, or a stretch of one: a disk in a tar archive is read where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, open_ordinary

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """Where some bytes lie: `size` from `offset` on."""

    path: Path
    offset: int
    size: int

    @classmethod
    def whole(cls, path: Path) -> Part:
        """A file from its beginning to its end. LabError model.disk_unread."""
        with Window(cls(path, 0, 0)) as window:
            return cls(path, 0, window.file_size)


class Window:
    """A part that is open; every trouble with it is LabError model.disk_unread."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._file: BinaryIO

    def __enter__(self) -> Self:
        try:
            self._file = open_ordinary(self.part.path)
        except (OSError, Unreadable) as error:
            raise unread(self.part.path, getattr(error, "strerror", None) or str(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def file_size(self) -> int:
        """Bytes of the whole file."""
        return self._file.seek(0, 2)

    def read(self, at: int, size: int) -> bytes:
        """So many bytes, fewer only at the part's end. LabError model.disk_unread."""
        if not 0 <= at <= self.part.size:  # no file has such a place, and seek would say so in its own way
            return b""
        size = min(size, self.part.size - at)
        try:
            self._file.seek(self.part.offset + at)
            return self._file.read(size)
        except OSError as error:
            raise unread(self.part.path, error.strerror or str(error)) from error

    def exactly(self, at: int, size: int) -> bytes:
        """So many bytes. LabError model.disk_unread when the file ends before."""
        content = self.read(at, size)
        if len(content) != size:
            raise unread(self.part.path, f"no {size} bytes at {at}")
        return content


def unread(path: Path, detail: str) -> LabError:
    """The file cannot be read, or not as what it says that it is."""
    return LabError("model.disk_unread", where=str(path), detail=detail)
