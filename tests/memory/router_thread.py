"""Routers in a background thread, for tests and tools that have no event loop of their own."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Self

from esxlab.sim.router.server import start_routers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from esxlab.sim.contracts import RouterShape, RouterView
    from esxlab.sim.router.server import RunningRouter

START_LIMIT_S = 30.0


class RouterThread:
    """Routers that run while the `with` block lasts.

    `routers` maps each shape's host to its router; `views` holds the newest view of each; `access()` is what
    Endpoints wants to know.
    """

    def __init__(self, shapes: Sequence[RouterShape], *, password: str, secret: str, state_dir: Path) -> None:
        self._shapes = shapes
        self._login = {"password": password, "secret": secret}
        self._state_dir = state_dir
        self.routers: dict[str, RunningRouter] = {}
        self.views: dict[str, RouterView] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="routers", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        starting = start_routers(
            self._shapes, **self._login, state_dir=self._state_dir, on_change=self._remember
        )
        running = asyncio.run_coroutine_threadsafe(starting, self._loop).result(START_LIMIT_S)
        self.routers = {router.name: router for router in running}
        return self

    def _remember(self, view: RouterView) -> None:
        self.views[view.host] = view

    def call(self, work: Callable[[], object]) -> None:
        """Do something in the routers' own thread, where alone their state may be changed."""

        async def doing() -> None:
            work()

        asyncio.run_coroutine_threadsafe(doing(), self._loop).result(START_LIMIT_S)

    def access(self) -> dict[str, tuple[str, int]]:
        """Router host -> where it listens."""
        return {name: (router.host, router.port) for name, router in self.routers.items()}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for router in self.routers.values():
            asyncio.run_coroutine_threadsafe(router.close(), self._loop).result(START_LIMIT_S)
        asyncio.run_coroutine_threadsafe(_settle(), self._loop).result(START_LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_LIMIT_S)
        self._loop.close()


async def _settle() -> None:
    """Let connections that are being closed finish."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if others:
        await asyncio.wait(others, timeout=1.0)
