"""ip: links, addresses, routes and rules, as iproute2 shows and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.kernel import Card
    from esxlab.sim.light.session import Call

QUEUE = {"lo": "noqueue"}


def ip(call: Call) -> int:
    """`ip [-o] [-4] OBJECT VERB`."""
    words = [w for w in call.args if not w.startswith("-")]
    oneline = "-o" in call.args
    if words[:1] in (["link"], ["l"]):
        for number, card in enumerate(call.machine.stack.cards.values(), 1):
            call.print(link_line(number, card, oneline=oneline))
    return 0


def link_line(number: int, card: Card, *, oneline: bool) -> str:
    """One link as `ip link` shows it."""
    loop = card.name == "lo"
    flags = ["LOOPBACK" if loop else "BROADCAST", *([] if loop else ["MULTICAST"])]
    flags = [*(["NO-CARRIER"] if card.up and not card.carrier else []), *flags]
    flags += ["UP"] if card.up else []
    flags += ["LOWER_UP"] if card.running else []
    state = "UNKNOWN" if loop else ("UP" if card.running else "DOWN")
    head = (f"{number}: {card.name}: <{','.join(flags)}> mtu {65536 if loop else 1500} "
            f"qdisc {'noqueue' if loop else 'mq'} state {state} mode DEFAULT group default qlen 1000")  # fmt: skip
    tail = f"    link/{'loopback' if loop else 'ether'} {card.mac} brd " + (
        "00:00:00:00:00:00" if loop else "ff:ff:ff:ff:ff:ff"
    )
    return head + ("\\" if oneline else "\n") + tail
