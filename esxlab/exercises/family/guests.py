"""What the exercise parts share inside the machines: packages, common files, the test stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.lab.guest import RELEASE_TOKEN, Guest, GuestFile

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface

    from esxlab.exercises.exercise import Segment
    from esxlab.exercises.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec

# Both parts' packages are installed at the first configuration: an isolated lab reaches no mirror.
# net-tools: IPaddr needs ifconfig, only a Recommends; netbase: without /etc/services `VIP:http` is refused.
PACKAGES: dict[str, tuple[str, ...]] = {
    "web": ("apache2", "heartbeat", "net-tools", "netbase", "resource-agents"),
    "balancer": ("ipvsadm", "netbase"),
    "client": ("curl", "iputils-ping"),
}
NODE_ID = "/var/lib/heartbeat/hb_uuid"
"""By it Heartbeat knows a node; made anew at its first start."""
WEB_PORT_FILE = "/etc/apache2/conf-enabled/tp-esxlab.conf"
"""Read after ports.conf (Debian's apache2.conf, IncludeOptional conf-enabled/*.conf)."""
SYSCTL_FILE = "/etc/sysctl.d/99-tp-esxlab.conf"
"""Read after 99-sysctl.conf, Debian's link to /etc/sysctl.conf: what the model says there does not win."""

DHCPCD_HOOK = "/etc/dhcpcd.exit-hook"
"""Read by dhcpcd-run-hooks(8), by nothing else."""

Settings = tuple[tuple[str, str], ...]

FORWARD = "net.ipv4.ip_forward"
ARP_IGNORE = "net.ipv4.conf.all.arp_ignore"
ARP_ANNOUNCE = "net.ipv4.conf.all.arp_announce"
OWN_ARP_ONLY: Settings = ((ARP_IGNORE, "1"), (ARP_ANNOUNCE, "2"))
"""A card answers only for its own addresses: else every group's client would claim its lab address, the same
in every group, on the school's network (kernel documentation, ip-sysctl)."""
ANY_ARP: Settings = ((ARP_IGNORE, "0"), (ARP_ANNOUNCE, "0"))


@dataclass(frozen=True, slots=True)
class Card:
    """A network card as the templates see it: a name that is filled in by MAC, an address, a mask."""

    nic: str
    address: str = ""
    netmask: str = ""


@dataclass(frozen=True, slots=True)
class HostEntry:
    """A line of /etc/hosts."""

    address: str
    hostname: str


def card_of(machine: MachineSpec, role: str, interface: IPv4Interface | None = None) -> Card:
    """The machine's card with this role; its name is a token until the guest has been asked."""
    token = f"@nic({machine.macs[role].lower()})"
    return Card(token, str(interface.ip), str(interface.netmask)) if interface else Card(token)


def router_inside(spec: GroupSpec) -> str:
    """Gateway of the machines inside; empty when the group has no router."""
    return str(spec.router.inside_address.ip) if spec.router else ""


def router_outside(spec: GroupSpec) -> str:
    """Gateway of the machines outside; empty when the group has no router."""
    return str(spec.router.outside_address.ip) if spec.router else ""


def gateway_on(spec: GroupSpec, segment: Segment) -> str:
    """The router's address on this segment."""
    return router_inside(spec) if segment == "inside" else router_outside(spec)


def hosts_file(spec: GroupSpec, machine: MachineSpec, seeds: Seeds) -> GuestFile:
    """/etc/hosts: both web servers and the director by their host names; on a client also itself."""
    servers = (*spec.by_role("web"), *spec.by_role("balancer"))
    entries = [HostEntry(_own_address(server), server.hostname) for server in servers]
    if machine.role == "client":
        entries.insert(0, HostEntry("127.0.1.1", machine.hostname))
    return GuestFile("/etc/hosts", seeds.render("hosts", hosts=entries))


def _own_address(machine: MachineSpec) -> str:
    interface = machine.inside or machine.outside
    return str(interface.ip) if interface else "127.0.1.1"


def mirror_files(spec: GroupSpec, seeds: Seeds) -> tuple[GuestFile, ...]:
    """/etc/apt/sources.list when the spec names a package mirror; else the model's stays."""
    if not spec.package_mirror:
        return ()
    text = seeds.render("sources.list", mirror=spec.package_mirror, release=RELEASE_TOKEN)
    return (GuestFile("/etc/apt/sources.list", text),)


def sysctl_file(settings: Settings, seeds: Seeds) -> GuestFile:
    """The kernel settings, for every boot."""
    return GuestFile(SYSCTL_FILE, seeds.render("sysctl.conf", settings=settings))


def page_file(spec: GroupSpec, machine: MachineSpec, seeds: Seeds) -> GuestFile:
    """The web server's default page, with its host name."""
    page = seeds.render("index.html", hostname=machine.hostname, group=spec.group.number)
    return GuestFile("/var/www/html/index.html", page)


def port_file(port: int, seeds: Seeds) -> GuestFile:
    """A second port of the web server, with the same page."""
    return GuestFile(WEB_PORT_FILE, seeds.render("apache2-port.conf", port=port))


def interfaces_file(text: str) -> GuestFile:
    """/etc/network/interfaces, in force from the next boot on."""
    return GuestFile("/etc/network/interfaces", text)


def build_web(  # the common part of both exercise parts
    spec: GroupSpec,
    machine: MachineSpec,
    seeds: Seeds,
    *,
    gateway: str,
    loopback_address: IPv4Address | None = None,
) -> tuple[tuple[GuestFile, ...], Settings]:
    """A web server's files and settings. `loopback_address`: the virtual address, for direct routing."""
    settings = ((FORWARD, "0"), *(OWN_ARP_ONLY if loopback_address else ANY_ARP))
    interfaces = seeds.render(
        "interfaces-web",
        inside=card_of(machine, "inside", machine.inside),
        gateway=gateway,
        loopback_address=str(loopback_address or ""),
    )
    files = (
        *mirror_files(spec, seeds),
        hosts_file(spec, machine, seeds),
        interfaces_file(interfaces),
        page_file(spec, machine, seeds),
        sysctl_file(settings, seeds),
    )
    return files, settings


def build_client(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, segment: Segment) -> Guest:
    """A test station: the lab in its main routing table, administration in a table of its own.

    The school's network and the lab's inside are both 172.16.0.0/16, so no route of the administration card
    may be in the main table. Its address comes from DHCP; rules by source (first the lab's own address, then
    the school's network) need not know it. See seeds/interfaces-client.
    """
    settings = ((FORWARD, "0"), *OWN_ARP_ONLY)
    interfaces = seeds.render(
        "interfaces-client",
        lab=card_of(machine, "lab", machine.inside if segment == "inside" else machine.outside),
        management=card_of(machine, "management"),
        gateway=gateway_on(spec, segment),
        school=spec.school,
    )
    hook = seeds.render("dhcpcd.exit-hook", management=card_of(machine, "management"))
    files = (
        *mirror_files(spec, seeds),
        hosts_file(spec, machine, seeds),
        interfaces_file(interfaces),
        GuestFile(DHCPCD_HOOK, hook),
        sysctl_file(settings, seeds),
    )
    return Guest(machine.hostname, PACKAGES["client"], files, sysctl=settings)
