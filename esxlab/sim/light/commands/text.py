"""Commands that read text: cat, grep, wc, cmp, checksums, basename, dirname."""

from __future__ import annotations

import base64 as coding
import binascii
import hashlib
import posixpath
import re
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import read_options

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.commands.options import Options

TROUBLE = 2


async def contents(call: Call, names: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    """(name, content) of each file, `-` or no name being the input; and the status after complaints."""
    found, status = [], 0
    for name in names or ["-"]:
        if name == "-":
            found.append((name, await call.input()))
            continue
        try:
            found.append((name, call.machine.files.read(call.path(name))))
        except OSError as error:
            status = call.fail(f"{call.name}: {name}: {error.strerror}")
    return found, status


async def cat(call: Call) -> int:
    """`cat [FILE...]`."""
    options = read_options(call, "nus")
    if isinstance(options, int):
        return options
    found, status = await contents(call, options.rest)
    for _, content in found:
        call.out += content
    return status


async def tee(call: Call) -> int:
    """`tee [-a] FILE...`."""
    options = read_options(call, "ai", {"append": "a"})
    if isinstance(options, int):
        return options
    content = await call.input()
    call.out += content
    status = 0
    for name in options.rest:
        try:
            call.machine.files.write(call.path(name), content, append="a" in options)
        except OSError as error:
            status = call.fail(f"tee: {name}: {error.strerror}")
    return status


def _pattern(text: str, *, fixed: bool, extended: bool, ignore_case: bool) -> re.Pattern[str]:
    if fixed:
        text = re.escape(text)
    elif not extended:  # basic: \( \) \| \+ are operators, their bare forms are letters
        text = re.sub(r"\\?[(){}|+?]", lambda m: m[0][1:] if m[0].startswith("\\") else f"\\{m[0]}", text)
    text = text.replace("[[:space:]]", r"\s").replace("[:space:]", r"\s").replace("[:digit:]", "0-9")
    return re.compile(text, re.IGNORECASE if ignore_case else 0)


async def grep(call: Call) -> int:
    """`grep [-q|-c|-l|-o|-n|-v|-x|-w|-i|-F|-E|-s|-h] PATTERN [FILE...]`."""
    options = read_options(call, "qclonvxwiFEshHe:m:", {"quiet": "q", "count": "c", "fixed-strings": "F"})
    if isinstance(options, int):
        return TROUBLE
    names = list(options.rest)
    patterns = options.found.get("e") or [names.pop(0)] if names or "e" in options else []
    if not patterns:
        return call.fail(
            "Usage: grep [OPTION]... PATTERN [FILE]...\nTry 'grep --help' for more information.", 2
        )
    text = patterns[0]
    compiled = _pattern(text, fixed="F" in options, extended="E" in options, ignore_case="i" in options)
    if "x" in options:
        compiled = re.compile(f"^(?:{compiled.pattern})$", compiled.flags)
    if "w" in options:
        compiled = re.compile(rf"\b(?:{compiled.pattern})\b", compiled.flags)
    found, status = await contents(call, names)
    if "s" in options:
        call.err.clear()
    many, any_hit = len(names) > 1 and "h" not in options, False
    for name, content in found:
        lines = enumerate(content.decode(errors="replace").splitlines(), 1)
        hits = [(n, line) for n, line in lines if bool(compiled.search(line)) != ("v" in options)]
        any_hit = any_hit or bool(hits)
        if "q" not in options:
            _show_hits(call, options, compiled, hits, name=name, prefix=f"{name}:" if many else "")
    if "q" in options and any_hit:
        return 0
    return TROUBLE if status else int(not any_hit)


def _show_hits(
    call: Call,
    options: Options,
    compiled: re.Pattern[str],
    hits: list[tuple[int, str]],
    *,
    name: str,
    prefix: str,
) -> None:
    if "c" in options:
        call.print(f"{prefix}{len(hits)}")
        return
    if "l" in options:
        call.out += f"{name}\n".encode() if hits else b""
        return
    for number, line in hits:
        for part in [m[0] for m in compiled.finditer(line)] if "o" in options else [line]:
            call.print(f"{prefix}{f'{number}:' if 'n' in options else ''}{part}")


async def wc(call: Call) -> int:
    """`wc -l|-c [FILE...]`."""
    options = read_options(call, "lcw", {"lines": "l", "bytes": "c"})
    if isinstance(options, int):
        return options
    found, status = await contents(call, options.rest)
    for name, content in found:
        number = len(content) if "c" in options else content.count(b"\n")
        call.print(str(number) if name == "-" else f"{number} {name}")
    return status


def cmp(call: Call) -> int:
    """`cmp [-s] FILE FILE`."""
    options = read_options(call, "s", {"quiet": "s", "silent": "s"})
    if isinstance(options, int):
        return TROUBLE
    pair = []
    for name in options.rest[:2]:
        try:
            pair.append(call.machine.files.read(call.path(name)))
        except OSError as error:
            return TROUBLE if "s" in options else call.fail(f"cmp: {name}: {error.strerror}", TROUBLE)
    if len(pair) == 2 and pair[0] != pair[1] and "s" not in options:  # noqa: PLR2004 - two files
        call.print(f"{options.rest[0]} {options.rest[1]} differ: byte 1, line 1")
    return int(len(pair) != 2 or pair[0] != pair[1])  # noqa: PLR2004 - two files


async def base64(call: Call) -> int:
    """`base64 [-d] [FILE]`: lines of 76 signs, as coreutils writes them."""
    options = read_options(call, "d", {"decode": "d"})
    if isinstance(options, int):
        return options
    found, status = await contents(call, options.rest)
    for _, content in found:
        if "d" not in options:
            call.out += coding.encodebytes(content)
            continue
        try:
            call.out += coding.b64decode(content.replace(b"\n", b""), validate=True)
        except binascii.Error:
            return call.fail("base64: invalid input")
    return status


async def _checksum(call: Call, algorithm: str) -> int:
    options = read_options(call, "bt", {"binary": "b"})
    if isinstance(options, int):
        return options
    found, status = await contents(call, options.rest)
    for name, content in found:
        call.print(f"{hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()}  {name}")
    return status


async def sha256sum(call: Call) -> int:
    """`sha256sum [FILE...]`."""
    return await _checksum(call, "sha256")


async def md5sum(call: Call) -> int:
    """`md5sum [FILE...]`."""
    return await _checksum(call, "md5")


def basename(call: Call) -> int:
    """`basename NAME`."""
    call.print(posixpath.basename(call.args[0].rstrip("/")) if call.args else "")
    return 0


def dirname(call: Call) -> int:
    """`dirname NAME`."""
    call.print(posixpath.dirname(call.args[0].rstrip("/")) or "." if call.args else "")
    return 0
