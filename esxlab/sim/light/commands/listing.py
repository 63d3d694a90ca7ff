"""coreutils that show what is there: readlink, stat, ls."""

from __future__ import annotations

import posixpath
import re
import time
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.files import UIDS
from esxlab.sim.light.commands.options import enough_operands, read_options

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.disk import Node


KINDS = {"file": "regular file", "dir": "directory", "link": "symbolic link"}


LETTERS = {"file": "-", "dir": "d", "link": "l"}


def readlink(call: Call) -> int:
    """`readlink [-f] FILE`."""
    options = read_options(call, "fen", {"canonicalize": "f"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 1):
        return 1
    try:
        if "f" in options or "e" in options:
            call.print(call.machine.files.resolve(call.path(options.rest[0])))
            return 0
        node = call.machine.files.node(call.path(options.rest[0]), follow=False)
    except OSError:
        return 1
    if node.kind != "link":
        return 1
    call.print(node.content.decode())
    return 0


def stat(call: Call) -> int:
    """`stat -c FORMAT FILE...` with %a %U %G %u %g %n %s %F %Y."""
    options = read_options(call, "Lc:", {"format": "c", "printf": "p:", "dereference": "L"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 1):
        return 1
    form = options.get("c", "%n")
    status = 0
    for name in options.rest:
        try:
            node = call.machine.files.node(call.path(name), follow="L" in options)
        except OSError as error:
            status = call.fail(f"stat: cannot stat '{name}': {error.strerror}")
            continue
        kind = "regular empty file" if node.kind == "file" and not node.content else KINDS[node.kind]
        values = {"a": f"{node.mode:o}", "U": node.owner, "G": node.group, "n": name, "F": kind,
                  "u": str(UIDS.get(node.owner, 1000)), "g": str(UIDS.get(node.group, 1000)),
                  "s": str(4096 if node.kind == "dir" else len(node.content)), "Y": str(int(node.mtime)),
                  "%": "%"}  # fmt: skip
        call.print(re.sub("%([aUGnFugsY%])", lambda m: values[m[1]], form))  # noqa: B023 - used at once
    return status


def ls(call: Call) -> int:
    """`ls [-1] [-l] [-a] [-d] [FILE...]`; one name a line, as into a pipe."""
    options = read_options(call, "1ladAhtrF", {"all": "a", "directory": "d"})
    if isinstance(options, int):
        return options
    status, names = 0, options.rest or ["."]
    for name in names:
        path = posixpath.normpath(call.path(name))
        try:
            node = call.machine.files.node(path, follow="l" not in options)
        except OSError as error:
            status = call.fail(f"ls: cannot access '{name}': {error.strerror}", 2)
            continue
        if node.kind != "dir" or "d" in options:
            call.print(_long_line(name, node) if "l" in options else name)
            continue
        if len(names) > 1:
            call.print(f"{name}:")
        for entry in call.machine.files.listing(path):
            if not entry.startswith(".") or "a" in options or "A" in options:
                inner = call.machine.files.node(posixpath.join(path, entry), follow=False)
                call.print(_long_line(entry, inner) if "l" in options else entry)
    return status


def _long_line(name: str, node: Node) -> str:
    letters = "".join("rwx"[i % 3] if node.mode >> (8 - i) & 1 else "-" for i in range(9))
    size = 4096 if node.kind == "dir" else len(node.content)
    date = time.strftime("%b %e %H:%M", time.gmtime(node.mtime))
    arrow = f" -> {node.content.decode()}" if node.kind == "link" else ""
    return f"{LETTERS[node.kind]}{letters} 1 {node.owner} {node.group} {size:>5} {date} {name}{arrow}"
