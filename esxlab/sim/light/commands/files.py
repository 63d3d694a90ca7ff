"""coreutils that change the file system: mkdir, rm, cp, mv, ln, touch, chmod, chown, install, ls, stat."""

from __future__ import annotations

import posixpath
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import Options, enough_operands, read_options
from esxlab.sim.light.disk import Node

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

UIDS = {"root": 0, "daemon": 1, "adm": 4, "www-data": 33, "shadow": 42, "nogroup": 65534}


def parse_mode(text: str, old: int) -> int | None:
    """`0644` or `u+x,go-w`, applied to an old mode; None when it is neither."""
    if re.fullmatch("[0-7]{1,4}", text):
        return int(text, 8)
    for clause in text.split(","):
        match = re.fullmatch(r"([ugoa]*)([-+=])([rwxXst]*)", clause)
        if match is None:
            return None
        who = match[1] if match[1] and "a" not in match[1] else "ugo"
        bits = sum({"r": 4, "w": 2, "x": 1, "X": 1}.get(letter, 0) for letter in set(match[3]))
        mask = sum(bits << {"u": 6, "g": 3, "o": 0}[w] for w in who)
        clear = sum(7 << {"u": 6, "g": 3, "o": 0}[w] for w in who)
        old = old | mask if match[2] == "+" else old & ~mask if match[2] == "-" else (old & ~clear) | mask
    return old


def mkdir(call: Call) -> int:
    """`mkdir [-p] [-m MODE] DIRECTORY...`."""
    options = read_options(call, "pvm:", {"parents": "p", "mode": "m"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 1):
        return 1
    status = 0
    for name in options.rest:
        try:
            call.machine.files.make_directory(call.path(name), parents="p" in options)
            if "m" in options:
                call.machine.files.change(call.path(name), mode=parse_mode(options.get("m"), 0o777))
        except OSError as error:
            status = call.fail(f"mkdir: cannot create directory '{name}': {error.strerror}")
    return status


def rmdir(call: Call) -> int:
    """`rmdir DIRECTORY...`."""
    status = 0
    for name in call.args:
        try:
            call.machine.files.remove_directory(call.path(name))
        except OSError as error:
            status = call.fail(f"rmdir: failed to remove '{name}': {error.strerror}")
    return status


def rm(call: Call) -> int:
    """`rm [-f] [-r] FILE...`."""
    options = read_options(call, "frRvd", {"force": "f", "recursive": "r"})
    if isinstance(options, int) or ("f" not in options and not enough_operands(call, options.rest, 1)):
        return 1
    status, whole = 0, "r" in options or "R" in options
    for name in options.rest:
        path = call.path(name)
        node = call.machine.files.find(path, follow=False)
        try:
            if node is None and "f" in options:
                continue
            if node is not None and node.kind == "dir" and whole:
                call.machine.files.remove_directory(path, whole=True)
            else:
                call.machine.files.remove(path)
        except OSError as error:
            status = call.fail(f"rm: cannot remove '{name}': {error.strerror}")
    return status


def _target(call: Call, source: str, target: str) -> str:
    """The path that a copy will have: inside the target when that is a directory."""
    path = call.path(target)
    node = call.machine.files.find(path)
    if node is not None and node.kind == "dir":
        return posixpath.join(path, posixpath.basename(source.rstrip("/")))
    return path


def cp(call: Call) -> int:
    """`cp [-a|-p|-f] SOURCE... TARGET`."""
    options = read_options(call, "afprRnvuT", {"archive": "a", "force": "f", "recursive": "r"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 2):
        return 1
    *sources, target = options.rest
    status, keep = 0, "a" in options or "p" in options
    files = call.machine.files
    for source in sources:
        try:
            node = files.node(call.path(source))
            if node.kind == "dir":
                if not {"a", "r", "R"} & options.found.keys():
                    status = call.fail(f"cp: -r not specified; omitting directory '{source}'")
                    continue
                _copy_tree(call, source, target)
                continue
            where = _target(call, source, target)
            if keep:
                files.put(where, replace(node))
            else:
                files.write(where, node.content, mode=node.mode & 0o755)
        except OSError as error:
            verb = "cannot stat" if error.filename == call.path(source) else "cannot create regular file"
            name = source if verb == "cannot stat" else target
            status = call.fail(f"cp: {verb} '{name}': {error.strerror}")
    return status


def _copy_tree(call: Call, source: str, target: str) -> None:
    files = call.machine.files
    start, where = files.resolve(call.path(source)), _target(call, source, target)
    files.make_directory(where, parents=True)
    for path in [p for p in sorted(files.disk.nodes) if p.startswith(f"{start}/")]:
        files.put(where + path.removeprefix(start), replace(files.disk.nodes[path]))


def mv(call: Call) -> int:
    """`mv [-f] SOURCE... TARGET`."""
    options = read_options(call, "fnvT", {"force": "f"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 2):
        return 1
    *sources, target = options.rest
    status = 0
    for source in sources:
        try:
            call.machine.files.rename(call.path(source), _target(call, source, target))
        except OSError as error:
            missing = error.filename == call.path(source)
            what = f"cannot stat '{source}'" if missing else f"cannot move '{source}' to '{target}'"
            status = call.fail(f"mv: {what}: {error.strerror}")
    return status


def ln(call: Call) -> int:
    """`ln -s [-f] [-n] TARGET LINK`."""
    options = read_options(call, "sfnvT", {"symbolic": "s", "force": "f"})
    if isinstance(options, int) or not enough_operands(call, options.rest, 2):
        return 1
    target, link = options.rest[-2:]
    where = _target(call, target, link)
    try:
        if call.machine.files.find(where, follow=False) is not None:
            if "f" not in options:
                return call.fail(f"ln: failed to create symbolic link '{link}': File exists")
            call.machine.files.remove(where)
        if "s" in options:
            call.machine.files.put(where, Node("link", target.encode(), 0o777))
        else:
            call.machine.files.put(where, replace(call.machine.files.node(call.path(target))))
    except OSError as error:
        return call.fail(f"ln: failed to create symbolic link '{link}': {error.strerror}")
    return 0


def touch(call: Call) -> int:
    """`touch FILE...`."""
    status = 0
    for name in (word for word in call.args if not word.startswith("-")):
        try:
            call.machine.files.write(call.path(name), b"", append=True)
        except OSError as error:
            status = call.fail(f"touch: cannot touch '{name}': {error.strerror}")
    return status


def mktemp(call: Call) -> int:
    """`mktemp [-d] [TEMPLATE]`."""
    options = read_options(call, "dqtp:", {"directory": "d"})
    if isinstance(options, int):
        return options
    template = options.rest[0] if options.rest else "/tmp/tmp.XXXXXXXXXX"  # noqa: S108 - the machine's own
    name = re.sub("X+$", lambda match: secrets.token_hex(8)[: len(match[0])], template)
    try:
        if "d" in options:
            call.machine.files.make_directory(call.path(name), mode=0o700)
        else:
            call.machine.files.write(call.path(name), b"", mode=0o600)
    except OSError as error:
        return call.fail(f"mktemp: failed to create file via template '{template}': {error.strerror}")
    call.print(name)
    return 0


def chmod(call: Call) -> int:
    """`chmod MODE FILE...`."""
    words = [w for w in call.args if w not in ("-R", "-v", "-f", "--")]
    if not enough_operands(call, words, 2):
        return 1
    status = 0
    for name in words[1:]:
        try:
            mode = parse_mode(words[0], call.machine.files.node(call.path(name)).mode)
            if mode is None:
                return call.fail(
                    f"chmod: invalid mode: '{words[0]}'\nTry 'chmod --help' for more information."
                )
            call.machine.files.change(call.path(name), mode=mode)
        except OSError as error:
            status = call.fail(f"chmod: cannot access '{name}': {error.strerror}")
    return status


def chown(call: Call) -> int:
    """`chown OWNER[:GROUP] FILE...`."""
    words = [w for w in call.args if w not in ("-R", "-v", "-h", "--")]
    if not enough_operands(call, words, 2):
        return 1
    owner, _, group = words[0].partition(":")
    status = 0
    for who, table, kind in ((owner, "/etc/passwd", "user"), (group, "/etc/group", "group")):
        if who and not _known(call, who, table):
            return call.fail(f"chown: invalid {kind}: '{words[0]}'")
    for name in words[1:]:
        try:
            call.machine.files.change(call.path(name), owner=owner or None, group=group or None)
        except OSError as error:
            status = call.fail(f"chown: cannot access '{name}': {error.strerror}")
    return status


def _known(call: Call, who: str, table: str) -> bool:
    return any(line.startswith(f"{who}:") for line in call.machine.files.read_text(table).splitlines())


def install(call: Call) -> int:
    """`install [-D] [-o OWNER] [-g GROUP] [-m MODE] [-d] [-t DIRECTORY] SOURCE... TARGET`."""
    options = read_options(
        call, "Dcdvpo:g:m:t:T", {"owner": "o", "group": "g", "mode": "m", "directory": "d"}
    )
    if isinstance(options, int) or not enough_operands(call, options.rest, 1):
        return 1
    mode = parse_mode(options.get("m", "0755"), 0)
    if mode is None:
        return call.fail(f"install: invalid mode '{options.get('m')}'")
    for letter, table, kind in (("o", "/etc/passwd", "user"), ("g", "/etc/group", "group")):
        if letter in options and not _known(call, options.get(letter), table):
            return call.fail(f"install: invalid {kind} '{options.get(letter)}'")
    if "d" not in options and "t" not in options and not enough_operands(call, options.rest, 2):
        return 1
    status = 0
    for source, where in _install_pairs(call, options):
        try:
            _install_one(call, options, source, where)
            call.machine.files.change(
                where, mode=mode, owner=options.get("o", "root"), group=options.get("g", "root")
            )
        except OSError as error:
            missing = source and call.machine.files.find(call.path(source)) is None
            what = f"cannot stat '{source}'" if missing else f"cannot create regular file '{where}'"
            status = call.fail(f"install: {what}: {error.strerror}")
    return status


def _install_pairs(call: Call, options: Options) -> list[tuple[str, str]]:
    if "d" in options:
        return [("", call.path(name)) for name in options.rest]
    if "t" in options:
        folder = call.path(options.get("t"))
        return [(name, posixpath.join(folder, posixpath.basename(name))) for name in options.rest]
    *sources, target = options.rest
    return [(source, _target(call, source, target)) for source in sources]


def _install_one(call: Call, options: Options, source: str, where: str) -> None:
    files = call.machine.files
    if "d" in options:
        files.make_directory(where, parents=True)
        return
    content = b"" if source == "/dev/null" else files.read(call.path(source))
    if "D" in options:
        files.make_directory(posixpath.dirname(where), parents=True)
    if files.find(where, follow=False) is not None:
        files.remove(where)
    files.write(where, content)
