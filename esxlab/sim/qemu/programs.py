"""The system programs that engine qemu needs, and the Debian package that brings each."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNNING = {
    "conntrack": "conntrack",
    "debugfs": "e2fsprogs",
    "dnsmasq": "dnsmasq-base",
    "ip": "iproute2",
    "nft": "nftables",
    "nsenter": "util-linux",
    "nice": "coreutils",
    "perl": "perl-base",
    "ping": "iputils-ping",
    "qemu-system-x86_64": "qemu-system-x86",
    "setpriv": "util-linux",
    "sysctl": "procps",
    "unshare": "util-linux",
}
"""For a school on engine qemu."""
BUILDING = {
    "dpkg-scanpackages": "dpkg-dev",
    "grub-mkimage": "grub-common",
    "mke2fs": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "tar": "tar",
}
"""For the model disk, once."""
AS_USER = {"newuidmap": "uidmap"}
"""For building it without root: mmdebstrap needs a range of users."""
FILES = {"/usr/lib/grub/i386-pc/boot.img": "grub-pc-bin"}
"""Files that building the model disk needs besides."""
SYSTEM_PATH = "/usr/sbin:/sbin"
"""Debian's system programs are not on an ordinary user's PATH."""


def search_path() -> str:
    """PATH, and the directories of system programs."""
    return f"{os.environ.get('PATH', '/usr/bin:/bin')}:{SYSTEM_PATH}"


def is_root() -> bool:
    """Whether this process may make namespaces, and files of any owner, as it is."""
    return sys.platform != "win32" and os.geteuid() == 0


def for_building() -> dict[str, str]:
    """All that building the model disk needs, for this user."""
    return BUILDING | FILES | ({} if is_root() else AS_USER)


def missing(programs: Mapping[str, str]) -> dict[str, str]:
    """Those programs, or files, that are not here, with the packages that bring them."""
    path = search_path()
    return {
        name: package
        for name, package in programs.items()
        if not (Path(name).exists() if name.startswith("/") else shutil.which(name, path=path))
    }


def packages(lacking: Mapping[str, str]) -> str:
    """The packages that bring these, as apt-get takes them."""
    return " ".join(sorted(set(lacking.values())))


def require(programs: Mapping[str, str]) -> None:
    """LabError sim.not_linux; sim.programs, naming every package that is missing at once."""
    on_linux = sys.platform.startswith("linux")
    if not on_linux:
        raise LabError("sim.not_linux", platform=sys.platform)
    if lacking := missing(programs):
        raise LabError("sim.programs", programs=", ".join(sorted(lacking)), packages=packages(lacking))


def main() -> None:
    """`python -m esxlab.sim.qemu.programs`: the Debian packages that engine qemu lacks here, on one line."""
    print(packages(missing(RUNNING | for_building())))  # noqa: T201 - this is the command's answer


if __name__ == "__main__":
    main()
