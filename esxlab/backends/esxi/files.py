"""What lies on a host's datastores, changed by scripts: small files, folders, virtual disks."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from esxlab.backends.esxi.paths import changed_place, place_of, quote, spelled
from esxlab.backends.esxi.scripts import NOBODY_THERE, let, sealed, write, write_over
from esxlab.backends.vsphere.datastore import FRESH
from esxlab.backends.vsphere.faults import settle
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.esxi.link import Link
    from esxlab.backends.vsphere.store import Store
    from esxlab.backends.vsphere.writer import Seal

DONE = re.compile(r"(?:Clone|Destroy): (\d{1,3})% done")
LOCK_NAME = re.compile(r"esxlab-[^/]+\.lock")
TMP = ".tmp"
"""A disk is copied to NAME.tmp.vmdk and then renamed: a half copy is never taken for a whole one."""
TWICE = 2
"""So many looks in a row must find no copy: between the copy and the renaming there is a moment."""

RUNNING = r"""running() { ps -c | grep '[v]mkfstools' | grep -F -e "$X"; }"""
ANNUL = r"""annul() {
[ -e "$1" ] || return 0
o=$(vmkfstools -U "$1" 2>&1) && return 0
case "$o" in *[Ll]ock*|*busy*) printf '%s\n' "$o"; exit 1;; esac
rm -f "$1"
}"""
"""Deletes a disk by its descriptor; of a half copy, that vmkfstools does not understand, the files."""
DELETE_DISK = f"""{ANNUL}
for d in "$T" "$X"; do
annul "$d"
rm -f "${{d%.vmdk}}-flat.vmdk"
done"""
"""Deletes $T and $X with their extents, and nothing of any other name."""


class ShellFiles:
    """The part of `Writer` that is about files."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def put(self, store: Store, path: str, content: bytes) -> None:
        """Printf into the file."""
        self._write(store, path, write('"$P"', content.decode()))

    def replace(self, store: Store, path: str, content: bytes) -> None:
        """Printf into another file, then mv over the first."""
        self._write(store, path, write_over('"$P"', f'"$P"{FRESH}', content.decode()))

    def _write(self, store: Store, path: str, script: str) -> None:
        what = f"[{store.name}] {path}"
        body = f"{let(P=changed_place(store, path))}\n{script}"
        settle(lambda: self._link.change(body, what=what), lambda: None)  # done again, it is the same

    def make_folder(self, store: Store, folder: str) -> None:
        """Mkdir without -p: it fails when the folder exists, and is atomic on VMFS and NFS."""
        place = changed_place(store, folder)
        self._link.change(f"mkdir {quote(place)}", what=f"[{store.name}] {folder}")

    def delete(self, store: Store, path: str, *, seal: Seal | None = None) -> None:
        """Rm of a file; rm -r of a folder that holds its seal and no machine in this moment, else rmdir."""
        place, shown = changed_place(store, path), spelled(store, store.at(path))
        body = delete_script(place, shown=shown, seal=seal)
        what = f"[{store.name}] {path}"
        settle(lambda: self._link.change(body, what=what), lambda: None)  # gone twice is gone

    def copy_disk(
        self, source: tuple[Store, str], target: tuple[Store, str], *, progress: Callable[[float], None]
    ) -> None:
        """Vmkfstools -i, thin, to a temporary name; then vmkfstools -E. LabError vsphere.exists."""

        def tell(said: str) -> None:
            if found := DONE.findall(said):
                progress(min(int(found[-1]), 100) / 100)

        body = copy_script(place_of(*source), changed_place(*target))
        self._link.change(body, what=target[0].at(target[1]), progress=tell)

    def copy_file(self, source: tuple[Store, str], target: tuple[Store, str]) -> None:
        """Cp."""
        body = f"cp {quote(place_of(*source))} {quote(changed_place(*target))}"
        settle(lambda: self._link.change(body, what=target[0].at(target[1])), lambda: None)

    def delete_disk(self, store: Store, path: str) -> None:
        """Vmkfstools -U of the disk, and of what a copy that died has left."""
        disk = changed_place(store, path)
        body = f"{let(T=disk, X=temporary(disk))}\n{DELETE_DISK}"
        settle(lambda: self._link.change(body, what=store.at(path)), lambda: None)

    def await_copies(self, store: Store, path: str) -> None:
        """Until no vmkfstools writes this disk any more: it goes on when its connection is gone."""
        what = store.at(path)
        body = f"{let(X=temporary(changed_place(store, path)))}\n{RUNNING}\nrunning || true"
        deadline, silent = time.monotonic() + self._link.limits.copy_s, 0
        while silent < TWICE:
            busy = self._link.read(body, what=what).text.strip()
            silent = 0 if busy else silent + 1
            if busy and time.monotonic() >= deadline:
                raise LabError("vsphere.timed_out", what=what)
            if silent < TWICE and self._link.cancelled.wait(self._link.limits.pause_s / TWICE):
                raise LabError("vsphere.cancelled", what=what)


def temporary(disk: str) -> str:
    """The name under which a disk is copied."""
    return f"{disk.removesuffix('.vmdk')}{TMP}.vmdk"


def copy_script(source: str, target: str) -> str:
    """Copies a disk; what a copy that died has left is deleted first, and what fails leaves nothing."""
    return "\n".join(
        [
            let(S=source, T=target, X=temporary(target)),
            RUNNING,
            ANNUL,
            '[ ! -e "$T" ] || no exists',
            '[ -z "$(running)" ] || no copying',
            '[ -e "$S" ] || no missing',
            'annul "$X"',
            'rm -f "${X%.vmdk}-flat.vmdk"',
            'if vmkfstools -i "$S" "$X" -d thin && [ -e "$X" ]; then',
            'vmkfstools -E "$X" "$T" && [ -e "$T" ]',
            "else",
            'annul "$X" >/dev/null',
            "exit 1",
            "fi",
        ]
    )


def delete_script(place: str, *, shown: str, seal: Seal | None) -> str:
    """Deletes a file, or a folder: with what is in it only under its seal, looked at in the same script.

    Not while a machine is registered there (`shown`: how vim-cmd tells the folder): of one that runs rm would
    take all that is not locked, its configuration first.
    """
    name = place.rpartition("/")[2]
    if seal is not None and seal.words:
        whole = "\n".join([sealed('"$P"', seal.file, seal.words), let(D=shown), NOBODY_THERE, 'rm -rf "$P"'])
    elif seal is not None and LOCK_NAME.fullmatch(name):
        whole = 'rm -rf "$P"'
    else:
        whole = 'rmdir "$P"'
    return "\n".join(
        [
            let(P=place),
            '[ ! -L "$P" ] || no link',
            '[ -e "$P" ] || exit 0',
            'if [ -d "$P" ]; then',
            whole,
            'else rm -f "$P"',
            "fi",
        ]
    )
