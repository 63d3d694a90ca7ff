"""The shell's own commands, and those that run other commands."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from esxlab.sim.light.call import NOT_FOUND, LeaveShell, Streams
from esxlab.sim.light.commands.options import OptionError, parse

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

USAGE = 2
ESCAPE = re.compile(r"\\(n|t|r|\\|0[0-7]{0,3}|[0-7]{1,3})")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def true(call: Call) -> int:  # noqa: ARG001 - one shape for all commands
    """Nothing, successfully."""
    return 0


def false(call: Call) -> int:  # noqa: ARG001 - one shape for all commands
    """Nothing, unsuccessfully."""
    return 1


def echo(call: Call) -> int:
    """`echo [-n] WORD...`."""
    words = call.args[1:] if call.args[:1] == ["-n"] else call.args
    call.out += " ".join(words).encode()
    if words is call.args:
        call.out += b"\n"
    return 0


def unescape(text: str) -> str:
    """Backslash escapes of printf."""
    return ESCAPE.sub(lambda m: ESCAPES.get(m[1]) or chr(int(m[1], 8)), text)


def printf(call: Call) -> int:
    """`printf FORMAT [ARGUMENT...]` with %s, %d and %%; the format is used again while arguments remain."""
    if not call.args:
        return call.fail("sh: 1: printf: usage: printf format [arg ...]", USAGE)
    form, words = unescape(call.args[0]), call.args[1:]
    while True:
        before = len(words)

        def fill(match: re.Match[str]) -> str:
            if match[1] == "%":
                return "%"
            value = words.pop(0) if words else ""
            return str(int(value or 0)) if match[1] == "d" else unescape(value) if match[1] == "b" else value

        call.out += re.sub(r"%([sdb%])", fill, form).encode()
        if not words or len(words) == before:
            return 0


def cd(call: Call) -> int:
    """`cd [DIRECTORY]`."""
    target = posixpath.normpath(call.path(call.args[0] if call.args else call.env.get("HOME", "/")))
    node = call.machine.files.find(target)
    if node is None or node.kind != "dir":
        return call.fail(f"{call.session.name}: 1: cd: can't cd to {call.args[0]}", USAGE)
    call.session.cwd = target
    return 0


def pwd(call: Call) -> int:
    """`pwd`."""
    call.print(call.session.cwd)
    return 0


def leave(call: Call) -> int:
    """`exit [STATUS]`."""
    status = call.args[0] if call.args else str(call.session.status)
    if not status.isdigit():
        call.fail(f"{call.session.name}: 1: exit: Illegal number: {status}")
        raise LeaveShell(USAGE)
    raise LeaveShell(int(status) & 0xFF)


def set_(call: Call) -> int:
    """`set -e`, `set -u`, `set +e`; -x and other letters are accepted and do nothing."""
    for word in call.args:
        if word[:1] in "-+" and len(word) > 1:
            on = word[0] == "-"
            call.session.errexit = on if "e" in word else call.session.errexit
            call.session.nounset = on if "u" in word else call.session.nounset
    return 0


def export(call: Call) -> int:
    """`export NAME=VALUE...`."""
    for word in call.args:
        name, equals, value = word.partition("=")
        call.session.env[name] = value if equals else call.session.env.get(name, "")
    return 0


def unset(call: Call) -> int:
    """`unset NAME...`."""
    for name in call.args:
        call.session.env.pop(name, None)
    return 0


def command(call: Call) -> int:
    """`command -v NAME`."""
    if call.args[:1] != ["-v"]:
        return call.fail(f"{call.session.name}: 1: command: only -v is known here", USAGE)
    for name in call.args[1:]:
        kind = call.session.kind(name)
        if kind == "builtin":
            call.print(name)
        elif kind:
            call.print(name if "/" in name else f"/usr/bin/{name}")
        else:
            return NOT_FOUND
    return 0


def bracket(call: Call) -> int:
    """`[ EXPRESSION ]`."""
    if call.args[-1:] != ["]"]:
        return call.fail(f"{call.session.name}: 1: [: missing ]", USAGE)
    call.args = call.args[:-1]
    return test(call)


def test(call: Call) -> int:
    """`test`: files (-e -f -d -L -s -r -w -x -h), strings (-n -z = !=), numbers (-eq -ne -lt ...), !."""
    words = list(call.args)
    negated = False
    while words[:1] == ["!"] and len(words) > 1:
        negated, words = not negated, words[1:]
    try:
        answer = _test(call, words)
    except ValueError as error:
        return call.fail(f"{call.session.name}: 1: {call.name}: {error}", USAGE)
    return int(answer == negated)


def _test(call: Call, words: list[str]) -> bool:
    if len(words) <= 1:
        return bool(words and words[0])
    if len(words) == 2:  # noqa: PLR2004 - operator and operand
        operator, word = words
        if operator in ("-n", "-z"):
            return bool(word) == (operator == "-n")
        if operator not in ("-e", "-f", "-d", "-L", "-h", "-s", "-r", "-w", "-x"):
            raise ValueError(f"{operator}: unexpected operator")
        node = call.machine.files.find(call.path(word), follow=operator not in ("-L", "-h"))
        checks = {"-f": "file", "-d": "dir", "-L": "link", "-h": "link"}
        return node is not None and (
            node.kind == checks[operator] if operator in checks
            else bool(node.content) if operator == "-s"
            else bool(node.mode & 0o111) if operator == "-x" else True
        )  # fmt: skip
    if len(words) != 3:  # noqa: PLR2004 - operand, operator, operand
        raise ValueError("too many arguments")
    left, operator, right = words
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    return _compare(left, operator, right)


def _compare(left: str, operator: str, right: str) -> bool:
    if operator not in ("-eq", "-ne", "-lt", "-le", "-gt", "-ge"):
        raise ValueError(f"{operator}: unexpected operator")
    for word in (left, right):
        if not word.lstrip("-").isdigit():
            raise ValueError(f"Illegal number: {word}")
    a, b = int(left), int(right)
    return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}[operator]


async def sleep(call: Call) -> int:
    """`sleep NUMBER[smhd]`, by the school's clock."""
    if not call.args:
        return call.fail("sleep: missing operand\nTry 'sleep --help' for more information.")
    total = 0.0
    for word in call.args:
        match = re.fullmatch(r"([0-9]*\.?[0-9]+)([smhd]?)", word)
        if match is None:
            return call.fail(
                f"sleep: invalid time interval '{word}'\nTry 'sleep --help' for more information."
            )
        total += float(match[1]) * UNITS[match[2] or "s"]
    call.flush()
    await call.machine.world.clock.sleep(total)
    call.machine.world.settle()
    return 0


async def env(call: Call) -> int:
    """`env NAME=VALUE... COMMAND`."""
    try:
        words = parse(call.args, "i", stop=True).rest
    except OptionError as error:
        return call.fail(f"env: {error}\nTry 'env --help' for more information.", 125)
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        name, _, value = words.pop(0).partition("=")
        call.env[name] = value
    if not words:
        for name, value in sorted(call.env.items()):
            call.print(f"{name}={value}")
        return 0
    return await run_words(call, words)


async def nohup(call: Call) -> int:
    """`nohup COMMAND`, `setsid COMMAND`: runs it."""
    return await run_words(call, call.args)


async def run_words(call: Call, words: list[str]) -> int:
    """Run another command with this one's streams and environment."""
    verb = call.session.find(words[0])
    if verb is None:
        return call.fail(f"{call.name}: '{words[0]}': No such file or directory", NOT_FOUND)
    call.name, call.args = posixpath.basename(words[0]), words[1:]
    answer = verb(call)
    return answer if isinstance(answer, int) else await answer


async def timeout(call: Call) -> int:
    """`timeout [-s SIGNAL] [-k S] SECONDS COMMAND`: runs it; here commands have their own limits."""
    try:
        words = parse(call.args, "s:k:", {"signal": "s", "kill-after": "k"}, stop=True).rest
    except OptionError as error:
        return call.fail(f"timeout: {error}\nTry 'timeout --help' for more information.", 125)
    if len(words) < 2:  # noqa: PLR2004 - seconds and command
        return call.fail("timeout: missing operand\nTry 'timeout --help' for more information.", 125)
    return await run_words(call, words[1:])


async def exec_(call: Call) -> int:
    """`exec COMMAND`: the shell is replaced by it."""
    verb = call.session.find(call.args[0]) if call.args else true
    if verb is None:
        raise LeaveShell(call.fail(f"{call.session.name}: 1: exec: {call.args[0]}: not found", NOT_FOUND))
    call.name, call.args = posixpath.basename(call.args[0]) if call.args else ":", call.args[1:]
    answer = verb(call)
    raise LeaveShell(answer if isinstance(answer, int) else await answer)


async def sh(call: Call) -> int:
    """`sh [-e] [-s]`, `sh -c SCRIPT`, `sh FILE`: another shell."""
    try:
        options = parse(call.args, "c:seux", stop=True)
    except OptionError as error:
        return call.fail(f"{call.name}: 0: Illegal option {error}", USAGE)
    if "c" in options:
        script = options.get("c")
    elif options.rest and "s" not in options:
        try:
            script = call.machine.files.read(call.path(options.rest[0])).decode(errors="replace")
        except OSError:
            return call.fail(f"{call.name}: 0: Can't open {options.rest[0]}", NOT_FOUND)
    else:
        script = (await call.input()).decode(errors="replace")

    def emit(out: bytes, err: bytes) -> None:
        call.out += out
        call.err += err
        call.flush()

    streams = Streams(emit, call.input)
    flags = {"errexit": "e" in options, "nounset": "u" in options}
    return await call.session.inner(streams, call.name, dict(call.env), **flags).run(script)
