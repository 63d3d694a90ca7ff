"""head and tail, as coreutils has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import read_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.light.call import Call
    from esxlab.sim.light.commands.options import Options

LONG = {"lines": "n", "bytes": "c", "quiet": "q", "silent": "q", "verbose": "v"}
COUNT = re.compile(r"([+-]?)(\d+)(b|[kKMG]B?|)")
SIZES = {"": 1, "b": 512, "k": 1024, "K": 1024, "M": 1024**2, "G": 1024**3}
SIZES |= {"kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
LINE = re.compile(rb"[^\n]*\n|[^\n]+")


async def head(call: Call) -> int:
    """`head [-n [-]N] [-c [-]N] [-q] [-v] [FILE...]`: of -N all but the last N."""
    return await _ends(call, _first)


async def tail(call: Call) -> int:
    """`tail [-n [+]N] [-c [+]N] [-q] [-v] [FILE...]`: of +N what begins there."""
    return await _ends(call, _last)


def _first(sign: str, count: int, of: int) -> slice:
    return slice(0, max(0, of - count) if sign == "-" else count)


def _last(sign: str, count: int, of: int) -> slice:
    return slice(max(0, count - 1) if sign == "+" else max(0, of - count), of)


async def _ends(call: Call, chosen: Callable[[str, int, int], slice]) -> int:
    if call.args and re.fullmatch(r"-\d+", call.args[0]):
        if call.name == "tail" and len(call.args) > 2:  # noqa: PLR2004 - the old form is for one file
            return call.fail(f"tail: option used in invalid context -- {call.args[0][1]}")
        call.args[0] = f"-n{call.args[0][1:]}"
    options = read_options(call, "n:c:qv", LONG)
    if isinstance(options, int):
        return options
    unit = "bytes" if "c" in options else "lines"
    said = options.get("c" if "c" in options else "n", "10")
    found = COUNT.fullmatch(said)
    if found is None:
        return call.fail(f"{call.name}: invalid number of {unit}: '{said}'")
    status, before = 0, b""
    for name in options.rest or ["-"]:
        try:
            content = await call.input() if name == "-" else call.machine.files.read(call.path(name))
        except OSError as error:
            status = call.fail(f"{call.name}: cannot open '{name}' for reading: {error.strerror}")
            continue
        if _is_titled(options):
            call.out += before + f"==> {'standard input' if name == '-' else name} <==\n".encode()
        before = b"\n"
        count = int(found[2]) * SIZES[found[3]]
        lines = LINE.findall(content) if unit == "lines" else []
        part = chosen(found[1], count, len(lines) if unit == "lines" else len(content))
        call.out += b"".join(lines[part]) if unit == "lines" else content[part]
    return status


def _is_titled(options: Options) -> bool:
    return "v" in options or (len(options.rest) > 1 and "q" not in options)
