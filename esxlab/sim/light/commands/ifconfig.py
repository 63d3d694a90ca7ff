"""net-tools' ifconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.kernel import Card


def ifconfig(call: Call) -> int:
    """`ifconfig [-a] [INTERFACE]`: shows; aliases as interfaces of their own."""
    words = [w for w in call.args if w != "-a"]
    if len(words) == 2 and words[1] in ("up", "down"):  # noqa: PLR2004 - interface and verb
        if words[0] not in call.machine.stack.cards:
            return call.fail(f"{words[0]}: ERROR while getting interface flags: No such device", 255)
        call.machine.stack.set_link(words[0], up=words[1] == "up")
        return 0
    blocks = {}
    for card in call.machine.stack.cards.values():
        if card.up or "-a" in call.args or words:
            blocks[card.name] = _ifconfig_block(card, card.name)
            blocks |= {
                a.label: _ifconfig_block(card, a.label) for a in card.addresses if a.label != card.name
            }
    if words and words[0] not in blocks:
        return call.fail(f"{words[0]}: error fetching interface information: Device not found")
    for name, block in blocks.items():
        if not words or name == words[0]:
            call.print(block + "\n")
    return 0


def _ifconfig_block(card: Card, name: str) -> str:
    loop = card.name == "lo"
    flags = ("UP," if card.up else "") + ("LOOPBACK" if loop else "BROADCAST")
    flags += ",RUNNING" if card.running else ""
    lines = [f"{name}: flags=4163<{flags}{'' if loop else ',MULTICAST'}>  mtu {65536 if loop else 1500}"]
    for address in [a for a in card.addresses if a.label == name]:
        network = address.interface.network
        brd = "" if loop else f"  broadcast {network.broadcast_address}"
        lines.append(f"        inet {address.ip}  netmask {network.netmask}{brd}")
    if not loop:
        lines.append(f"        ether {card.mac}  txqueuelen 1000  (Ethernet)")
    return "\n".join(lines)
