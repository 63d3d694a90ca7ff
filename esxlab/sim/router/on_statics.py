"""The commands of static NAT entries, with IOS's answers when one is there already, or in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.router.grammar import Ask
from esxlab.sim.router.state import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.mode import Mode


def _add_static(mode: Mode, static: Static) -> str:
    for other in mode.config.statics:
        same_place = (other.protocol, other.through, other.port) == (
            static.protocol,
            static.through,
            static.port,
        )
        if same_place and other.inside == static.inside and other.inside_port == static.inside_port:
            return ""
        if same_place:
            pair = f"{other.inside} -> {mode.config.outside_address(other) or other.through}"
            return f"%NAT: similar static entry ({pair}) in table_id 0 already exists\n"
    mode.config.statics.append(static)
    return ""


def _no_static(mode: Mode, static: Static) -> str | Ask:
    held = next((s for s in mode.config.statics if _same(s, static)), None)
    if held is None:
        return "%Translation not found\n"
    key = f"{held.protocol} {mode.config.outside_address(held)}:{held.port}"
    if mode.box and mode.box.is_in_use(key):
        if mode.box.faults.refuses_static_in_use:
            return "%Static entry in use, cannot remove\n"
        return Ask(
            "\nStatic entry in use, do you want to delete child entries? [no]: ",
            lambda answer: _delete_if_yes(mode, held, answer),
        )
    mode.config.statics.remove(held)
    return ""


def _same(one: Static, other: Static) -> bool:
    return one.line.removesuffix(" extendable") == other.line.removesuffix(" extendable")


def _delete_if_yes(mode: Mode, static: Static, answer: str) -> str:
    if answer.strip().lower() in {"y", "yes"}:
        mode.config.statics.remove(static)
        return ""
    return "%Static entry in use, cannot remove\n"


_MAKE: dict[str, Callable[..., Static]] = {
    f"ip nat inside source static {protocol} <addr> <port> {through} <port>{tail}": (
        lambda inside, inside_port, out, port, p=protocol, t=tail: Static(
            inside, str(out), p, inside_port, port, extendable=bool(t)
        )
    )
    for protocol in ("tcp", "udp")
    for through in ("interface <iface>", "<addr>")
    for tail in ("", " extendable")
} | {"ip nat inside source static <addr> <addr>": lambda inside, outside: Static(inside, str(outside))}

ON_STATICS = {
    **{p: (lambda mode, *a, make=make: _add_static(mode, make(*a))) for p, make in _MAKE.items()},
    **{f"no {p}": (lambda mode, *a, make=make: _no_static(mode, make(*a))) for p, make in _MAKE.items()},
}
