"""The file system of a simulated machine: paths, links, modes and the kernel's own errors, as OSError."""

from __future__ import annotations

import errno
import fnmatch
import os
import posixpath
from typing import TYPE_CHECKING, NoReturn, Protocol

from esxlab.sim.light.disk import VOLATILE, Disk, Node

if TYPE_CHECKING:
    from esxlab.sim.light.clock import Clock

MAX_LINKS = 40


class KernelFiles(Protocol):
    """The files of /proc and /sys: the kernel answers when they are read or written."""

    def read_kernel_file(self, path: str) -> bytes | None:
        """Content, or None when the kernel has no such file."""
        ...

    def write_kernel_file(self, path: str, content: bytes) -> bool:
        """Whether the kernel has such a file; OSError when it refuses the value."""
        ...


def fail(code: int, path: str) -> NoReturn:
    """Raise the OSError of this errno for this path."""
    raise OSError(code, os.strerror(code), path)


class FileSystem:
    """The mounted disk; every path is absolute."""

    def __init__(self, disk: Disk, clock: Clock, kernel: KernelFiles | None = None) -> None:
        self.disk = disk
        self._clock = clock
        self._kernel = kernel

    def resolve(self, path: str, *, follow: bool = True) -> str:
        """The path without links; the last part may be missing, its directories may not. OSError."""
        todo = [part for part in posixpath.normpath(path).split("/") if part]
        done, links = "", 0
        while todo:
            here = f"{done}/{todo.pop(0)}"
            node = self.disk.nodes.get(here)
            if node is not None and node.kind == "link" and (follow or todo):
                links += 1
                if links > MAX_LINKS:
                    fail(errno.ELOOP, path)
                target = posixpath.normpath(posixpath.join(done or "/", node.content.decode()))
                todo, done = [part for part in target.split("/") if part] + todo, ""
                continue
            if todo and not here.startswith(("/proc", "/sys")):
                if node is None:
                    fail(errno.ENOENT, path)
                if node.kind != "dir":
                    fail(errno.ENOTDIR, path)
            done = here
        return done or "/"

    def find(self, path: str, *, follow: bool = True) -> Node | None:
        """The node at this path, or None."""
        try:
            return self.node(path, follow=follow)
        except OSError:
            return None

    def node(self, path: str, *, follow: bool = True) -> Node:
        """The node at this path; OSError ENOENT when there is none."""
        where = self.resolve(path, follow=follow)
        if where == "/":
            return Node("dir", mode=0o755)
        if (node := self.disk.nodes.get(where)) is not None:
            return node
        if self._kernel and (content := self._kernel.read_kernel_file(where)) is not None:
            return Node(content=content)
        fail(errno.ENOENT, path)

    def read(self, path: str) -> bytes:
        """The content of a file; OSError."""
        node = self.node(path)
        if node.kind == "dir":
            fail(errno.EISDIR, path)
        return node.content

    def read_text(self, path: str) -> str:
        """The content of a text file, empty when there is none."""
        try:
            return self.read(path).decode(errors="replace")
        except OSError:
            return ""

    def write(self, path: str, content: bytes, *, append: bool = False, mode: int = 0o644) -> None:
        """Write a file, keeping its mode and owner when it exists; OSError."""
        where = self.resolve(path)
        if where.startswith(("/proc/", "/sys/")):
            if self._kernel is None or not self._kernel.write_kernel_file(where, content):
                fail(errno.ENOENT, path)
            return
        node = self.disk.nodes.get(where)
        if (node is not None and node.kind == "dir") or where == "/" or path.endswith("/"):
            fail(errno.EISDIR, path)
        self._need_directory(posixpath.dirname(where), path)
        if node is None:
            node = self.disk.nodes[where] = Node(mode=mode)
        node.content = node.content + content if append else content
        self._touch(node, where)

    def put(self, path: str, node: Node) -> None:
        """Put a node at a path whose directory exists; OSError."""
        where = self.resolve(path, follow=False)
        self._need_directory(posixpath.dirname(where), path)
        self.disk.nodes[where] = node
        self._touch(node, where)

    def make_directory(self, path: str, *, parents: bool = False, mode: int = 0o755) -> None:
        """Make a directory, with `parents` as mkdir -p does; OSError."""
        if parents:
            missing = posixpath.dirname(posixpath.normpath(path))
            if self.find(missing) is None:
                self.make_directory(missing, parents=True)
            if (there := self.find(path)) is not None and there.kind == "dir":
                return
        where = self.resolve(path, follow=False)
        if where in self.disk.nodes or where == "/":
            fail(errno.EEXIST, path)
        self._need_directory(posixpath.dirname(where), path)
        self.disk.nodes[where] = Node("dir", mode=mode)
        self._touch(self.disk.nodes[where], where)

    def remove(self, path: str) -> None:
        """Remove a file or a link; OSError."""
        where = self.resolve(path, follow=False)
        node = self.node(where, follow=False)
        if node.kind == "dir":
            fail(errno.EISDIR, path)
        if self.disk.nodes.pop(where, None) is None:
            fail(errno.EPERM, path)
        self._mark(where)

    def remove_directory(self, path: str, *, whole: bool = False) -> None:
        """Remove an empty directory, or a whole tree; OSError."""
        where = self.resolve(path, follow=False)
        if self.node(where, follow=False).kind != "dir":
            fail(errno.ENOTDIR, path)
        below = [name for name in self.disk.nodes if name.startswith(f"{where}/")]
        if below and not whole:
            fail(errno.ENOTEMPTY, path)
        for name in [*below, where]:
            self.disk.nodes.pop(name, None)
        self._mark(where)

    def rename(self, old: str, new: str) -> None:
        """Give a file or a tree another name, over an existing file; OSError."""
        source, target = self.resolve(old, follow=False), self.resolve(new, follow=False)
        self.node(source, follow=False)
        self._need_directory(posixpath.dirname(target), new)
        if target != source and (there := self.disk.nodes.get(target)) is not None and there.kind == "dir":
            self.remove_directory(target)
        for name in [n for n in self.disk.nodes if n == source or n.startswith(f"{source}/")]:
            self.disk.nodes[target + name.removeprefix(source)] = self.disk.nodes.pop(name)
        self._mark(target)

    def change(
        self, path: str, *, mode: int | None = None, owner: str | None = None, group: str | None = None
    ) -> None:
        """Change mode, owner or group of what is at this path; OSError."""
        node = self.node(path)
        node.mode = node.mode if mode is None else mode & 0o7777
        node.owner = owner or node.owner
        node.group = group or node.group
        self._mark(self.resolve(path))

    def listing(self, path: str) -> list[str]:
        """The names in a directory, sorted; OSError."""
        where = self.resolve(path)
        if self.node(where).kind != "dir":
            fail(errno.ENOTDIR, path)
        start = where.rstrip("/") + "/"
        return sorted(
            name[len(start) :] for name in self.disk.nodes
            if name.startswith(start) and "/" not in name[len(start) :]
        )  # fmt: skip

    def glob(self, pattern: str) -> list[str]:
        """The paths that match a shell pattern, sorted."""
        found = ["/"]
        for part in [p for p in pattern.split("/") if p]:
            found = [
                posixpath.join(directory, name) for directory in found
                if (node := self.find(directory)) is not None and node.kind == "dir"
                for name in self.listing(directory)
                if fnmatch.fnmatchcase(name, part) and (part.startswith(".") or not name.startswith("."))
            ]  # fmt: skip
        return sorted(found)

    def clear_volatile(self) -> None:
        """Empty /run and /tmp, as a boot does."""
        for path in [p for p in self.disk.nodes if p.startswith(VOLATILE)]:
            del self.disk.nodes[path]

    def _need_directory(self, directory: str, path: str) -> None:
        if directory != "/":
            node = self.disk.nodes.get(directory)
            if node is None:
                fail(errno.ENOENT, path)
            if node.kind != "dir":
                fail(errno.ENOTDIR, path)

    def _touch(self, node: Node, where: str) -> None:
        node.mtime = self._clock.wall()
        self._mark(where)

    def _mark(self, where: str) -> None:
        if not where.startswith(VOLATILE):
            self.disk.changed = True
