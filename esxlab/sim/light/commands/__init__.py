"""The commands of a simulated machine: name -> what it does; a command of a package exists only with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.commands import (
    accounts,
    basics,
    df,
    ends,
    files,
    ha,
    identity,
    ifconfig,
    ipvs,
    links,
    listing,
    locks,
    network,
    packaging,
    power,
    seq,
    services,
    stty,
    text,
    web,
)
from esxlab.sim.light.packages import OWNERS

if TYPE_CHECKING:
    from esxlab.sim.light.call import Verb
    from esxlab.sim.light.machine import Machine

BUILTINS: dict[str, Verb] = {
    ":": basics.true,
    "[": basics.bracket,
    "cd": basics.cd,
    "command": basics.command,
    "echo": basics.echo,
    "exec": basics.exec_,
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
    "/usr/share/heartbeat/hb_standby": ha.hb_standby,
    "/usr/share/heartbeat/hb_takeover": ha.hb_takeover,
    "apt": packaging.apt_get,
    "apt-get": packaging.apt_get,
    "arping": links.arping,
    "base64": text.base64,
    "basename": text.basename,
    "bash": basics.sh,
    "cat": text.cat,
    "chmod": files.chmod,
    "chown": files.chown,
    "chpasswd": accounts.chpasswd,
    "cl_status": ha.cl_status,
    "cmp": text.cmp,
    "cp": files.cp,
    "curl": web.curl,
    "date": identity.date,
    "dbus-uuidgen": identity.dbus_uuidgen,
    "df": df.df,
    "dirname": text.dirname,
    "dpkg": packaging.dpkg,
    "dpkg-query": packaging.dpkg_query,
    "env": basics.env,
    "flock": locks.flock,
    "grep": text.grep,
    "halt": power.poweroff,
    "head": ends.head,
    "hostname": identity.hostname,
    "hostnamectl": identity.hostnamectl,
    "id": identity.id_,
    "ifconfig": ifconfig.ifconfig,
    "ifdown": links.ifdown,
    "ifup": links.ifup,
    "install": files.install,
    "ip": network.ip,
    "ipvsadm": ipvs.ipvsadm,
    "ipvsadm-restore": ipvs.load,
    "ipvsadm-save": ipvs.save,
    "journalctl": power.journalctl,
    "ln": files.ln,
    "logger": power.logger,
    "ls": listing.ls,
    "md5sum": text.md5sum,
    "mkdir": files.mkdir,
    "mktemp": files.mktemp,
    "mv": files.mv,
    "nohup": basics.nohup,
    "ping": links.ping,
    "poweroff": power.poweroff,
    "readlink": listing.readlink,
    "reboot": power.reboot,
    "rm": files.rm,
    "rmdir": files.rmdir,
    "seq": seq.seq,
    "service": services.service,
    "setsid": basics.nohup,
    "sh": basics.sh,
    "sha256sum": text.sha256sum,
    "shutdown": power.shutdown,
    "sleep": basics.sleep,
    "ssh-keygen": identity.ssh_keygen,
    "stat": listing.stat,
    "stty": stty.stty,
    "sync": basics.true,
    "sysctl": identity.sysctl,
    "systemctl": services.systemctl,
    "systemd-machine-id-setup": identity.machine_id_setup,
    "tail": ends.tail,
    "tee": text.tee,
    "timeout": basics.timeout,
    "touch": files.touch,
    "uname": identity.uname,
    "update-rc.d": services.update_rc_d,
    "wc": text.wc,
    "wget": web.wget,
    "whoami": identity.whoami,
}
DIRECTORIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")


INIT_D = "/etc/init.d/"


def is_there(machine: Machine, name: str) -> bool:
    """Whether the machine has this program, be it one that is not played here (dhclient)."""
    brought = any(machine.has(package) for package in OWNERS.get(name, ()))
    return brought or name in BUILTINS or find_command(machine, name) is not None


def find_command(machine: Machine, name: str) -> Verb | None:
    """The command of this name or path; None when the machine does not have it (or not its package)."""
    if name not in COMMANDS and name.startswith(DIRECTORIES):
        name = name.rpartition("/")[2]
    if name.startswith(INIT_D) and machine.has_unit(name.removeprefix(INIT_D)):
        return services.init_script
    if name in OWNERS and not any(machine.has(package) for package in OWNERS[name]):
        return None
    return COMMANDS.get(name)
