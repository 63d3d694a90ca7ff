"""The school's control point: for tests of whole commands, a line of JSON each way on the loopback.

The token is in the access file. What can be asked: `status`; `router`: what one was told, and its running
configuration; `calls` of a server since a number; `rule`, `clear` and `delay` of its proxy; of a `shell`
what sim/esxi/remote.py tells.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sim.proxy.rules import rule_from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.sim.esxi.start import Shell
    from esxlab.sim.proxy.calls import Call
    from esxlab.sim.proxy.server import VSphereProxy
    from esxlab.sim.router.server import RunningRouter

LINE_LIMIT = 1 << 26
ASK_LIMIT_S = 30.0


class ControlPoint:
    """Answers on a loopback port whoever knows the token."""

    def __init__(
        self,
        proxies: Mapping[str, VSphereProxy],
        shells: Mapping[str, Shell],
        routers: Sequence[RunningRouter],
        status: Callable[[], dict[str, Any]],
        *,
        token: str,
    ) -> None:
        self._proxies = proxies
        self._shells = shells
        self._routers = {router.name: router for router in routers}
        self._status = status
        self._token = token
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LINE_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(await reader.readline() or b"{}")
            if hmac.compare_digest(str(asked.get("token", "")), self._token):
                writer.write(json.dumps(await self._answer(asked)).encode() + b"\n")
                await writer.drain()
        except (ValueError, KeyError, TypeError, OSError):
            pass  # not one of ours: hang up
        finally:
            writer.close()

    async def _answer(self, asked: dict[str, Any]) -> Any:
        if asked["do"] == "status":
            return self._status()
        if asked["do"] == "router":
            router = self._routers[asked["host"]]
            return {"told": router.commands, "running": router.box.running.render()}
        if "shell" in asked:
            from esxlab.sim.esxi.remote import obey  # noqa: PLC0415 - only where a host has one

            return await obey(self._shells[asked["shell"]], asked)
        proxy = self._proxies[asked["server"]]
        if asked["do"] == "calls":
            found = proxy.calls.since(int(asked.get("since", 0)), mutating=asked.get("mutating"))
            return [_plain(call) for call in found]
        if asked["do"] == "rule":
            proxy.rules.add(rule_from_json(asked["rule"]))
        elif asked["do"] == "clear":
            proxy.rules.clear()
        elif asked["do"] == "delay":
            proxy.call_delay_s = float(asked["seconds"])
        return {"done": asked["do"]}


def _plain(call: Call) -> dict[str, Any]:
    return {**asdict(call), "mutating": call.mutating}


def ask(access: Mapping[str, Any], do: str, **what: Any) -> Any:
    """Ask a running school, by its access file; LabError school.down when it does not answer."""
    try:
        control = access["control"]
        line = json.dumps({"token": control["token"], "do": do, **what}).encode() + b"\n"
        with socket.create_connection(tuple(control["address"]), timeout=ASK_LIMIT_S) as plug:
            plug.sendall(line)
            with plug.makefile("rb") as answer:
                return json.loads(answer.readline())
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise LabError("school.down", detail=str(error)) from error
