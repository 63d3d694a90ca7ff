"""The Debian packages that the simulated machines know, in stretch's versions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Package:
    """One package. `units` are enabled and started at installation; `commands` come with the package."""

    version: str
    depends: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    directories: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


INDEX_HTML = """\
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
    <title>Apache2 Debian Default Page: It works</title>
  </head>
  <body>
    <div class="section_header section_header_red">It works!</div>
    <p>This is the default welcome page of the web server on this machine.</p>
  </body>
</html>
"""
DEFAULT_SITE = """\
<VirtualHost *:80>
	ServerAdmin webmaster@localhost
	DocumentRoot /var/www/html
</VirtualHost>
"""
IPVSADM_DEFAULT = """\
# ipvsadm

# if you want to start ipvsadm on boot set this to true
AUTO="false"

# daemon method (none|master|backup)
DAEMON="none"

# use interface (eth0,eth1...)
IFACE="eth0"

# syncid to use
# (0 means no filtering of syncids happen, that is the default)
# SYNCID="1"
"""
IPVSADM_RULES = "# empty rules file for ipvsadm\n"
SERVICES = """\
# Network services, Internet style
ftp\t\t21/tcp
ssh\t\t22/tcp\t\t\t\t# SSH Remote Login Protocol
domain\t\t53/tcp\t\t\t\t# Domain Name Server
domain\t\t53/udp
http\t\t80/tcp\t\twww\t\t# WorldWideWeb HTTP
https\t\t443/tcp\t\t\t\t# http protocol over TLS/SSL
ha-cluster\t694/udp\t\t\t# Heartbeat HA-cluster
"""
HA_README = "The configuration files ha.cf, haresources and authkeys are not here until you write them.\n"

PACKAGES: dict[str, Package] = {
    "apache2": Package(
        "2.4.25-3+deb9u13",
        ("apache2-bin", "apache2-data", "apache2-utils", "lsb-base", "mime-support", "procps", "perl"),
        {"/var/www/html/index.html": INDEX_HTML, "/etc/apache2/ports.conf": "Listen 80\n",
         "/etc/apache2/sites-enabled/000-default.conf": DEFAULT_SITE,
         "/etc/apache2/apache2.conf": "# This is the main Apache server configuration file.\n"},
        ("/etc/apache2", "/etc/apache2/conf-available", "/etc/apache2/conf-enabled", "/var/www",
         "/etc/apache2/sites-available", "/etc/apache2/sites-enabled", "/var/www/html", "/var/log/apache2"),
        ("apache2",),
        ("apache2ctl", "apachectl"),
    ),
    "apache2-bin": Package("2.4.25-3+deb9u13", ("libapr1", "libaprutil1")),
    "apache2-data": Package("2.4.25-3+deb9u13"),
    "apache2-utils": Package("2.4.25-3+deb9u13", commands=("ab",)),
    "arping": Package("2.14-1", commands=("arping",)),
    "bash": Package("4.4-5"),
    "ca-certificates": Package("20200601~deb9u2"),
    "cluster-glue": Package("1.0.12-5", ("libglib2.0-0",)),
    "coreutils": Package("8.26-3"),
    "cron": Package("3.0pl1-128+deb9u2", units=("cron",)),
    "curl": Package("7.52.1-5+deb9u16", ("libcurl3",), commands=("curl",)),
    "dbus": Package("1.10.32-0+deb9u1", commands=("dbus-uuidgen",)),
    "debianutils": Package("4.8.1.1"),
    "dpkg": Package("1.18.26"),
    "gawk": Package("1:4.1.4+dfsg-1"),
    "grub-pc": Package("2.02~beta3-5+deb9u3"),
    "heartbeat": Package(
        "1:3.0.6-5",
        ("cluster-glue", "gawk", "iproute2", "iputils-ping", "libglib2.0-0", "psmisc", "resource-agents"),
        {"/etc/ha.d/README.config": HA_README},
        ("/etc/ha.d", "/etc/ha.d/rc.d", "/etc/ha.d/resource.d", "/usr/share/heartbeat", "/var/lib/heartbeat"),
        ("heartbeat",),
        ("cl_status", "/usr/share/heartbeat/hb_standby", "/usr/share/heartbeat/hb_takeover"),
    ),
    "ifupdown": Package("0.8.19", commands=("ifup", "ifdown", "ifquery")),
    "init": Package("1.48"),
    "iproute2": Package("4.9.0-1+deb9u1", commands=("ip",)),
    "iputils-arping": Package("3:20161105-1", commands=("arping",)),
    "iputils-ping": Package("3:20161105-1", commands=("ping",)),
    "ipvsadm": Package(
        "1:1.28-3+b1", ("libnl-3-200", "libnl-genl-3-200"),
        {"/etc/default/ipvsadm": IPVSADM_DEFAULT, "/etc/ipvsadm.rules": IPVSADM_RULES},
        units=("ipvsadm",),
        commands=("ipvsadm", "ipvsadm-save", "ipvsadm-restore"),
    ),
    "isc-dhcp-client": Package("4.3.5-3+deb9u3", commands=("dhclient",)),
    "libapr1": Package("1.5.2-5+deb9u1"),
    "libaprutil1": Package("1.5.4-3"),
    "libcurl3": Package("7.52.1-5+deb9u16"),
    "libglib2.0-0": Package("2.50.3-2+deb9u5"),
    "libnl-3-200": Package("3.2.27-2"),
    "libnl-genl-3-200": Package("3.2.27-2"),
    "libpam-systemd": Package("232-25+deb9u16"),
    "linux-image-686": Package("4.9+80+deb9u17"),
    "login": Package("1:4.4-4.1+deb9u1"),
    "lsb-base": Package("9.20161125"),
    "mime-support": Package("3.60"),
    "mount": Package("2.29.2-1+deb9u1"),
    "net-tools": Package("1.60+git20161116.90da8a0-1", commands=("ifconfig", "netstat", "route")),
    "netbase": Package("5.4", files={"/etc/services": SERVICES}),
    "open-vm-tools": Package("2:10.1.5-5055683-4+deb9u2", units=("open-vm-tools",)),
    "openssh-client": Package("1:7.4p1-10+deb9u7", commands=("ssh-keygen",)),
    "openssh-server": Package("1:7.4p1-10+deb9u7", ("openssh-client", "openssh-sftp-server"), units=("ssh",)),
    "openssh-sftp-server": Package("1:7.4p1-10+deb9u7"),
    "passwd": Package("1:4.4-4.1+deb9u1"),
    "perl": Package("5.24.1-3+deb9u7"),
    "procps": Package("2:3.3.12-3+deb9u1", commands=("sysctl",)),
    "psmisc": Package("22.21-2.1+deb9u1"),
    "resource-agents": Package("1:4.0.0~rc1-4", ("cluster-glue", "gawk")),
    "rsyslog": Package("8.24.0-1+deb9u3", units=("rsyslog",)),
    "systemd": Package("232-25+deb9u16", commands=("systemctl", "hostnamectl", "journalctl")),
    "systemd-sysv": Package("232-25+deb9u16"),
    "sysvinit-utils": Package("2.88dsf-59.9"),
    "tcpdump": Package("4.9.3-1~deb9u2"),
    "udev": Package("232-25+deb9u16"),
    "util-linux": Package("2.29.2-1+deb9u1"),
    "vim-tiny": Package("2:8.0.0197-4+deb9u7"),
    "wget": Package("1.18-5+deb9u3", commands=("wget",)),
}  # fmt: skip

MINIMAL = (
    "bash", "coreutils", "cron", "dbus", "debianutils", "dpkg", "grub-pc", "ifupdown", "init", "iproute2",
    "iputils-ping", "isc-dhcp-client", "libpam-systemd", "linux-image-686", "login", "lsb-base",
    "mime-support",
    "mount", "open-vm-tools", "openssh-client", "openssh-server", "openssh-sftp-server", "passwd",
    "perl", "procps",
    "rsyslog", "systemd", "systemd-sysv", "sysvinit-utils", "udev", "util-linux", "vim-tiny",
)  # fmt: skip
"""A minimal installation with SSH server and VMware's tools; no netbase, net-tools, curl or wget."""

OWNERS = {command: tuple(name for name, package in PACKAGES.items() if command in package.commands)
          for package in PACKAGES.values() for command in package.commands}  # fmt: skip
"""Command -> the packages that bring it; a command that is not here is always there."""


def closure(names: tuple[str, ...], installed: frozenset[str]) -> list[str]:
    """These packages and what they need and lack, dependencies first. KeyError: unknown."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order or name in installed:
            return
        for needed in PACKAGES[name].depends:
            visit(needed)
        order.append(name)

    for name in names:
        visit(name)
    return order
