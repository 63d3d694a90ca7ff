"""seq, as coreutils has it: numbers as they are written, without an error of binary fractions."""

from __future__ import annotations

import asyncio
import re
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from esxlab.sim.light.call import Pipe
from esxlab.sim.light.commands.options import OptionError, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from esxlab.sim.light.call import Call
    from esxlab.sim.light.commands.options import Options

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
NEGATIVE = re.compile(r"-[\d.]")
DIRECTIVE = re.compile(r"%(?:%|([-+ #0']*)(\d*)((?:\.\d+)?)(.?))")
LONG = {"separator": "s", "format": "f", "equal-width": "w"}
MOST = 8 << 20
"""Bytes: more than esxlab takes of a command's output. Into a pipe nobody has read so much of it."""
BROKEN_PIPE = 141
HINT = "\nTry 'seq --help' for more information."


async def seq(call: Call) -> int:
    """`seq [-w] [-s SEPARATOR] [-f FORMAT] [FIRST [STEP]] LAST`."""
    at = next((n for n, word in enumerate(call.args) if NEGATIVE.match(word)), len(call.args))
    try:
        options = parse(call.args[:at], "s:f:w", LONG, stop=True)
    except OptionError as error:
        return call.fail(f"seq: {error}{HINT}")
    words = [*options.rest, *call.args[at:]]
    if wrong := _wrong_words(words):
        return call.fail(f"seq: {wrong}{HINT}")
    first, step, last = _three(words)
    if not step:
        return call.fail(f"seq: invalid Zero increment value: '{words[1]}'{HINT}")
    if "f" in options and "w" in options:
        return call.fail(f"seq: format string may not be specified when printing equal width strings{HINT}")
    if wrong := _wrong_form(options.get("f", "%g")):
        return call.fail(f"seq: format '{options.get('f')}' {wrong}")
    texts = map(_shape(options, first, step, last), _numbers(first, step, last))
    return await _write(call, texts, options.get("s", "\n"))


def _wrong_words(words: list[str]) -> str:
    if not words:
        return "missing operand"
    if len(words) > 3:  # noqa: PLR2004 - first, step, last
        return f"extra operand '{words[3]}'"
    wrong = next((word for word in words if not NUMBER.fullmatch(word)), None)
    return f"invalid floating point argument: '{wrong}'" if wrong is not None else ""


def _three(words: list[str]) -> tuple[Decimal, Decimal, Decimal]:
    numbers = [Decimal(word) for word in words]
    one = Decimal(1)
    return {1: (one, one, numbers[-1]), 2: (numbers[0], one, numbers[-1])}.get(
        len(numbers), (numbers[0], numbers[len(numbers) // 2], numbers[-1])
    )


def _wrong_form(form: str) -> str:
    found = [match for match in DIRECTIVE.finditer(form) if match[0] != "%%"]
    if not found:
        return "has no % directive"
    if not found[0][4]:
        return "ends in %"
    if found[0][4] not in "eEfFgG":
        return f"has unknown %{found[0][4]} directive"
    return "has too many % directives" if len(found) > 1 else ""


def _numbers(first: Decimal, step: Decimal, last: Decimal) -> Iterator[Decimal]:
    number, count = first, 0
    while (number <= last) if step > 0 else (number >= last):
        yield number
        count += 1
        number = first + count * step


def _places(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _shape(options: Options, first: Decimal, step: Decimal, last: Decimal) -> Callable[[Decimal], str]:
    """How one number is written."""
    if "f" in options:
        form = options.get("f").replace("%'", "%")
        return lambda number: form % float(number)
    places = max(_places(first), _places(step))
    width = 0
    if "w" in options:
        ends = (first, last.quantize(Decimal(1).scaleb(-places), ROUND_DOWN))
        width = max(len(f"{end:.{places}f}") for end in ends)
    return lambda number: f"{number:0{width}.{places}f}" if width else f"{number:.{places}f}"


async def _write(call: Call, texts: Iterator[str], between: str) -> int:
    written = 0
    for each in texts:
        text = f"{between if written else ''}{each}".encode()
        written += len(text)
        if written > MOST:
            piped = isinstance(call.out, Pipe)
            return BROKEN_PIPE if piped else call.fail("seq: write error: File too large")
        call.out += text
        if written % 4096 < len(text):
            await asyncio.sleep(0)  # the school has other machines
    call.out += b"\n" if written else b""
    return 0
