"""A line of JSON each way: how QEMU (QMP) and its guest's agent are spoken to, over a socket pair."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LINE_LIMIT = 1 << 20


class Channel:
    """One end; the other is given to QEMU as a file descriptor. Answers come in the order of the questions.

    What is not an answer (an event) goes to `heard`. A question whose answer does not come in time leaves the
    channel out of step: `ask` marks every question with an id and drops what answers an older one.
    """

    def __init__(self, heard: Callable[[dict[str, Any]], None] = lambda event: None) -> None:  # noqa: ARG005
        self.ours, self.theirs = socket.socketpair()
        self._heard = heard
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen; QEMU has its end by now."""
        self.theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=self.ours, limit=LINE_LIMIT)
        self._listening = asyncio.create_task(self._listen(reader))

    async def ask(self, command: str, arguments: dict[str, Any] | None = None, *, limit_s: float) -> Any:
        """The answer's `return`; None when it is an error, late, or the other end has gone."""
        self._number += 1
        number = self._number
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self.tell(command, arguments, number=number)
            return await asyncio.wait_for(answer, limit_s)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(number, None)

    def tell(self, command: str, arguments: dict[str, Any] | None = None, *, number: int = 0) -> None:
        """Say something without waiting."""
        if self._writer is not None and not self._writer.is_closing():
            line = {"execute": command, "id": number, **({"arguments": arguments} if arguments else {})}
            self._writer.write(json.dumps(line).encode() + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                with contextlib.suppress(ValueError):
                    self._take(json.loads(line.lstrip(b"\xff")))

    def _take(self, said: dict[str, Any]) -> None:
        answer = self._waiting.get(said.get("id", 0))
        if answer is not None and not answer.done():
            answer.set_result(said.get("return"))
        elif "event" in said:
            self._heard(said)

    def close(self) -> None:
        """Hang up."""
        if self._listening is not None:
            self._listening.cancel()
        if self._writer is not None:
            self._writer.close()
        else:
            self.ours.close()
        self.theirs.close()
