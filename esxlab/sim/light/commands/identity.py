"""Who a machine is: hostname, uname, id, date, machine-id, SSH host keys, kernel settings."""

from __future__ import annotations

import errno
import re
import secrets
import time
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import OptionError, Options, parse
from esxlab.sim.light.hostkeys import KEY_PATH, KINDS, fingerprint, make_key

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

KERNEL = "4.9.0-19-686"
NO_SETTING = 255


def hostname(call: Call) -> int:
    """`hostname [NAME|-I|-s|-f|-F FILE]`."""
    machine, words = call.machine, call.args
    if not words or words[0] in ("-s", "-f", "--short", "--fqdn"):
        call.print(machine.hostname)
    elif words[0] == "-I":
        call.print(" ".join(str(ip) for ip in machine.addresses) + " ")
    elif words[0] in ("-F", "--file") and len(words) > 1:
        machine.hostname = machine.files.read_text(call.path(words[1])).strip()
    elif words[0].startswith("-"):
        return call.fail(f"hostname: invalid option -- '{words[0][1:]}'", 4)
    elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}", words[0]):
        return call.fail("hostname: the specified hostname is invalid")
    else:
        machine.hostname = words[0]
    return 0


def hostnamectl(call: Call) -> int:
    """`hostnamectl set-hostname NAME`, or the status."""
    machine = call.machine
    if call.args[:1] in (["set-hostname"], ["hostname"]) and len(call.args) > 1:
        machine.files.write("/etc/hostname", f"{call.args[1]}\n".encode())
        machine.hostname = call.args[1]
        return 0
    if call.args and call.args[0] != "status":
        return call.fail(f"Unknown operation {call.args[0]}.")
    call.print(f"   Static hostname: {machine.files.read_text('/etc/hostname').strip()}")
    call.print(f"        Machine ID: {machine.files.read_text('/etc/machine-id').strip()}")
    call.print("    Virtualization: vmware\n  Operating System: Debian GNU/Linux")
    return 0


def uname(call: Call) -> int:
    """`uname [-n|-r|-m|-s|-a]`."""
    parts = {"s": "Linux", "n": call.machine.hostname, "r": KERNEL, "m": "i686", "o": "GNU/Linux"}
    letters = "".join(word[1:] for word in call.args) or "s"
    if unknown := [letter for letter in letters if letter not in "snrmoa"]:
        return call.fail(f"uname: invalid option -- '{unknown[0]}'\nTry 'uname --help' for more information.")
    call.print(" ".join(parts.values() if "a" in letters else [parts[x] for x in "snrmo" if x in letters]))
    return 0


def id_(call: Call) -> int:
    """`id [-u|-un|-g]`."""
    answers = {(): "uid=0(root) gid=0(root) groups=0(root)", ("-u",): "0", ("-g",): "0", ("-un",): "root",
               ("-u", "-n"): "root"}  # fmt: skip
    words = tuple(call.args)
    if words not in answers:
        return call.fail(f"id: '{' '.join(words)}': no such user")
    call.print(answers[words])
    return 0


def whoami(call: Call) -> int:
    """`whoami`."""
    call.print("root")
    return 0


def date(call: Call) -> int:
    """`date [-u] [+FORMAT]`."""
    form = next((word[1:] for word in call.args if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    now = call.machine.world.clock.wall()
    form = form.replace("%s", str(int(now))).replace("%N", f"{int(now % 1 * 1e9):09d}")
    call.print(time.strftime(form, time.gmtime(now)))
    return 0


def machine_id_setup(call: Call) -> int:
    """`systemd-machine-id-setup`: writes /etc/machine-id only when it is missing or empty."""
    files = call.machine.files
    if files.read_text("/etc/machine-id").strip():
        return 0
    node = files.find("/var/lib/dbus/machine-id")
    other = node.content.decode().strip() if node is not None else ""
    found = re.fullmatch("[0-9a-f]{32}", other)
    call.err += (
        b"Initializing machine ID from D-Bus machine ID.\n" if found
        else b"Initializing machine ID from random generator.\n"
    )  # fmt: skip
    files.write("/etc/machine-id", f"{other if found else secrets.token_hex(16)}\n".encode())
    files.change("/etc/machine-id", mode=0o444)
    return 0


def dbus_uuidgen(call: Call) -> int:
    """`dbus-uuidgen [--ensure[=FILE]]`."""
    if not call.args:
        call.print(secrets.token_hex(16))
        return 0
    option, _, path = call.args[0].partition("=")
    if option != "--ensure":
        return call.fail("Usage: dbus-uuidgen [--ensure] [--get]")
    path = path or "/var/lib/dbus/machine-id"
    if not call.machine.files.read_text(path).strip():
        same = call.machine.files.read_text("/etc/machine-id").strip() or secrets.token_hex(16)
        call.machine.files.write(path, f"{same}\n".encode())
    return 0


def ssh_keygen(call: Call) -> int:
    """`ssh-keygen -A`, `ssh-keygen [-q] -t TYPE -N '' -f FILE`, `ssh-keygen -lf FILE`."""
    try:
        options = parse(call.args, "Alqyt:N:f:C:b:E:")
    except OptionError as error:
        letter = str(error).rpartition("'")[0].rpartition("'")[2]
        return call.fail(
            f"unknown option -- {letter}\nusage: ssh-keygen [-q] [-b bits] [-t dsa | ecdsa | ed25519 | rsa]"
        )
    if "l" in options:
        return _show_fingerprint(call, options.get("f", "/root/.ssh/id_rsa"))
    comment = options.get("C") or f"root@{call.machine.hostname}"
    if "A" in options:
        return _missing_keys(call, comment)
    kind = options.get("t", "rsa")
    if kind not in KINDS:
        return call.fail(f"unknown key type {kind}", NO_SETTING)
    if "f" not in options or "N" not in options:
        return call.fail("ssh-keygen: here only with -f FILE and -N PASSPHRASE: there is no terminal", 1)
    return _one_key(call, options, kind, comment)


def _missing_keys(call: Call, comment: str) -> int:
    missing = [kind for kind in KINDS if call.machine.files.find(KEY_PATH.format(kind=kind)) is None]
    if missing:
        call.out += (
            f"ssh-keygen: generating new host keys: {' '.join(k.upper() for k in missing)} \n".encode()
        )
    for kind in missing:
        _write_key(call, KEY_PATH.format(kind=kind), kind, comment)
    return 0


def _one_key(call: Call, options: Options, kind: str, comment: str) -> int:
    path = call.path(options.get("f"))
    if call.machine.files.find(path) is not None:
        call.print(f"{options.get('f')} already exists.\nOverwrite (y/n)? ")
        return 1
    try:
        _write_key(call, path, kind, comment)
    except OSError as error:
        return call.fail(f'Saving key "{options.get("f")}" failed: {error.strerror}')
    if "q" not in options:
        call.print(f"Generating public/private {kind} key pair.")
        call.print(
            f"Your identification has been saved in {path}.\nYour public key has been saved in {path}.pub."
        )
    return 0


def _write_key(call: Call, path: str, kind: str, comment: str) -> None:
    private, public = make_key(kind, comment)
    files = call.machine.files
    for name, content, mode in ((path, private, 0o600), (f"{path}.pub", public, 0o644)):
        files.write(name, content)
        files.change(name, mode=mode)


def _show_fingerprint(call: Call, name: str) -> int:
    path = call.path(name)
    files = call.machine.files
    try:
        text = files.read(path).decode(errors="replace")
        if "PRIVATE KEY" in text:
            text = files.read(f"{path}.pub").decode(errors="replace")
    except OSError as error:
        return call.fail(f"ssh-keygen: {name}: {error.strerror}", NO_SETTING)
    try:
        call.print(fingerprint(text))
    except ValueError:
        return call.fail(f"{name} is not a public key file.", NO_SETTING)
    return 0


def sysctl(call: Call) -> int:
    """`sysctl [-n] KEY...`, `-w KEY=VALUE`, `-p [FILE]`, `--system`, `-a`."""
    try:
        options = parse(call.args, "nwpeqa", {"system": "S", "load": "p", "values": "n", "write": "w"})
    except OptionError as error:
        return call.fail(f"sysctl: {error}\n\nUsage:\n sysctl [options] [variable[=value] ...]")
    files = call.machine.files
    if "S" in options or "p" in options:
        names = options.rest or ["/etc/sysctl.conf"]
        if "S" in options:
            names = [*files.glob("/etc/sysctl.d/*.conf"), "/etc/sysctl.conf"]
        return max(
            [_load(call, name, announce="S" in options, quiet="q" in options) for name in names], default=0
        )
    if "a" in options:
        for key in sorted(call.machine.stack.settings):
            call.print(f"{key} = {call.machine.setting(key)}")
        return 0
    status = 0
    for word in options.rest:
        key, equals, value = word.partition("=")
        if equals:
            status = _set(call, key.strip(), value.strip(), quiet="q" in options) or status
        else:
            found = call.machine.setting(key.replace("/", "."))
            if found is None:
                status = NO_SETTING
                if "e" not in options:
                    call.fail(_unknown(key))
            else:
                call.print(found if "n" in options else f"{key} = {found}")
    return status


def _unknown(key: str) -> str:
    return f"sysctl: cannot stat /proc/sys/{key.replace('.', '/')}: No such file or directory"


def _set(call: Call, key: str, value: str, *, quiet: bool) -> int:
    try:
        call.machine.set_setting(key.replace("/", "."), value)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return call.fail(_unknown(key), NO_SETTING)
        return call.fail(f'sysctl: setting key "{key}": {error.strerror}', NO_SETTING)
    if not quiet:
        call.print(f"{key} = {value}")
    return 0


def _load(call: Call, name: str, *, announce: bool, quiet: bool) -> int:
    try:
        text = call.machine.files.read(call.path(name)).decode(errors="replace")
    except OSError as error:
        return call.fail(f'sysctl: cannot open "{name}": {error.strerror}', NO_SETTING)
    if announce:
        call.print(f"* Applying {name} ...")
    status = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            call.fail(f"sysctl: {name}({number}): invalid syntax, continuing...")
            continue
        status = _set(call, key.strip().lstrip("-"), value.strip(), quiet=quiet) or status
    return status
