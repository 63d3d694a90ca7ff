"""The machines in the forms of other programs: OpenSSH, Ansible, hosts, CSV; without any password."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.lab.identity import group_label
from esxlab.show.tables import to_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.engine.export import Row, Way

KEY_KIND = "ssh-ed25519"
"""The only kind of host key that esxlab asks for; with another one ssh would find the pinned key missing."""
CSV_COLUMNS = (
    "group",
    "machine",
    "name",
    "vm",
    "role",
    "power",
    "inside",
    "outside",
    "address",
    "port",
    "via",
)
AGENT = "agent"


def known_hosts(ways: Sequence[Way]) -> str:
    """The host keys in OpenSSH's form (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), under the names of machines."""
    return "".join(f"{line}\n" for line in dict.fromkeys(f"{way.key_name} {way.key_line}" for way in ways))


def ssh_config(
    ways: Sequence[Way], file: Path, keys_file: Path, *, user: str, login_keys: Mapping[int, str]
) -> str:
    """An OpenSSH configuration (ssh_config(5)): `ssh g07-srvweb1` goes by the way that esxlab takes.

    Args:
        ways: the hosts.
        file: where this configuration will be; its jumps name it.
        keys_file: where `known_hosts` is kept.
        user: who logs in.
        login_keys: group -> the path of an SSH key, or `agent`; none: by password.
    """
    return "\n".join(_host(way, file, keys_file, user, login_keys.get(way.group, "")) for way in ways)


def _host(way: Way, file: Path, keys_file: Path, user: str, login_key: str) -> str:
    lines = [
        f"HostName {way.address}",
        f"Port {way.port}",
        f"User {user}",
        f"HostKeyAlias {way.key_name}",
        f"HostKeyAlgorithms {KEY_KIND}",
        f"UserKnownHostsFile {_quoted(keys_file)}",
        "StrictHostKeyChecking yes",
    ]
    if way.jump:
        lines.append(f"ProxyCommand {_through(way.jump, file)}")
    if login_key not in {"", AGENT}:
        lines += [f"IdentityFile {_quoted(Path(login_key))}", "IdentitiesOnly yes"]
    names = dict.fromkeys((way.alias, way.alias.lower()))
    return "\n".join([f"Host {' '.join(names)}", *(f"    {line}" for line in lines)]) + "\n"


def _through(jump: str, file: Path) -> str:
    """A jump by way of this configuration, read directly or by an Include.

    ProxyJump would hand on the name of the file that was given with -F bare, so that a blank or a `%` in it
    would break the jump (OpenSSH 9.2, ssh.c, main, "Try to use SSH indirectly").
    """
    path = file.as_posix().replace("%", "%%")
    quoted = f'"{path}"' if os.name == "nt" else shlex.quote(path)
    return f'ssh -F {quoted} -W "[%h]:%p" {jump}'


def _quoted(path: Path) -> str:
    r"""As OpenSSH reads a path, on Windows too; `%` begins a token (ssh_config(5), TOKENS).

    Within quotes `\"` is a quote and `\\` a backslash (misc.c, argv_split).
    """
    words = path.as_posix().replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}"'


def ansible_ssh(variable: str) -> str:
    """A program that Ansible calls as ssh, and each ssh as SSH_ASKPASS (ssh(1)): every hop gets the password.

    It is what the `variable` of the environment has, else what sshpass types for --ask-pass. sshpass answers
    one question (sshpass(1)), and of a machine behind another two are asked. Without a password Ansible
    forbids ssh to use one: the first value of an option counts (ssh_config(5)). SSH_ASKPASS_REQUIRE is of
    OpenSSH 8.4.
    """
    return f"""#!/bin/sh
# Written by esxlab export ansible. No password is in it.
if [ -n "$ESXLAB_ASKED" ]; then
    printf '%s\\n' "${variable}"
    exit
fi
case "$*" in *PasswordAuthentication=no*) may=no ;; *) may=yes ;; esac
if [ -z "${variable}" ] && [ $# -gt 2 ] && [ $may = yes ] && [ "$SSH_ASKPASS_REQUIRE" != force ]; then
    printf 'Password: ' >/dev/tty
    IFS= read -r {variable} </dev/tty
fi
if [ -n "${variable}" ]; then
    export {variable} ESXLAB_ASKED=1 SSH_ASKPASS="$0" SSH_ASKPASS_REQUIRE=force
    set -- -o PreferredAuthentications=publickey,keyboard-interactive,password "$@"
    set -- -o PasswordAuthentication=yes -o KbdInteractiveAuthentication=yes "$@"
    set -- -o NumberOfPasswordPrompts=1 "$@"
fi
exec ssh "$@"
"""


def ansible_inventory(
    ways: Sequence[Way], roles: Mapping[tuple[int, str], str], config: Path, *, program: Path | None
) -> str:
    """An inventory in YAML: the groups g07 and the roles, each machine reached by our SSH configuration.

    Ansible hands `ansible_ssh_common_args` to ssh, sftp and scp; by pipelining a module needs neither
    sftp-server nor a file in the guest (docs.ansible.com, ssh connection). JSON is YAML too, so that each
    value is quoted as it has to be. `program`: where `ansible_ssh` is kept; None: keys are enough.
    """
    ends = [way for way in ways if way.is_end]
    groups: dict[str, list[str]] = {}
    for way in ends:
        for name in (group_label(way.group), roles.get((way.group, way.machine), "other")):
            groups.setdefault(name, []).append(way.alias)
    said: dict[str, object] = {"ansible_ssh_common_args": _arguments(config), "ansible_pipelining": True}
    if program:
        said["ansible_ssh_executable"] = str(program)
    lines = ["all:", "  vars:", *(f"    {name}: {json.dumps(value)}" for name, value in said.items())]
    lines += ["  children:"]
    for name, aliases in groups.items():
        lines += [f"    {json.dumps(name)}:", "      hosts:"]
        lines += [f"        {json.dumps(alias)}: {{}}" for alias in aliases]
    return "\n".join(lines) + "\n"


def _arguments(config: Path) -> str:
    """Quoted for Ansible, which takes them apart as a shell does."""
    return f"-F {shlex.quote(str(config))}"


def hosts_lines(rows: Sequence[Row]) -> str:
    """Lines of a hosts file (hosts(5)) for this computer: who is not reached from here is a remark."""
    return "".join(f"{_hosts_line(row)}\n" for row in rows)


def _hosts_line(row: Row) -> str:
    names = " ".join(dict.fromkeys((row.name, row.name.lower())))
    if row.address:
        return f"{row.address} {names}"
    return f"# {row.inside or row.outside or '-'} {names}{f' (via {row.via})' if row.via else ''}"


def machines_csv(rows: Sequence[Row]) -> str:
    """A row for each machine, wanted and found."""
    return to_csv(CSV_COLUMNS, [cells_of(row) for row in rows])


def cells_of(row: Row) -> list[object]:
    """One machine, in the order of the columns."""
    return [getattr(row, column) for column in CSV_COLUMNS]
