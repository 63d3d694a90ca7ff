"""ip rule: the routing policy database (ip-rule(8))."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.iproute import RTNETLINK, TABLES, IpError
from esxlab.sim.light.kernel import Rule

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call


WORDS = frozenset({"from", "to", "oif", "iif", "dev", "lookup", "table", "pref", "priority", "prio"})


def rule(call: Call, verb: str, words: list[str], *, oneline: bool) -> int:  # noqa: ARG001 - one shape
    """`ip rule show`, `add` and `del`; IpError in iproute2's words."""
    rules = call.machine.stack.rules
    if verb in ("show", "list", "ls"):
        _show(call)
        return 0
    options = dict(zip(words[::2], words[1::2], strict=False))
    if unknown := options.keys() - WORDS:
        raise IpError(f'Error: argument "{min(unknown)}" is wrong: Failed to parse rule type')
    number = options.get("pref") or options.get("priority") or options.get("prio")
    named = _named(options, int(number) if number else min([r.priority for r in rules], default=32766) - 1)
    if verb == "add":
        if named in rules:
            raise IpError("RTNETLINK answers: File exists", RTNETLINK)
        rules.append(named)
        return 0
    if verb in ("del", "delete"):
        found = next((r for r in rules if _same_rule(r, named, options, numbered=bool(number))), None)
        if found is None:
            raise IpError("RTNETLINK answers: No such file or directory", RTNETLINK)
        rules.remove(found)
        return 0
    raise IpError(f'Command "{verb}" is unknown, try "ip rule help".')


def _show(call: Call) -> None:
    call.print("0:\tfrom all lookup local ")
    for rule in sorted(call.machine.stack.rules, key=lambda r: r.priority):
        to = f" to {rule.destination}" if rule.destination else ""
        dev = f" oif {rule.oif}" if rule.oif else f" iif {rule.iif}" if rule.iif else ""
        source = "all" if rule.source is None else str(rule.source).removesuffix("/32")
        call.print(f"{rule.priority}:\tfrom {source}{to}{dev} lookup {rule.table} ")


def _named(options: dict[str, str], priority: int) -> Rule:
    """The rule that the words of a command line describe."""
    table = options.get("lookup") or options.get("table") or "main"
    return Rule(
        priority,
        TABLES.get(table, table),
        None if options.get("from", "all") == "all" else IPv4Network(options["from"]),
        None if options.get("to", "all") == "all" else IPv4Network(options["to"]),
        options.get("oif", ""),
        options.get("iif") or options.get("dev") or "",
    )


def _same_rule(there: Rule, wanted: Rule, options: dict[str, str], *, numbered: bool) -> bool:
    if numbered and there.priority != wanted.priority:
        return False
    if ("lookup" in options or "table" in options) and there.table != wanted.table:
        return False
    return ("from" not in options or there.source == wanted.source) and (
        "to" not in options or there.destination == wanted.destination
    )
