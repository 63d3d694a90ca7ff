"""ip: links, addresses, routes and rules, as iproute2 shows and changes them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.ip_rule import rule
from esxlab.sim.light.commands.iproute import RTNETLINK, TABLES, IpError, device
from esxlab.sim.light.kernel import ANYWHERE, Address, Card, Route, look_up, source_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.light.call import Call

OBJECTS = ("link", "address", "route", "rule", "neighbour")


def ip(call: Call) -> int:
    """`ip [-o] [-4] OBJECT VERB ...`."""
    words = list(call.args)
    oneline = False
    while words and words[0].startswith("-"):
        option = words.pop(0)
        oneline = oneline or option in ("-o", "-oneline")
        if option not in ("-o", "-oneline", "-4", "-s", "-d", "-br", "-f", "inet"):
            return call.fail(f'Option "{option}" is unknown, try "ip -help".', 255)
    if words and (found := next((o for o in OBJECTS if o.startswith(words[0])), None)):
        verb = words[1] if len(words) > 1 else "show"
        try:
            return ACTIONS[found](call, verb, words[2:], oneline=oneline)
        except IpError as error:
            return call.fail(str(error), error.status)
        except ValueError as error:
            return call.fail(f"Error: {error}.")
        except IndexError:
            return call.fail('Command line is not complete. Try option "help"', 255)
    return call.fail(f'Object "{words[0] if words else ""}" is unknown, try "ip help".', 255)


# link


def flags_of(card: Card) -> str:
    """The flags as ip shows them."""
    loop = card.name == "lo"
    flags = ["NO-CARRIER"] if card.up and not card.carrier else []
    flags += ["LOOPBACK"] if loop else ["BROADCAST", "MULTICAST"]
    flags += ["UP"] if card.up else []
    flags += ["LOWER_UP"] if card.running else []
    return ",".join(flags)


def _head(call: Call, card: Card) -> str:
    loop = card.name == "lo"
    number = 1 + list(call.machine.stack.cards).index(card.name)
    state = "UNKNOWN" if loop else ("UP" if card.running else "DOWN")
    return (f"{number}: {card.name}: <{flags_of(card)}> mtu {65536 if loop else 1500} "
            f"qdisc {'noqueue' if loop else 'mq'} state {state}")  # fmt: skip


def _ether(card: Card) -> str:
    if card.name == "lo":
        return "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"
    return f"    link/ether {card.mac} brd ff:ff:ff:ff:ff:ff"


def _link(call: Call, verb: str, words: list[str], *, oneline: bool) -> int:
    words = [w for w in words if w != "dev"]
    if verb in ("show", "list", "ls", "lst"):
        cards = (
            [device(call, words[0])] if words[:1] not in ([], ["up"]) else call.machine.stack.cards.values()
        )
        for card in cards:
            mode = " mode DEFAULT group default qlen 1000"
            call.print(_head(call, card) + mode + ("\\" if oneline else "\n") + _ether(card))
        return 0
    if verb == "set":
        card = device(call, words[0])
        if words[1] not in ("up", "down"):
            raise IpError(f'Error: either "dev" is duplicate, or "{words[1]}" is a garbage.')
        call.machine.stack.set_link(card.name, up=words[1] == "up")
        return 0
    raise IpError(f'Command "{verb}" is unknown, try "ip link help".')


# address


def address_line(address: Address) -> str:
    """One address without its leading card: `inet 172.16.193.10/16 brd ... scope global ens160`."""
    interface = address.interface
    brd = f" brd {interface.network.broadcast_address}" if interface.network.prefixlen < 31 else ""  # noqa: PLR2004
    scope = "host" if interface.ip.is_loopback else "global"
    brd = "" if scope == "host" else brd
    return f"inet {interface}{brd} scope {scope} {'dynamic ' if address.dynamic else ''}{address.label}"


def _address(call: Call, verb: str, words: list[str], *, oneline: bool) -> int:
    if verb in ("show", "list", "ls", "lst"):
        return _show_addresses(
            call, [w for w in words if w not in ("dev", "scope", "global", "up")], oneline=oneline
        )
    options = dict(zip(words[1::2], words[2::2], strict=False))
    stack = call.machine.stack
    if verb == "flush":
        card = device(call, words[words.index("dev") + 1] if "dev" in words else words[0])
        for address in list(card.addresses):
            stack.remove_address(card.name, address.interface)
        return 0
    if verb not in ("add", "del", "delete", "replace"):
        raise IpError(f'Command "{verb}" is unknown, try "ip address help".')
    try:
        interface = IPv4Interface(words[0])
    except ValueError:
        raise IpError(f'Error: any valid prefix is expected rather than "{words[0]}".', 1) from None
    if "dev" not in options:
        raise IpError('Not enough information: "dev" argument is required.')
    card = device(call, options["dev"])
    try:
        if verb in ("add", "replace"):
            label = options.get("label", card.name)
            stack.add_address(card.name, Address(interface, label, call.machine.world.clock.now()))
        else:
            stack.remove_address(card.name, interface)
    except OSError as error:
        if verb != "replace":
            raise IpError(f"RTNETLINK answers: {error.strerror}", RTNETLINK) from None
    return 0


def _show_addresses(call: Call, words: list[str], *, oneline: bool) -> int:
    stack = call.machine.stack
    only = [device(call, words[0])] if words else list(stack.cards.values())
    for card in only:
        number = 1 + list(stack.cards).index(card.name)
        if not oneline:
            call.print(f"{_head(call, card)} group default qlen 1000\n{_ether(card)}")
        for address in card.addresses:
            lifetime = "valid_lft forever preferred_lft forever"
            if oneline:
                call.print(f"{number}: {card.name}    {address_line(address)}\\       {lifetime}")
            else:
                call.print(f"    {address_line(address)}\n       {lifetime}")
    return 0


# route


def route_line(call: Call, route: Route) -> str:
    """One route as ip shows it."""
    words = ["default" if route.destination == ANYWHERE else
             str(route.destination.network_address) if route.destination.prefixlen == 32  # noqa: PLR2004
             else str(route.destination)]  # fmt: skip
    words += ["via", str(route.via)] if route.via else []
    words += ["dev", route.dev]
    words += ["proto", "kernel"] if route.by_kernel else []
    words += [] if route.via else ["scope", "link"]
    words += ["src", str(route.source)] if route.source else []
    words += ["metric", str(route.metric)] if route.metric else []
    if not call.machine.stack.cards[route.dev].carrier:
        words.append("linkdown")
    return " ".join(words) + " "


def _parse_route(call: Call, words: list[str]) -> Route:
    words = [w for w in words if w != "onlink"]
    named = words[0] == "default"
    try:
        destination = ANYWHERE if named else IPv4Network(words[0])
    except ValueError:
        raise IpError(f'Error: any valid prefix is expected rather than "{words[0]}".', 1) from None
    options = dict(zip(words[1::2], words[2::2], strict=False))
    via = IPv4Address(options["via"]) if "via" in options else None
    dev = options.get("dev", "")
    if not dev and via is not None and (route := look_up(call.machine.stack, via)) is not None:
        dev = route.dev
    if dev:
        device(call, dev)
    table = TABLES.get(options.get("table", "main"), options.get("table", "main"))
    source = IPv4Address(options["src"]) if "src" in options else None
    return Route(destination, dev, via, source, table, int(options.get("metric", "0")))


def _route(call: Call, verb: str, words: list[str], *, oneline: bool) -> int:  # noqa: ARG001 - one shape
    stack = call.machine.stack
    if verb in ("show", "list", "ls", "flush"):
        return _list_routes(call, words, flush=verb == "flush")
    if verb == "get":
        return _route_get(call, words)
    if verb in ("add", "replace", "append", "change"):
        route = _parse_route(call, words)
        same_key = (route.destination, route.table, route.metric)
        same = [r for r in stack.routes if (r.destination, r.table, r.metric) == same_key]
        if verb == "add" and same:
            raise IpError("RTNETLINK answers: File exists", RTNETLINK)
        if not route.dev or not stack.cards[route.dev].up:
            reason = "Network is unreachable" if not route.dev else "Network is down"
            raise IpError(f"RTNETLINK answers: {reason}", RTNETLINK)
        if route.via and "onlink" not in words and not _is_near(call, route):
            raise IpError("RTNETLINK answers: Network is unreachable", RTNETLINK)
        stack.routes = [r for r in stack.routes if r not in same] + [route]
        return 0
    if verb in ("del", "delete"):
        wanted = _parse_route(call, words)
        key = (wanted.destination, wanted.table)
        near = [r for r in stack.routes if wanted.dev in ("", r.dev) and wanted.via in (None, r.via)]
        found = next((r for r in near if (r.destination, r.table) == key), None)
        if found is None:
            raise IpError("RTNETLINK answers: No such process", RTNETLINK)
        stack.routes.remove(found)
        return 0
    raise IpError(f'Command "{verb}" is unknown, try "ip route help".')


def _is_near(call: Call, route: Route) -> bool:
    near = [r for r in call.machine.stack.routes if r.dev == route.dev and r.via is None and route.via]
    return any(route.via in r.destination for r in near)


def _list_routes(call: Call, words: list[str], *, flush: bool) -> int:
    options = dict(zip(words[::2], words[1::2], strict=False))
    table = TABLES.get(options.get("table", "main"), options.get("table", "main"))
    stack = call.machine.stack
    if "dev" in options:
        device(call, options["dev"])
    chosen = [r for r in stack.routes if r.table == table and options.get("dev", r.dev) == r.dev]
    if words[:1] == ["default"]:
        chosen = [r for r in chosen if r.destination == ANYWHERE]
    if flush:
        stack.routes = [r for r in stack.routes if r not in chosen]
        return 0
    for route in sorted(chosen, key=lambda r: (r.destination.prefixlen, int(r.destination.network_address))):
        call.print(route_line(call, route))
    return 0


def _route_get(call: Call, words: list[str]) -> int:
    stack, to = call.machine.stack, IPv4Address(words[0])
    source = IPv4Address(words[2]) if words[1:2] == ["from"] else None
    if stack.is_local(to):
        call.print(f"local {to} dev lo src {to} \n    cache <local> ")
        return 0
    route = look_up(stack, to, source=source)
    if route is None:
        raise IpError("RTNETLINK answers: Network is unreachable", RTNETLINK)
    via = f" via {route.via}" if route.via else ""
    call.print(f"{to}{via} dev {route.dev} src {source or source_for(stack, route, to)} \n    cache ")
    return 0


# rule


def _neighbour(call: Call, verb: str, words: list[str], *, oneline: bool) -> int:  # noqa: ARG001 - one shape
    return 0


ACTIONS: dict[str, Callable[..., int]] = {
    "address": _address,
    "link": _link,
    "neighbour": _neighbour,
    "route": _route,
    "rule": rule,
}
