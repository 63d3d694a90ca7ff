"""ifup, ifdown, ping, arping: interfaces by ifupdown, and whether somebody answers."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import OptionError, parse
from esxlab.sim.light.ifupdown import InterfacesError, bring_up, load_interfaces, take_down

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

NO_ANSWER = 1
NOT_SENT = 2


async def ifup(call: Call) -> int:
    """`ifup [-a] [INTERFACE...]`."""
    names = [w for w in call.args if not w.startswith("-")]
    try:
        if "-a" in call.args:
            names = load_interfaces(call.machine.files).auto
    except InterfacesError as error:
        return call.fail(f"ifup: {error}")
    status = 0
    for name in names:
        result, messages = await bring_up(call.machine, name.partition("=")[0])
        for message in messages:
            call.fail(message)
        status = result or status
    return status


async def ifdown(call: Call) -> int:
    """`ifdown [-a] [INTERFACE...]`."""
    names = [w for w in call.args if not w.startswith("-")]
    if "-a" in call.args:
        names = sorted(call.machine.processes.ifstate - {"lo"}, reverse=True)
    status = 0
    for name in names:
        result, messages = await take_down(call.machine, name.partition("=")[0])
        for message in messages:
            call.fail(message)
        status = result or status
    return status


def bound(text: str) -> tuple[IPv4Address | None, str]:
    """What -I names: an address, or an interface."""
    try:
        return IPv4Address(text), ""
    except ValueError:
        return None, text


async def ping(call: Call) -> int:
    """`ping [-c N] [-W S] [-i S] [-I SOURCE] [-q] [-n] HOST`; without -c four requests, not for ever."""
    try:
        options = parse(call.args, "c:W:w:i:I:qn4s:fb")
    except OptionError as error:
        return call.fail(f"ping: {error}", NOT_SENT)
    if not options.rest:
        return call.fail(
            "Usage: ping [-aAbBdDfhLnOqrRUvV64] [-c count] [-i interval] [-I interface]", NOT_SENT
        )
    machine, name = call.machine, options.rest[0]
    to = machine.world.resolve(machine, name)
    if to is None:
        return call.fail(f"ping: {name}: Temporary failure in name resolution", NOT_SENT)
    source, oif = bound(options.get("I"))
    if oif and oif not in machine.stack.cards:
        return call.fail(f"ping: SO_BINDTODEVICE {oif}: Invalid argument", NOT_SENT)
    wanted, wait, pause = (
        int(options.get("c", "4")),
        float(options.get("W", "10")),
        float(options.get("i", "1")),
    )
    call.print(f"PING {name} ({to}) 56(84) bytes of data.")
    received = errors = 0
    for number in range(1, wanted + 1):
        machine.world.settle()
        outcome = machine.world.network().ping(machine.stack, to, source=source, oif=oif)
        if outcome == "no-route":
            call.out[:] = b""
            return call.fail("connect: Network is unreachable", NOT_SENT)
        received += outcome == "open"
        errors += outcome == "unreachable"
        here = source or next(iter(machine.addresses), "127.0.0.1")
        if "q" not in options and (line := _reply(outcome, number, to, here)):
            call.print(line)
        call.flush()
        rest = pause if outcome == "open" else wait
        await machine.world.clock.sleep(rest if number < wanted or outcome != "open" else 0)
    return _summary(call, name, wanted, received, errors)


def _reply(outcome: str, number: int, to: IPv4Address, here: IPv4Address | str) -> str:
    """The line of one request; empty when nothing came back."""
    if outcome == "open":
        return f"64 bytes from {to}: icmp_seq={number} ttl=64 time=0.431 ms"
    return f"From {here} icmp_seq={number} Destination Host Unreachable" if outcome == "unreachable" else ""


def _summary(call: Call, name: str, sent: int, received: int, errors: int) -> int:
    loss = round(100 * (sent - received) / sent) if sent else 0
    more = f", +{errors} errors" if errors else ""
    call.print(f"\n--- {name} ping statistics ---")
    time = (sent - 1) * 1000
    call.print(f"{sent} packets transmitted, {received} received{more}, {loss}% packet loss, time {time}ms")
    call.print("rtt min/avg/max/mdev = 0.431/0.431/0.431/0.000 ms" if received else "")
    return 0 if received else NO_ANSWER


async def arping(call: Call) -> int:
    """`arping [-c N] [-I CARD] ADDRESS`: who answers on the segment."""
    try:
        options = parse(call.args, "c:I:i:w:qD")
    except OptionError as error:
        return call.fail(f"arping: {error}", NOT_SENT)
    machine = call.machine
    name = options.get("I") or options.get("i")
    card = machine.stack.cards.get(name) if name else next(
        (c for c in machine.stack.cards.values() if c.name != "lo" and c.running), None)  # fmt: skip
    if card is None:
        return call.fail(f"arping: Device {name} not available.", NOT_SENT)
    to = IPv4Address(options.rest[0])
    found = machine.world.network().neighbour(machine.stack, card, to)
    call.print(f"ARPING {to} from {next((a.ip for a in card.addresses), '0.0.0.0')} {card.name}")
    if found is None:
        await machine.world.clock.sleep(1)
        call.print("Sent 1 probes (1 broadcast(s))\nReceived 0 response(s)")
        return NO_ANSWER
    call.print(f"Unicast reply from {to} [{found[1].mac.upper()}]  0.650ms\nSent 1 probes (1 broadcast(s))\n"
               "Received 1 response(s)")  # fmt: skip
    return 0
