"""The engines by name, and one that does nothing but say that its machines are up."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - a field's type
from functools import partial
from pathlib import Path  # noqa: TC003 - as above
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.model_keys import NO_KEY
from esxlab.sim.contracts import GuestNews

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.sim.conditions import EngineName
    from esxlab.sim.contracts import Engine, PowerSwitch, RouterView, SchoolShape, SimVm
    from esxlab.sim.router.server import RunningRouter


class IdleEngine:
    """Machines without an operating system that claim an address of their own: for tests of vSphere alone."""

    def __init__(self, power: PowerSwitch) -> None:
        self.power = power
        self.addresses: dict[str, str] = {}

    async def power_on(self, vm: SimVm) -> None:
        """Say that Tools runs, with an address of 127.0.0.0/8 that nobody listens on."""
        number = len(self.addresses) + 2
        address = self.addresses.setdefault(
            f"{vm.server}/{vm.moref}", f"127.99.{number // 250}.{number % 250 + 1}"
        )
        cards = tuple((nic.mac.lower(), (address,)) for nic in vm.nics[:1])
        self.power.publish(vm, GuestNews("guestToolsRunning", address, 22, cards))

    async def power_off(self, vm: SimVm, *, gently: bool) -> None:
        """Nothing to end."""

    async def rewire(self, vm: SimVm) -> None:
        """Nothing to see."""

    async def picture(self, vm: SimVm, file: Path) -> bool:  # noqa: ARG002 - contracts.Engine
        """Nothing shows."""
        return False

    async def close(self) -> None:
        """Nothing to end."""


async def start_engine(
    name: EngineName,
    *,
    shape: SchoolShape,
    power: PowerSwitch,
    directory: Path,
    guest_password: str,
    speed: float,
    routers: Callable[[], Sequence[RouterView]],
) -> Engine:
    """The engine of this name, ready for its first machine; `directory` is the school's."""
    if name == "idle":
        return IdleEngine(power)
    if name == "qemu":
        from esxlab.sim.qemu.start import start_qemu  # noqa: PLC0415 - only for this engine

        return await start_qemu(shape, power, directory=directory)
    from esxlab.sim.light.engine import LightEngine  # noqa: PLC0415 - slow: asyncssh
    from esxlab.sim.light.programs import install_registered  # noqa: PLC0415 - as above

    install_registered()
    return LightEngine(shape, power, guest_password=guest_password, routers=routers, speed=speed)


class ModelDisk(NamedTuple):
    """The model: `write` puts its -flat.vmdk into a file; `host_key` is SHA256:..., or none."""

    write: Callable[[Path], None]
    host_key: str = NO_KEY


def model_disk_of(name: EngineName, guest_password: str) -> ModelDisk:
    """The model of this engine; a real one gets its host keys at the first boot of each copy."""
    if name == "qemu":
        from esxlab.sim.qemu.model_copy import place_model_copy  # noqa: PLC0415 - only for this engine

        return ModelDisk(partial(place_model_copy, password=guest_password))
    if name == "idle":
        return ModelDisk(partial(_write, content=b"{}\n"))
    from esxlab.sim.light.model_disk import host_key_of, model_disk  # noqa: PLC0415 - only for this engine

    disk = model_disk(guest_password)
    return ModelDisk(partial(_write, content=disk.to_bytes()), host_key_of(disk))


def _write(extent: Path, *, content: bytes) -> None:
    extent.write_bytes(content)


def join_router(engine: Engine, router: RunningRouter) -> None:
    """Let the router's own ping see the engine's machines, where the engine can say what it would meet."""
    world = getattr(engine, "world", None)
    if world is not None:
        router.answers_ping = partial(world.ping_from_router, router.name)
    packets = getattr(engine, "routers", None)
    if packets is not None:
        router.answers_ping = partial(packets.ping, router.name)
        router.box.translations = partial(packets.translations, router.name)
