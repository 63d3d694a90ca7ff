"""The commands of a simulated machine: name -> what it does; a command of a package exists only with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.commands import basics, files, identity, network, packaging, services, text
from esxlab.sim.light.packages import OWNERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from esxlab.sim.light.machine import Machine
    from esxlab.sim.light.session import Call

    Verb = Callable[[Call], int | Awaitable[int]]

BUILTINS: dict[str, Verb] = {
    ":": basics.true,
    "[": basics.bracket,
    "cd": basics.cd,
    "command": basics.command,
    "echo": basics.echo,
    "exit": basics.leave,
    "export": basics.export,
    "false": basics.false,
    "printf": basics.printf,
    "pwd": basics.pwd,
    "set": basics.set_,
    "test": basics.test,
    "true": basics.true,
    "umask": basics.true,
    "unset": basics.unset,
}

COMMANDS: dict[str, Verb] = {
    "apt-get": packaging.apt_get,
    "apt": packaging.apt_get,
    "bash": basics.sh,
    "basename": text.basename,
    "cat": text.cat,
    "chmod": files.chmod,
    "chown": files.chown,
    "cmp": text.cmp,
    "cp": files.cp,
    "date": identity.date,
    "dbus-uuidgen": identity.dbus_uuidgen,
    "dirname": text.dirname,
    "dpkg": packaging.dpkg,
    "dpkg-query": packaging.dpkg_query,
    "env": basics.env,
    "grep": text.grep,
    "head": text.head,
    "hostname": identity.hostname,
    "hostnamectl": identity.hostnamectl,
    "id": identity.id_,
    "install": files.install,
    "ip": network.ip,
    "ln": files.ln,
    "ls": files.ls,
    "md5sum": text.md5sum,
    "mkdir": files.mkdir,
    "mktemp": files.mktemp,
    "mv": files.mv,
    "readlink": files.readlink,
    "rm": files.rm,
    "rmdir": files.rmdir,
    "sh": basics.sh,
    "sha256sum": text.sha256sum,
    "sleep": basics.sleep,
    "ssh-keygen": identity.ssh_keygen,
    "stat": files.stat,
    "sync": basics.true,
    "sysctl": identity.sysctl,
    "systemctl": services.systemctl,
    "systemd-machine-id-setup": identity.machine_id_setup,
    "tail": text.tail,
    "touch": files.touch,
    "uname": identity.uname,
    "wc": text.wc,
    "whoami": identity.whoami,
}
DIRECTORIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")


def find_command(machine: Machine, name: str) -> Verb | None:
    """The command of this name or path; None when the machine does not have it (or not its package)."""
    if name not in COMMANDS and name.startswith(DIRECTORIES):
        name = name.rpartition("/")[2]
    if name in OWNERS and not any(machine.has(package) for package in OWNERS[name]):
        return None
    return COMMANDS.get(name)
