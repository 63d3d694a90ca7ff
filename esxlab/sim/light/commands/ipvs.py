"""ipvsadm, ipvsadm-save and ipvsadm-restore, with ipvsadm's own formats and complaints."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import OptionError, Options, parse
from esxlab.sim.light.ipvs import METHODS, SCHEDULERS, IpvsTable, RealServer, Service, VirtualService

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Address

    from esxlab.sim.light.call import Call
    from esxlab.sim.light.machine import Machine

BAD_USE = 2
REFUSED = 255
COMMANDS = {"A": "add-service", "E": "edit-service", "D": "delete-service", "a": "add-server",
            "e": "edit-server",
            "d": "delete-server"}  # fmt: skip
LONG = {
    "add-service": "A", "edit-service": "E", "delete-service": "D", "add-server": "a", "edit-server": "e",
    "delete-server": "d", "clear": "C", "list": "L", "save": "S", "restore": "R", "zero": "Z",
    "tcp-service": "t",
    "udp-service": "u", "real-server": "r", "scheduler": "s", "masquerading": "m",
    "gatewaying": "g", "ipip": "i",
    "weight": "w", "numeric": "n", "stats": "stats", "rate": "rate", "connection": "c", "exact": "exact",
    "sort": "sort", "nosort": "nosort", "persistent": "p:",
}  # fmt: skip
SHORT = "AEDadeCLlSRZt:u:f:r:s:mgiw:ncp:x:y:"
HEAD = "IP Virtual Server version 1.2.1 (size=4096)"


class IpvsadmError(Exception):
    """What ipvsadm says, and its status: 2 for a wrong command line, 255 when the kernel refuses."""

    def __init__(self, message: str, status: int = BAD_USE) -> None:
        super().__init__(message)
        self.status = status


async def ipvsadm(call: Call) -> int:
    """`ipvsadm -A|-E|-D|-a|-e|-d|-C|-L|-S|-R|-Z ...`."""
    try:
        options = parse(call.args, SHORT, LONG)
        if "R" in options:
            text = (await call.input()).decode(errors="replace")
            for line in text.splitlines():
                if line.strip() and not line.lstrip().startswith("#"):
                    run(call.machine, parse(shlex.split(line), SHORT, LONG), call.print)
            return 0
        run(call.machine, options, call.print)
    except OptionError as error:
        return call.fail(
            f"ipvsadm: {error}\nTry `ipvsadm -h' or 'ipvsadm --help' for more information.", BAD_USE
        )
    except IpvsadmError as error:
        hint = (
            "\nTry `ipvsadm -h' or 'ipvsadm --help' for more information." if error.status == BAD_USE else ""
        )
        return call.fail(f"{error}{hint}", error.status)
    return 0


async def save(call: Call) -> int:
    """`ipvsadm-save [-n]`."""
    table = _table(call.machine)
    _save(Printer(call.machine, numeric="-n" in call.args), table, call.print)
    return 0


async def load(call: Call) -> int:
    """`ipvsadm-restore`."""
    call.args = ["-R"]
    return await ipvsadm(call)


def run(machine: Machine, options: Options, show: Callable[[str], None]) -> None:
    """One command of ipvsadm; IpvsadmError."""
    if options.rest:
        raise IpvsadmError(f"unexpected argument {options.rest[0]}")
    table = _table(machine)
    printer = Printer(machine, numeric="n" in options)
    if "C" in options:
        for where in list(table.services):
            table.remove(where)
    elif "Z" in options:
        table.totals.clear()
    elif "S" in options:
        _save(printer, table, show)
    elif letter := next((x for x in COMMANDS if x in options), ""):
        _change(machine, table, options, letter)
    else:
        _show(machine, printer, table, options, show)


def _table(machine: Machine) -> IpvsTable:
    if machine.stack.ipvs is None:
        machine.stack.ipvs = IpvsTable()
    return machine.stack.ipvs


def port_number(machine: Machine, name: str) -> int | None:
    """A port by number, or by its name in /etc/services (package netbase)."""
    if name.isdigit():
        return int(name) if int(name) < 1 << 16 else None  # a port has 16 bits
    for line in machine.files.read_text("/etc/services").splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[1].endswith("/tcp") and name in (words[0], *words[2:]):
            return int(words[1].partition("/")[0])
    return None


def _end_point(machine: Machine, text: str, what: str, *, default: int | None) -> Service:
    host, colon, port = text.partition(":")
    address = machine.world.resolve(machine, host)
    number = port_number(machine, port) if colon else default
    if address is None or number is None:
        raise IpvsadmError(f"illegal {what} server address[:port] specified")
    return address, number


def _need(options: Options, letter: str, option: str, name: str) -> str:
    if option not in options:
        raise IpvsadmError(f"You need to supply the '{name}' option for the '{COMMANDS[letter]}' command")
    return options.get(option)


def _change(machine: Machine, table: IpvsTable, options: Options, letter: str) -> None:
    where = _end_point(machine, _need(options, letter, "t", "service-address"), "virtual", default=0)
    if letter in "AED":
        _change_service(table, options, letter, where)
        return
    server = _end_point(machine, _need(options, letter, "r", "server-address"), "real", default=where[1])
    if where not in table.services:
        raise IpvsadmError("Service not defined", REFUSED)
    service = table.services[where]
    there = service.find(*server)
    method = next((m for m in METHODS if m in options), "g")
    weight = options.get("w", "1")
    if not weight.isdigit():
        raise IpvsadmError("illegal weight specified")
    if letter == "a":
        if there is not None:
            raise IpvsadmError("Destination already exists", REFUSED)
        service.servers.append(RealServer(*server, method, int(weight)))
    elif there is None:
        raise IpvsadmError("No such destination", REFUSED)
    elif letter == "d":
        service.servers.remove(there)
    else:
        there.method, there.weight = method, int(weight)
    service.last, service.credit = -1, 0


def _change_service(table: IpvsTable, options: Options, letter: str, where: Service) -> None:
    scheduler = options.get("s", "wlc")
    if letter != "D" and scheduler not in SCHEDULERS:
        raise IpvsadmError("Scheduler or persistence engine not found", REFUSED)
    if letter == "A":
        if where in table.services:
            raise IpvsadmError("Service already exists", REFUSED)
        table.services[where] = VirtualService(*where, scheduler)
    elif where not in table.services:
        raise IpvsadmError("No such service", REFUSED)
    elif letter == "E":
        service = table.services[where]
        service.scheduler, service.last, service.credit = scheduler, -1, 0
    else:
        table.remove(where)


@dataclass(frozen=True, slots=True)
class Printer:
    """How addresses are written: numeric, or by the names of /etc/hosts and /etc/services."""

    machine: Machine
    numeric: bool

    def end_point(self, address: IPv4Address, port: int) -> str:
        """`172.16.193.10:80` or `SRV1:http`."""
        if self.numeric:
            return f"{address}:{port}"
        return f"{self._host(address)}:{self._port(port)}"

    def _host(self, address: IPv4Address) -> str:
        for line in self.machine.files.read_text("/etc/hosts").splitlines():
            words = line.partition("#")[0].split()
            if words[:1] == [str(address)] and len(words) > 1:
                return words[1]
        return str(address)

    def _port(self, port: int) -> str:
        for line in self.machine.files.read_text("/etc/services").splitlines():
            words = line.split()
            if words[1:2] == [f"{port}/tcp"]:
                return words[0]
        return str(port)


def _sorted(table: IpvsTable) -> list[VirtualService]:
    return [table.services[key] for key in sorted(table.services)]


def _servers(service: VirtualService) -> list[RealServer]:
    return sorted(service.servers, key=lambda s: (s.address, s.port))


def _save(printer: Printer, table: IpvsTable, show: Callable[[str], None]) -> None:
    for service in _sorted(table):
        where = printer.end_point(service.address, service.port)
        show(f"-A -t {where} -s {service.scheduler}")
        for server in _servers(service):
            show(f"-a -t {where} -r {printer.end_point(server.address, server.port)} "
                 f"-{server.method} -w {server.weight}")  # fmt: skip


def _show(
    machine: Machine, printer: Printer, table: IpvsTable, options: Options, show: Callable[[str], None]
) -> None:
    table.expire(machine.world.clock.now())
    if "c" in options:
        _show_connections(machine, printer, table, show)
        return
    stats = "stats" in options or "rate" in options
    show(HEAD)
    show("Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes" if stats
         else "Prot LocalAddress:Port Scheduler Flags")  # fmt: skip
    show("  -> RemoteAddress:Port" if stats
         else "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn")  # fmt: skip
    only = _end_point(machine, options.get("t"), "virtual", default=0) if "t" in options else None
    if only is not None and only not in table.services:
        raise IpvsadmError("No such service", REFUSED)
    for service in _sorted(table):
        key = (service.address, service.port)
        if only not in (None, key):
            continue
        where = printer.end_point(*key)
        counts = {
            (s.address, s.port): table.totals.get((key, (s.address, s.port)), 0) for s in service.servers
        }
        show(f"TCP  {where:<28}{_stat_columns(sum(counts.values()))}" if stats
             else f"TCP  {where} {service.scheduler}")  # fmt: skip
        for server in _servers(service):
            remote = printer.end_point(server.address, server.port)
            if stats:
                show(f"  -> {remote:<28}{_stat_columns(counts[server.address, server.port])}")
            else:
                inactive = table.inactive(service, server)
                show(
                    f"  -> {remote:<28} {METHODS[server.method]:<7} {server.weight:<6} {0:<10} {inactive:<10}"
                )


def _stat_columns(connections: int) -> str:
    """Connections, packets in and out, bytes in and out: six packets a page each way."""
    values = (connections, 6 * connections, 6 * connections, 400 * connections, 900 * connections)
    return "".join(f"{value:>9}" for value in values)


def _show_connections(
    machine: Machine, printer: Printer, table: IpvsTable, show: Callable[[str], None]
) -> None:
    show("IPVS connection entries")
    show("pro expire state       source             virtual            destination")
    for connection in table.connections:
        left = int(connection.until - machine.world.clock.now())
        ends = f"{f'{connection.client}:40000':<18} {printer.end_point(*connection.service):<18}"
        server = printer.end_point(*connection.server)
        show(f"TCP {left // 60:02d}:{left % 60:02d}  TIME_WAIT   {ends} {server}")
