"""stty, as coreutils has it on Linux: what a terminal is set to, its size, and how both are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.tty import FLAGS, RAW_OFF, Tty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.light.call import Call

CHARACTERS = (
    "intr = ^C", "quit = ^\\", "erase = ^?", "kill = ^U", "eof = ^D", "eol = <undef>", "eol2 = <undef>",
    "swtch = <undef>", "start = ^Q", "stop = ^S", "susp = ^Z", "rprnt = ^R", "werase = ^W", "lnext = ^V",
    "discard = ^O",
)  # fmt: skip
DELAYS = ("nl0", "cr0", "tab0", "bs0", "vt0", "ff0")
SIZES = {"rows": 1, "cols": 0, "columns": 0}
"""Which of (columns, rows) a word sets."""
TIMES = {"min": 0, "time": 1}
COOKED = ("brkint", "ignpar", "istrip", "icrnl", "ixon", "opost", "isig", "icanon")
FIXED = ("parenb", "-cread")
"""What a pseudo-terminal does not let itself be set to (drivers/tty/pty.c, pty_set_termios)."""
HINT = "\nTry 'stty --help' for more information."


def stty(call: Call) -> int:
    """`stty [-a] [size] [speed] [rows N] [cols N] [[-]FLAG...] [sane] [raw]`, of its standard input."""
    tty = call.session.tty if call.stdin is None else None
    if tty is None:
        return call.fail("stty: 'standard input': Inappropriate ioctl for device")
    words = list(call.args)
    if words in ([], ["-a"], ["--all"]):
        call.out += _wrapped(_all(tty) if words else _odd(tty), tty.size[0])
    while words and not call.args[0].startswith(("-a", "--")):
        word = words.pop(0)
        if word in SIZES or word in TIMES:
            wrong = _set_number(tty, word, words.pop(0) if words else None)
        elif word in ("size", "speed"):
            call.print(f"{tty.size[1]} {tty.size[0]}" if word == "size" else "38400")
            wrong = ""
        elif word in FIXED:
            wrong = "'standard input': Invalid argument"
        else:
            wrong = "" if _set_flag(tty, word) else f"invalid argument '{word}'{HINT}"
        if wrong:
            return call.fail(f"stty: {wrong}")
    return 0


def _set_number(tty: Tty, word: str, value: str | None) -> str:
    """What is wrong with it; empty: it is set."""
    if value is None:
        return f"missing argument to '{word}'{HINT}"
    if not value.isdigit():
        return f"invalid integer argument: '{value}'"
    if word in TIMES:
        tty.times[TIMES[word]] = int(value)
        return ""
    size = list(tty.size)
    size[SIZES[word]] = int(value)
    tty.resized = (size[0], size[1])
    return ""


def _set_flag(tty: Tty, word: str) -> bool:
    """Whether there is such a setting."""
    if word == "sane":
        tty.flags.update(tty.sane)
        return True
    if word in ("raw", "-cooked"):
        tty.flags.update(dict.fromkeys(RAW_OFF, False))
        tty.times[:] = [1, 0]
        return True
    if word in ("-raw", "cooked"):
        tty.flags.update(dict.fromkeys(COOKED, True))
        return True
    name = word.removeprefix("-")
    if name not in tty.flags:
        return False
    tty.flags[name] = not word.startswith("-")
    return True


def _all(tty: Tty) -> Iterator[list[str]]:
    columns, rows = tty.size
    yield ["speed 38400 baud;", f"rows {rows}; columns {columns};", "line = 0;"]
    yield [*(f"{each};" for each in CHARACTERS), f"min = {tty.times[0]}; time = {tty.times[1]};"]
    for group, names in FLAGS.items():
        flags = [name if tty.flags[name] else f"-{name}" for name in names]
        if group == "control":
            flags.insert(3, "cs8")
        yield [*flags, *(DELAYS if group == "output" else ())]


def _odd(tty: Tty) -> Iterator[list[str]]:
    """What is not as `sane` makes it."""
    yield ["speed 38400 baud;", "line = 0;"]
    if not tty.flags["icanon"]:
        yield [f"min = {tty.times[0]}; time = {tty.times[1]};"]
    for names in FLAGS.values():
        odd = [name for name in names if tty.flags[name] != tty.sane[name]]
        if odd:
            yield [name if tty.flags[name] else f"-{name}" for name in odd]


def _wrapped(lines: Iterator[list[str]], columns: int) -> bytes:
    """Lines as wide as the terminal."""
    out = ""
    for words in lines:
        line = ""
        for word in words:
            if line and len(line) + len(word) > columns:  # stty.c, wrapf
                out, line = f"{out}{line}\n", word
            else:
                line = f"{line} {word}".lstrip()
        out += f"{line}\n"
    return out.encode()
