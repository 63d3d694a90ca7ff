"""A running shell: expands words, opens redirections, runs commands in order, keeps the exit status."""

from __future__ import annotations

import asyncio
import errno
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.sim.light.call import CANNOT_RUN, ENVIRONMENT, NOT_FOUND, Call, LeaveShell, Pipe, Streams
from esxlab.sim.light.commands import BUILTINS, find_command, is_there
from esxlab.sim.light.shell import ShellSyntaxError, SimpleCommand, Word, parse_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.light.call import Verb
    from esxlab.sim.light.machine import Machine
    from esxlab.sim.light.tty import Tty


@dataclass(slots=True)
class Session:
    """One shell of one machine."""

    machine: Machine
    streams: Streams
    name: str = "sh"
    cwd: str = "/root"
    env: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    errexit: bool = False
    nounset: bool = False
    status: int = 0
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)
    tty: Tty | None = None  # its standard input is a terminal

    async def run(self, script: str) -> int:
        """Run a flat script to its end; returns its exit status."""
        try:
            commands = parse_script(script)
        except ShellSyntaxError as error:
            self._say(error.line, error.message)
            self.flush()
            return 2
        try:
            await self._run_all(commands)
        except LeaveShell as leave:
            self.status = leave.status
        finally:
            self.flush()
        return self.status

    async def read_startup_files(self) -> None:
        """What precedes a command over SSH: pam_env reads /etc/default/locale, and bash root's .bashrc.

        bash(1), INVOCATION: "bash attempts to determine when it is being run ... by the secure shell daemon".
        """
        for line in self.machine.files.read_text("/etc/default/locale").splitlines():
            name, is_set, value = line.partition("=")
            if is_set:
                self.env[name] = value.strip('"')
        if self.name == "bash":
            await self.run(self.machine.files.read_text("/root/.bashrc"))

    def flush(self) -> None:
        """Hand over what was written, and keep what was changed."""
        if self.out or self.err:
            self.streams.emit(bytes(self.out), bytes(self.err))
            self.out.clear()
            self.err.clear()
        self.machine.save()

    def find(self, name: str) -> Verb | None:
        """The command of this name or path that is a program; None when the machine does not have it."""
        return find_command(self.machine, name)

    def kind(self, name: str) -> str:
        """`builtin`, `program` (be it one that is not played here), or empty."""
        if name in BUILTINS:
            return "builtin"
        return "program" if is_there(self.machine, name) else ""

    def inner(
        self,
        streams: Streams,
        name: str,
        env: dict[str, str],
        *,
        errexit: bool = False,
        nounset: bool = False,
    ) -> Session:
        """Another shell, started from this one."""
        return Session(
            self.machine, streams, name, self.cwd, env, errexit=errexit, nounset=nounset, tty=self.tty
        )

    async def _run_all(self, commands: list[SimpleCommand]) -> None:
        pipelines = list(_pipelines(commands))
        for number, pipeline in enumerate(pipelines):
            command = pipeline[0]
            if (command.connector == "&&" and self.status) or (command.connector == "||" and not self.status):
                continue
            status = await (self._run_pipeline(pipeline) if len(pipeline) > 1 else self.run_command(command))
            self.status = int(not status) if command.negated else status
            self.flush()
            await asyncio.sleep(0)
            last = number + 1 == len(pipelines) or not pipelines[number + 1][0].connector
            if self.errexit and self.status and last and not command.negated:
                raise LeaveShell(self.status)

    async def _run_pipeline(self, pipeline: list[SimpleCommand]) -> int:
        """Each command in a shell of its own, one after the other; returns the last one's status."""
        status, given = 0, None
        for command in pipeline:
            out = self.out if command is pipeline[-1] else Pipe()
            status = await self._run_part(command, given, out)
            given = bytes(out)
        return status

    async def _run_part(self, command: SimpleCommand, given: bytes | None, out: bytearray) -> int:
        left = given

        async def read() -> bytes:
            nonlocal left
            left, said = b"", left
            return said or b""

        def emit(said: bytes, complained: bytes) -> None:
            out.extend(said)
            self.err += complained
            self.flush()

        streams = Streams(emit, self.streams.read if given is None else read)
        part = self.inner(streams, self.name, dict(self.env), errexit=self.errexit, nounset=self.nounset)
        part.status = self.status
        part.out = Pipe() if isinstance(out, Pipe) else bytearray()
        part.tty = self.tty if given is None else None
        try:
            status = await part.run_command(command)
        except LeaveShell as leave:
            status = leave.status
        part.flush()
        return status

    def _say(self, line: int, message: str) -> None:
        where = f"line {line}" if self.name == "bash" else str(line)
        self.err += f"{self.name}: {where}: {message}\n".encode()

    async def run_command(self, command: SimpleCommand) -> int:
        """Run one command with its redirections; returns its status."""
        try:
            args = [text for word in command.words for text in self._expand(word)]
            assigned = {key: "".join(self._expand(word)) for key, word in command.assignments}
        except UnsetVariableError as error:
            self._say(command.line, f"{error}: parameter not set")
            raise LeaveShell(2) from error
        call = Call(self.machine, self, args[0] if args else "", args[1:], {**self.env, **assigned},
                    self.out, self.err)  # fmt: skip
        try:
            files = self._redirect(command, call)
        except OSError as error:
            return self._cannot_redirect(command, error)
        if not args:
            self.env |= assigned
            return 0
        status = await self._dispatch(command.line, call)
        return self._write_files(command.line, files, status)

    def _cannot_redirect(self, command: SimpleCommand, error: OSError) -> int:
        """Dash has words of its own for a missing file and a missing directory (its error.c)."""
        if self.name == "bash":
            self._say(command.line, f"{error.filename}: {error.strerror}")
            return 1
        reading = any(r.operator == "<" for r in command.redirections)
        missing = "No such file" if reading else "Directory nonexistent"
        words = missing if error.errno == errno.ENOENT else error.strerror
        self._say(command.line, f"cannot {'open' if reading else 'create'} {error.filename}: {words}")
        return 2

    async def _dispatch(self, line: int, call: Call) -> int:
        verb = BUILTINS.get(call.name) or find_command(self.machine, call.name)
        if verb is None:
            missing = "command not found" if self.name == "bash" else "not found"
            if "/" in call.name and (node := self.machine.files.find(call.path(call.name))) is not None:
                if node.kind == "file" and node.mode & 0o111:
                    return await self._run_file(call, node.content)
                self._say_to(call, line, "Permission denied")
                return CANNOT_RUN
            self._say_to(call, line, missing)
            return NOT_FOUND
        call.name = posixpath.basename(call.name)
        self.machine.world.settle()
        answer = verb(call)
        status = answer if isinstance(answer, int) else await answer
        self.machine.world.changed(self.machine)
        return status

    def _say_to(self, call: Call, line: int, message: str) -> None:
        where = f"line {line}" if self.name == "bash" else str(line)
        call.err += f"{self.name}: {where}: {call.name}: {message}\n".encode()

    async def _run_file(self, call: Call, content: bytes) -> int:
        def emit(out: bytes, err: bytes) -> None:
            call.out += out
            call.err += err

        return await self.inner(Streams(emit), call.name, dict(call.env)).run(
            content.decode(errors="replace")
        )

    def _expand(self, word: Word) -> list[str]:
        text, pattern, is_pattern, bare = "", "", False, True
        for piece, quoted, variable in word.pieces:
            value = self._variable(piece) if variable else piece
            bare = bare and variable and not quoted
            text += value
            if quoted or variable:
                pattern += "".join(f"[{c}]" if c in "*?[" else c for c in value)
            else:
                pattern += value
                is_pattern = is_pattern or any(c in value for c in "*?[")
        if bare and word.pieces:
            return text.split()
        if is_pattern:
            found = self.machine.files.glob(posixpath.join(self.cwd, pattern))
            here = "" if pattern.startswith("/") else self.cwd.rstrip("/") + "/"
            return [name.removeprefix(here) for name in found] or [text]
        tilde = text == "~" or text.startswith("~/")
        if tilde and not any(word.pieces[0][1:]):
            return [self.env.get("HOME", "/root") + text[1:]]
        return [text]

    def _variable(self, name: str) -> str:
        if name == "?":
            return str(self.status)
        if name in ("#", "$", "0", "@"):
            return {"#": "0", "$": "4242", "0": self.name, "@": ""}[name]
        if name not in self.env and self.nounset:
            raise UnsetVariableError(name)
        return self.env.get(name, "")

    def _redirect(self, command: SimpleCommand, call: Call) -> list[tuple[str, bytearray, bool]]:
        files: list[tuple[str, bytearray, bool]] = []
        for redirection in command.redirections:
            target = "".join(self._expand(redirection.target))
            if redirection.operator == ">&":
                chosen = call.err if target == "2" else call.out
            elif redirection.operator == "<":
                content = b"" if target == "/dev/null" else self.machine.files.read(call.path(target))
                call.stdin = content
                continue
            else:
                chosen = bytearray()
                if target != "/dev/null":
                    files.append(self._open(call.path(target), chosen, redirection.operator))
            if redirection.descriptor == 2:  # noqa: PLR2004 - standard error
                call.err = chosen
            else:
                call.out = chosen
        return files

    def _open(self, path: str, chosen: bytearray, operator: str) -> tuple[str, bytearray, bool]:
        append = operator == ">>"
        if path.startswith(("/proc/", "/sys/")):
            self.machine.files.read(path)
        else:
            self.machine.files.write(path, b"", append=append)
        return (path, chosen, append)

    def _write_files(self, line: int, files: list[tuple[str, bytearray, bool]], status: int) -> int:
        for path, content, append in files:
            try:
                self.machine.files.write(path, bytes(content), append=append)
            except OSError as error:
                self._say(line, f"echo: I/O error: {error.strerror}")
                return 1
        return status


def _pipelines(commands: list[SimpleCommand]) -> Iterator[list[SimpleCommand]]:
    found: list[SimpleCommand] = []
    for command in commands:
        if found and command.connector != "|":
            yield found
            found = []
        found.append(command)
    if found:
        yield found


class UnsetVariableError(Exception):
    """A variable without a value under `set -u`."""
