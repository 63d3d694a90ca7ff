"""The scripts that change a guest: no I/O here.

They are flat, like the one that observes. Nothing of the network is put in force: the machine is restarted
afterwards, on its final networks. Secrets are in the batch of files (`framing.build_batch`) and in the script
that sets a password, which are no process's argument; the other scripts are one (`build_alone`).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from esxlab.backends.guest.observing import HOST_KEY_FILE, IDENTITY_FILE, LOCK_FILE
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lab.guest import GuestChange, Service

APT_LOG = "/var/log/esxlab-apt.log"
"""apt writes here rather than to the connection: when that is lost, apt still finishes what it began."""
ENV = ("env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
APT = (
    *ENV, "apt-get", "-q", "-y", "--no-install-recommends",
    "-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0",
)  # fmt: skip
APT_DIRECTORY = "/etc/apt/"
MACS = "macs"
HOSTNAME = "hostname"
PASSWORD = "password"  # noqa: S105 - a file's name
KEY_KINDS = {"ed25519": (), "rsa": ("-b", "2048")}
"""Kind -> its length. Longer RSA keys, for old clients only, take an emulated or busy machine a minute."""
OWN = "/etc/esxlab"
NEW_KEY = f"{OWN}/new_{{kind}}"
"""Keys wait here until their fingerprint is written down where every computer sees it."""
OLD_KEYS = tuple(f"/etc/ssh/ssh_host_{kind}_key{end}" for kind in ("dsa", "ecdsa") for end in ("", ".pub"))
PATIENCE_S = 200
BUSY = 75
"""EX_TEMPFAIL of sysexits.h."""
NEW = ".esxlab-new"
"""Files come under this name, then are renamed: no moment without one. run-parts(8), sysctl.d skip it."""


def build_alone(script: str, *, patience_s: int = PATIENCE_S) -> str:
    """The same script, but not beside another of ours: one that was begun goes on when its run is dead.

    flock(1) waits for it, ends with BUSY when that takes too long, and keeps the lock out of the hands of
    daemons that the script starts (-o).
    """
    return shlex.join(["flock", "-o", "-w", str(patience_s), "-E", str(BUSY), LOCK_FILE, "sh", "-c", script])


def build_install(packages: Sequence[str]) -> str:
    """Install packages without what they recommend (some of it would drag in half a cluster)."""
    return f"{shlex.join([*APT, 'install', *packages])} </dev/null >{APT_LOG} 2>&1"


def build_update() -> str:
    """Read the mirror's package lists."""
    return f"{shlex.join([*APT, 'update'])} </dev/null >{APT_LOG} 2>&1"


def build_repair() -> str:
    """Finish what an interrupted dpkg left half configured."""
    return f"{shlex.join([*ENV, 'dpkg', '--force-confold', '--configure', '-a'])} </dev/null >{APT_LOG} 2>&1"


def build_apt_log() -> str:
    """The end of what apt said."""
    return f"tail -n 15 {APT_LOG}"


def build_hold_back(services: Sequence[str]) -> str:
    """Mask services before they are installed; `build_apply` unmasks them."""
    return shlex.join(["systemctl", "mask", *services])


def build_apt_files(change: GuestChange, *, batch: str) -> str:
    """The script that puts apt's own files in place before packages are asked for; empty: none changes."""
    commands = [command for command in _files(change, batch) if command[-1].startswith(APT_DIRECTORY)]
    return "\n".join(["set -e", *map(shlex.join, commands), ""]) if commands and change.install else ""


def build_apply(change: GuestChange, *, batch: str) -> str:
    """The script that installs what is in the directory `batch`, files named 0, 1, 2 ..."""
    commands = ["set -e", *map(shlex.join, _commands(change, batch))]
    if change.new_identity:
        commands += _new_identity(change.copied_ids, batch)
    return "\n".join([*commands, "sync", ""])


def build_make_keys() -> str:
    """Make the host keys that `build_apply` puts in force, and print the public one that pins the guest."""
    make = [
        shlex.join(["ssh-keygen", "-q", "-t", kind, *bits, "-N", "", "-f", NEW_KEY.format(kind=kind)])
        for kind, bits in KEY_KINDS.items()
    ]
    show = f"cat {NEW_KEY.format(kind='ed25519')}.pub"
    return "\n".join(["set -e", f"mkdir -p {OWN}", _remove_new_keys(), *make, show, ""])


def build_set_password(entry: str, *, batch: str) -> str:
    """Set the password that `root:...` tells (chpasswd(8)), and have it on the disk; the batch goes with it.

    It comes over standard input, not by `build_alone`: printf, built into sh, has it in a file of root's
    while chpasswd works; that has its own lock.
    """
    path = shlex.quote(f"{batch}/{PASSWORD}")
    lines = ["umask 077", f"printf '%s\\n' {shlex.quote(entry)} >{path}", f"chpasswd <{path}", "s=$?"]
    return "\n".join([*lines, build_clean_up(batch), "sync", "exit $s"])


def build_clean_up(batch: str) -> str:
    """Remove the batch, whatever became of it."""
    return shlex.join(["rm", "-rf", batch])


def build_read_key() -> str:
    """The public host key, as it is on disk now."""
    return f"cat {HOST_KEY_FILE}"


def _commands(change: GuestChange, batch: str) -> Iterator[list[str]]:
    yield from _files(change, batch)
    if change.remove:
        yield ["rm", "-f", *change.remove]
    if change.hostname:
        yield from _put(f"{batch}/{HOSTNAME}", "/etc/hostname")
        yield ["hostname", change.hostname]
    for key, value in change.sysctl:
        yield ["sysctl", "-q", "-w", f"{key}={value}"]
    yield from _services(change.services)


def _files(change: GuestChange, batch: str) -> Iterator[list[str]]:
    for number, file in enumerate(change.write):
        yield from _put(f"{batch}/{number}", file.path, mode=file.mode, owner=file.owner, group=file.group)


def _put(
    source: str, path: str, *, mode: int = 0o644, owner: str = "root", group: str = "root"
) -> Iterator[list[str]]:
    yield ["install", "-D", "-o", owner, "-g", group, "-m", f"{mode:04o}", source, path + NEW]
    yield ["mv", "-f", path + NEW, path]


def _services(services: Sequence[Service]) -> Iterator[list[str]]:
    """Their links in one go; systemd reads its units anew only when one is started or stopped now.

    Each reading takes an emulated machine more than a second, and every `enable` would ask for one.
    """
    enabled = [service.name for service in services if service.enabled]
    disabled = [service.name for service in services if not service.enabled]
    for verb, names in (("unmask", [*enabled, *disabled]), ("enable", enabled), ("disable", disabled)):
        if names:
            yield ["systemctl", "--no-reload", verb, *names]
    now = [service for service in services if service.running is not None]
    if now:
        yield ["systemctl", "daemon-reload"]
    for service in now:
        yield ["systemctl", "start" if service.running else "stop", service.name]


def _remove_new_keys() -> str:
    ends = [NEW_KEY.format(kind=kind) + end for kind in KEY_KINDS for end in ("", ".pub")]
    return shlex.join(["rm", "-f", *ends])


def _new_identity(copied_ids: Sequence[str], batch: str) -> list[str]:
    """The new host keys and a machine-id of its own; who keeps another id makes it anew at the next start.

    The marker is written last: a script that dies before it is simply run again. D-Bus has its own copy of
    the machine-id, which systemd-machine-id-setup would take over: it goes first.
    """
    lines = []
    for kind in KEY_KINDS:
        path = f"/etc/ssh/ssh_host_{kind}_key"
        private = _put(NEW_KEY.format(kind=kind), path, mode=0o600)
        public = _put(f"{NEW_KEY.format(kind=kind)}.pub", f"{path}.pub")
        lines += [shlex.join(command) for command in (*private, *public)]
    return [
        f"rm -f {IDENTITY_FILE}",
        *lines,
        shlex.join(["rm", "-f", *OLD_KEYS]),
        shlex.join(["rm", "-f", "/etc/machine-id", "/var/lib/dbus/machine-id", *copied_ids]),
        "systemd-machine-id-setup",
        "test ! -d /var/lib/dbus || ln -sf /etc/machine-id /var/lib/dbus/machine-id",
        f"cat /etc/machine-id {HOST_KEY_FILE} {batch}/{MACS} >{IDENTITY_FILE}",
        _remove_new_keys(),
        "systemctl reload ssh 2>/dev/null || true",
    ]


def files_of_batch(change: GuestChange, nic_names: dict[str, str], *, where: str) -> dict[str, str]:
    """The files of the batch, by their names in it. LabError guest.no_nic."""
    try:
        files = {str(number): file.resolved(nic_names).content for number, file in enumerate(change.write)}
    except KeyError as error:
        raise LabError("guest.no_nic", where=where, mac=error.args[0]) from error
    files[HOSTNAME] = f"{change.hostname}\n"
    files[MACS] = "".join(f"{mac}\n" for mac in nic_names)
    return files
