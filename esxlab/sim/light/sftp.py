"""SFTP over a simulated machine's file system."""

from __future__ import annotations

import errno
import posixpath
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from esxlab.sim.light.commands.files import UIDS
from esxlab.sim.light.disk import Node
from esxlab.sim.light.filesystem import fail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from esxlab.sim.light.machine import Machine

TYPES = {"file": stat.S_IFREG, "dir": stat.S_IFDIR, "link": stat.S_IFLNK}
NAMES = {number: name for name, number in UIDS.items()}


@dataclass(slots=True)
class OpenFile:
    """An open file: its path and how it was opened."""

    path: str
    append: bool = False


def attributes(node: Node) -> asyncssh.SFTPAttrs:
    """A node as SFTP describes it."""
    return asyncssh.SFTPAttrs(
        size=4096 if node.kind == "dir" else len(node.content),
        uid=UIDS.get(node.owner, 1000),
        gid=UIDS.get(node.group, 1000),
        permissions=TYPES[node.kind] | node.mode,
        atime=int(node.mtime),
        mtime=int(node.mtime),
    )


class MachineSftp(asyncssh.SFTPServer):
    """One SFTP session; changes are kept when a file is closed, renamed, removed or made."""

    def __init__(self, chan: asyncssh.SSHServerChannel[bytes], machine: Machine) -> None:
        super().__init__(chan)
        self._machine = machine
        self._files = machine.files

    def _path(self, path: bytes) -> str:
        return posixpath.normpath(posixpath.join("/root", path.decode(errors="replace")))

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> OpenFile:
        """Open a file by FXF flags."""
        name = self._path(path)
        node = self._files.find(name)
        if node is not None and node.kind == "dir":
            fail(errno.EISDIR, name)
        if node is None and not pflags & asyncssh.FXF_CREAT:
            fail(errno.ENOENT, name)
        if node is not None and pflags & asyncssh.FXF_EXCL:
            fail(errno.EEXIST, name)
        if node is None or pflags & asyncssh.FXF_TRUNC:
            mode = stat.S_IMODE(attrs.permissions) if attrs.permissions is not None else 0o644
            self._files.write(name, b"", mode=mode)
        return OpenFile(name, append=bool(pflags & asyncssh.FXF_APPEND))

    def close(self, file_obj: object) -> None:  # noqa: ARG002 - asyncssh's signature
        """Close a file: now it is on the disk."""
        self._machine.save()

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read a part of an open file."""
        return self._files.read(_opened(file_obj).path)[offset : offset + size]

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write a part of an open file."""
        opened = _opened(file_obj)
        old = self._files.read(opened.path)
        at = len(old) if opened.append else offset
        new = old[:at].ljust(at, b"\0") + data + old[at + len(data) :]
        self._files.write(opened.path, new)
        return len(data)

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """What is at this path, links followed."""
        return attributes(self._files.node(self._path(path)))

    def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """What is at this path, a link itself."""
        return attributes(self._files.node(self._path(path), follow=False))

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        """What an open file is."""
        return attributes(self._files.node(_opened(file_obj).path))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Change mode, owner, size."""
        self._set(self._path(path), attrs)
        self._machine.save()

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Change mode, owner, size of an open file."""
        self._set(_opened(file_obj).path, attrs)

    def _set(self, path: str, attrs: asyncssh.SFTPAttrs) -> None:
        if attrs.size is not None:
            self._files.write(path, self._files.read(path)[: attrs.size].ljust(attrs.size, b"\0"))
        self._files.change(
            path,
            mode=None if attrs.permissions is None else stat.S_IMODE(attrs.permissions),
            owner=None if attrs.uid is None else NAMES.get(attrs.uid),
            group=None if attrs.gid is None else NAMES.get(attrs.gid),
        )

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """The entries of a directory."""
        name = self._path(path)
        for entry in self._files.listing(name):
            node = self._files.node(posixpath.join(name, entry), follow=False)
            yield asyncssh.SFTPName(entry.encode(), attrs=attributes(node))

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Make a directory."""
        mode = 0o755 if attrs.permissions is None else stat.S_IMODE(attrs.permissions)
        self._files.make_directory(self._path(path), mode=mode)
        self._machine.save()

    def rmdir(self, path: bytes) -> None:
        """Remove an empty directory."""
        self._files.remove_directory(self._path(path))
        self._machine.save()

    def remove(self, path: bytes) -> None:
        """Remove a file."""
        self._files.remove(self._path(path))
        self._machine.save()

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, refusing to replace a file, as SFTP version 3 does."""
        if self._files.find(self._path(newpath), follow=False) is not None:
            raise asyncssh.SFTPFailure("File already exists")
        self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename over an existing file."""
        self._files.rename(self._path(oldpath), self._path(newpath))
        self._machine.save()

    def realpath(self, path: bytes) -> bytes:
        """The path without links; a missing file's path as it is."""
        try:
            return self._files.resolve(self._path(path)).encode()
        except OSError:
            return self._path(path).encode()

    def readlink(self, path: bytes) -> bytes:
        """The target of a link."""
        node = self._files.node(self._path(path), follow=False)
        if node.kind != "link":
            fail(errno.EINVAL, self._path(path))
        return node.content

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Make a symbolic link."""
        self._files.put(self._path(newpath), Node("link", oldpath, 0o777))
        self._machine.save()


def _opened(file_obj: object) -> OpenFile:
    if not isinstance(file_obj, OpenFile):
        raise asyncssh.SFTPFailure("invalid handle")
    return file_obj
