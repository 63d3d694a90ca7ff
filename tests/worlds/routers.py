"""The router's dimensions: its IOS, the way in, what it says, its lines, what stood there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.worlds.values import Value

if TYPE_CHECKING:
    from tests.worlds.room import Room

HOW = "worlds.md, routers"
SSH = frozenset({"ssh"})
STATIC = "ip nat inside source static tcp 192.168.1.10 22 interface {outside} 2222"


def _faults(**changes: Any) -> Any:
    def prepare(room: Room) -> None:
        for name, value in changes.items():
            setattr(room.router.faults, name, value)

    return prepare


def _lines(text: str) -> Any:
    """What a technician has typed before; {inside}, {outside} are the lab's interfaces."""

    def prepare(room: Room) -> None:
        room.configure(text.format(**interfaces_of(room)))

    return prepare


def interfaces_of(room: Room) -> dict[str, str]:
    """The lab's two interfaces by side, with their full names."""
    spec = room.content["router"]
    return {
        "inside": spec.get("inside", "FastEthernet0/1"),
        "outside": spec.get("outside", "FastEthernet0/0"),
    }


def _xe(room: Room) -> None:
    """IOS-XE 16 shows no `ip virtual-reassembly` (router.md, IOS semantics)."""
    for interface in room.router.box.running.interfaces.values():
        interface.reassembly = ""


XE = {"outside": "GigabitEthernet0/0/0", "inside": "GigabitEthernet0/0/1"}
IOS = {
    "15.x": Value(source=HOW),
    "12.x": Value(
        source="router.md: revert timer from 12.4(20)T; Cisco 13779",
        prepare=_faults(is_old=True, no_revert_timer=True, refuses_static_in_use=True),
    ),
    "XE": Value(source="router.md: ip virtual-reassembly", spec={"router": XE}, prepare=_xe),
    "15.x, Ethernet": Value(source=HOW, spec={"router": {"outside": "Ethernet0/0", "inside": "Ethernet0/1"}}),
}
WAY = {
    "ssh": Value(source=HOW),
    "telnet": Value(source=HOW, spec={"router": {"device": "cisco_ios_telnet"}}),
    "serial": Value(source=HOW, spec={"router": {"device": "cisco_ios_serial", "host": "/dev/ttyUSB0"}}),
}
FRAME = "\n*****************\n* Lab-1#  acces reserve > *\n-----------#\n% interdit %\n"
BANNER = {
    "none": Value(source=HOW),
    "frame": Value(source="cases.md, routers: SSH banner", prepare=_faults(banner=FRAME)),
    "in the configuration": Value(
        source="cases.md, routers: banner exec", prepare=_lines(
            "banner exec ^C\n% Acces reserve %\n%%%%%%%%\nend\ninterface {outside}\n"
            " ip address 10.1.1.1 255.0.0.0\n!\n^C\n"
        ),
    ),
}  # fmt: skip
NAMES = {"plain": "R3", "parentheses": "r1(old)", "plus, at": "R+1@site", "colon, slash": "Salle:12/A"}


def _named(name: str) -> Any:
    return None if name == "R3" else _lines(f"hostname {name}\n")


REFUSED_WIDTH = "% Invalid input detected at '^' marker.\n"
WIDTH = {
    "obeyed": Value(source=HOW),
    "refused": Value(
        source="worlds.md, sessions: terminal width obeyed or refused",
        prepare=_faults(says={f"terminal width {n}": REFUSED_WIDTH for n in (0, 511, 512)}),
    ),
}
SESSION = {
    "quiet": Value(source=HOW),
    "syslog": Value(source="worlds.md, messages", prepare=_faults(noisy=True)),
    "slow": Value(source="worlds.md, sessions", prepare=_faults(delay_s=0.1)),
    "NVRAM asks": Value(source="netmiko#1037, #1561", prepare=_faults(nvram_question=True)),
    "remarks": Value(
        source="worlds.md, messages: notices that begin with % and are no errors",
        prepare=_faults(remarks={"no shutdown": "%% Non-volatile configuration memory is not present\n"}),
    ),
}


def _never_saved(room: Room) -> None:
    room.configure("no ip routing\n")
    room.router.box.startup = ""


BEFORE = {
    "shut": Value(source=HOW),
    "dhcp, unnumbered": Value(source="worlds.md, interface states", prepare=_lines(
        "interface Loopback0\n ip address 10.255.0.1 255.255.255.255\ninterface {inside}\n"
        " ip unnumbered Loopback0\n no shutdown\ninterface {outside}\n ip address dhcp\n no shutdown\n")),
    "others' statics": Value(source="worlds.md, statics of others", prepare=_lines(
        f"interface Loopback7\n ip address 10.7.0.1 255.255.255.0\n{STATIC}\n"
        "ip nat inside source static udp 192.168.1.9 53 10.7.0.1 53 extendable\n"
        "ip nat inside source list 10 interface Loopback7 overload\n"
        "access-list 10 permit 192.168.1.0 0.0.0.255\n")),
    "addresses of others": Value(source="worlds.md, interface states", prepare=_lines(
        "interface {outside}\n description liaison FAI\n ip address 10.20.30.1 255.255.255.0\n no shutdown\n"
        "interface {inside}\n ip address 10.20.31.1 255.255.255.0\n")),
    "never saved, no ip routing": Value(
        source="cases.md, routers: never saved; router.md, IOS semantics: ip routing", prepare=_never_saved),
}  # fmt: skip
DIMENSIONS = {
    "ios": IOS,
    "way": WAY,
    "banner": BANNER,
    "router_name": {
        k: Value(source="cases.md, routers: host name", prepare=_named(v)) for k, v in NAMES.items()
    },
    "width": WIDTH,
    "session": SESSION,
    "router_before": BEFORE,
}
