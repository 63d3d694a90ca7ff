"""A few simulated machines without vSphere, on a loop in a thread of their own; for tests of other rooms."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from esxlab.sim.contracts import GuestNews, SchoolShape, SimNic, SimVm
from esxlab.sim.light.engine import LightEngine
from esxlab.sim.light.model_disk import model_disk_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from types import TracebackType

    from esxlab.sim.contracts import RouterView
    from esxlab.sim.light.machine import Machine

    T = TypeVar("T")

PASSWORD = "simulated-guest"
WAIT_S = 15.0


class LightMachine:
    """One of the machines, as a test sees it."""

    def __init__(self, owner: LightMachines, vm: SimVm) -> None:
        self._owner = owner
        self.vm = vm
        self.news = GuestNews()

    @property
    def port(self) -> int:
        """Its SSH port on 127.0.0.1; waits until it answers on the school's network. TimeoutError."""
        self._owner.wait(lambda: self.news.address == "127.0.0.1", f"{self.vm.name} on the school's network")
        return self.news.ssh_port

    @property
    def machine(self) -> Machine:
        """The machine inside the model; touch it only through LightMachines.call."""
        return self._owner.engine.world.machines[f"{self.vm.server}/{self.vm.moref}"]

    @property
    def on(self) -> bool:
        """Whether it is in the world."""
        return f"{self.vm.server}/{self.vm.moref}" in self._owner.engine.world.machines

    def rewire(self, *nics: SimNic) -> None:
        """Give the machine these cards, live."""
        self.vm = replace(self.vm, nics=nics)
        self._owner.await_(self._owner.engine.rewire(self.vm))

    def power_on(self) -> None:
        """Power on; does not wait for the boot."""
        self._owner.await_(self._owner.engine.power_on(self.vm))

    def power_off(self, *, gently: bool = True) -> None:
        """Power off, gently or by the plug."""
        self._owner.await_(self._owner.engine.power_off(self.vm, gently=gently))

    def restart(self) -> None:
        """Off gently, and on again; waits until it has booted."""
        self.power_off()
        self.power_on()
        self._owner.wait(lambda: self.on and self.machine.booted, f"{self.vm.name} to boot")


class LightMachines:
    """`with LightMachines("srvweb1", "srvweb2") as machines: machines["srvweb1"].port`.

    Each machine has `nics` cards on the school's network (the first configured by DHCP) and a model disk of
    its own; root's password is `password`. `speed` is school seconds per second.
    """

    def __init__(
        self,
        *names: str,
        password: str = PASSWORD,
        speed: float = 200.0,
        nics: int = 1,
        routers: Callable[[], Sequence[RouterView]] = tuple,
        directory: Path | None = None,
    ) -> None:
        self.names = names
        self.password = password
        self._speed = speed
        self._nics = nics
        self._routers = routers
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="esxlab-light-")
        self._directory = directory or Path(self._temporary.name if self._temporary else "")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="light-machines", daemon=True)
        self._machines: dict[str, LightMachine] = {}
        self.engine: LightEngine

    def __enter__(self) -> Self:
        self._thread.start()
        shape = SchoolShape("standalone", (), (), IPv4Network("172.16.0.0/16"), IPv4Address("172.16.253.253"))
        self.engine = LightEngine(
            shape, self, guest_password=self.password, routers=self._routers, speed=self._speed
        )
        model = model_disk_bytes(self.password)
        for number, name in enumerate(self.names):
            disk = self._directory / f"{name}-flat.vmdk"
            if not disk.exists():
                disk.write_bytes(model)
            nics = tuple(
                SimNic(f"00:50:56:01:{number:02x}:{slot:02x}", 0, "VM Network") for slot in range(self._nics)
            )
            vm = SimVm("esxi1", f"vm-{number}", name, disk, nics)
            self._machines[name] = LightMachine(self, vm)
            self._machines[name].power_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.await_(self.engine.close())
        self.await_(_finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def __getitem__(self, name: str) -> LightMachine:
        return self._machines[name]

    def await_(self, work: Coroutine[object, object, T]) -> T:
        """Run a coroutine on the machines' loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    def call(self, function: Callable[[], T]) -> T:
        """Run a function on the machines' loop, where the model may be touched."""

        async def run() -> T:
            return function()

        return self.await_(run())

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Wait until something holds; TimeoutError names what was waited for."""
        deadline = time.monotonic() + WAIT_S
        while not until():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {WAIT_S:.0f} s for {what}")
            time.sleep(0.005)

    # contracts.PowerSwitch

    def guest_powered_off(self, vm: SimVm) -> None:
        """The guest has shut itself down."""

    def ask(self, vm: SimVm, question: str) -> None:
        """Nobody is there to answer."""

    def guest_restarted(self, vm: SimVm) -> None:
        """The guest has rebooted by itself."""

    def publish(self, vm: SimVm, news: GuestNews) -> None:
        """Tools has something new to say."""
        self._machines[vm.name].news = news


async def _finish() -> None:
    """Let the cancelled tasks end."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
