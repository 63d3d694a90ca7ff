"""The disk of modeleD9: Debian 9 for i386, minimal, with an SSH server, as the class installs it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from esxlab.sim.light.clock import EPOCH
from esxlab.sim.light.disk import Disk, Node, hash_password
from esxlab.sim.light.hostkeys import KEY_PATH, fingerprint, make_host_key
from esxlab.sim.light.packages import MINIMAL, PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux {number} ({name})"
NAME="Debian GNU/Linux"
VERSION_ID="{number}"
VERSION="{number} ({name})"
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
"""
INTERFACES = """\
# This file describes the network interfaces available on your system
# and how to activate them. For more information, see interfaces(5).

source /etc/network/interfaces.d/*

# The loopback network interface
auto lo
iface lo inet loopback

# The primary network interface
allow-hotplug ens160
iface ens160 inet dhcp
"""
HOSTS = """\
127.0.0.1\tlocalhost
127.0.1.1\t{hostname}

# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
"""
SSHD_CONFIG = """\
PermitRootLogin yes
ChallengeResponseAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem\tsftp\t/usr/lib/openssh/sftp-server
"""
SYSCTL_CONF = """\
#
# /etc/sysctl.conf - Configuration file for setting system variables
# See /etc/sysctl.d/ for additional system variables.
# See sysctl.conf (5) for information.
#

# Uncomment the next line to enable packet forwarding for IPv4
#net.ipv4.ip_forward=1
"""
RELEASES = {
    9: ("stretch", "9.13"),
    10: ("buster", "10.13"),
    11: ("bullseye", "11.11"),
    12: ("bookworm", "12.9"),
}
MIRRORS = {9: "http://archive.debian.org/debian", 10: "http://archive.debian.org/debian"}
DIRECTORIES = (
    "/bin", "/boot", "/etc", "/etc/apt", "/etc/apt/apt.conf.d", "/etc/apt/sources.list.d", "/etc/cron.d",
    "/etc/default", "/etc/dhcp", "/etc/dhcp/dhclient-enter-hooks.d", "/etc/dhcp/dhclient-exit-hooks.d",
    "/etc/init.d", "/etc/network", "/etc/network/if-down.d", "/etc/network/if-post-down.d",
    "/etc/network/if-pre-up.d", "/etc/network/if-up.d", "/etc/network/interfaces.d", "/etc/ssh",
    "/etc/sysctl.d", "/etc/systemd", "/etc/systemd/system", "/etc/modules-load.d", "/home", "/lib",
    "/lib/systemd", "/media", "/mnt", "/opt", "/root", "/run", "/sbin", "/srv", "/usr",
    "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/usr/share",
    "/var", "/var/cache", "/var/cache/apt", "/var/lib", "/var/lib/apt", "/var/lib/apt/lists",
    "/var/lib/dbus", "/var/lib/dpkg", "/var/log", "/var/mail", "/var/spool",
)  # fmt: skip
MODES = {"/root": 0o700, "/tmp": 0o1777, "/var/tmp": 0o1777}  # noqa: S108 - the simulated machine's own


def model_files(root_password: str, *, debian: int, hostname: str) -> dict[str, str]:
    """The files of a fresh installation, path -> text."""
    name, version = RELEASES[debian]
    mirror = MIRRORS.get(debian, "http://mirror.school.example/debian")
    return {
        "/etc/apt/sources.list": f"deb {mirror} {name} main\n",
        "/etc/debian_version": f"{version}\n",
        "/etc/default/ssh": "# Default settings for openssh-server.\n\nSSHD_OPTS=\n",
        "/etc/fstab": "/dev/sda1 /               ext4    errors=remount-ro 0       1\n",
        "/etc/group": "root:x:0:\ndaemon:x:1:\nadm:x:4:\nwww-data:x:33:\nnogroup:x:65534:\n",
        "/etc/hostname": f"{hostname}\n",
        "/etc/hosts": HOSTS.format(hostname=hostname),
        "/etc/issue": f"Debian GNU/Linux {debian} \\n \\l\n\n",
        "/etc/machine-id": f"{secrets.token_hex(16)}\n",
        "/etc/network/interfaces": INTERFACES,
        "/etc/os-release": OS_RELEASE.format(number=debian, name=name),
        "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
        "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n",
        "/etc/resolv.conf": "",
        "/etc/shadow": f"root:{hash_password(root_password)}:19000:0:99999:7:::\ndaemon:*:19000::::::\n",
        "/etc/ssh/sshd_config": SSHD_CONFIG,
        "/etc/sysctl.conf": SYSCTL_CONF,
        "/root/.bashrc": "# ~/.bashrc: executed by bash(1) for non-login shells.\n",
        "/root/.profile": "# ~/.profile: executed by Bourne-compatible login shells.\n",
        f"/var/lib/apt/lists/{name}_InRelease": f"Codename: {name}\n",
    }


def model_disk(
    root_password: str, *, debian: int = 9, hostname: str = "masterGr0", more: Iterable[str] = ()
) -> Disk:
    """The model disk as a Disk; its host keys and machine-id are the model's, the same on every copy.

    `more` are packages beyond the minimal ones.
    """
    names = (*MINIMAL, *(name for name in more if name in PACKAGES and name not in MINIMAL))
    disk = Disk(packages={name: PACKAGES[name].version for name in names}, enabled={"networking"})
    for path in (*DIRECTORIES, *MODES):
        disk.nodes[path] = Node("dir", mode=MODES.get(path, 0o755), mtime=EPOCH)
    for path, text in model_files(root_password, debian=debian, hostname=hostname).items():
        disk.nodes[path] = Node(content=text.encode(), mtime=EPOCH)
    disk.nodes["/etc/shadow"].mode, disk.nodes["/etc/shadow"].group = 0o640, "shadow"
    disk.nodes["/etc/machine-id"].mode = 0o444
    disk.nodes["/var/lib/dbus/machine-id"] = Node("link", b"/etc/machine-id", 0o777, mtime=EPOCH)
    for name in names:
        disk.enabled |= set(PACKAGES[name].units)
        for path, text in PACKAGES[name].files.items():
            disk.nodes.setdefault(path, Node(content=text.encode(), mtime=EPOCH))
    for path, content, mode in make_host_key(f"root@{hostname}"):
        disk.nodes[path] = Node(content=content, mode=mode, mtime=EPOCH)
    return disk


def host_key_of(disk: Disk) -> str:
    """SHA256:... of the ed25519 key on this disk."""
    public = disk.nodes[f"{KEY_PATH.format(kind='ed25519')}.pub"].content
    return fingerprint(public.decode()).split()[1]


def model_disk_bytes(root_password: str, *, debian: int = 9, hostname: str = "masterGr0") -> bytes:
    """modeleD9's disk as it lies in the -flat.vmdk file; holds a hash of the password, not the password."""
    return model_disk(root_password, debian=debian, hostname=hostname).to_bytes()
