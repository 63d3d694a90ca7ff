"""The scripts by which a model is made and taken away: pure, for a real ash to be asked.

A model's folder has no seal of a group's: its own configuration file, with our mark in it, says whose it is.
It is written first and goes last, so that what a run that died has left is known again.
"""

from __future__ import annotations

from esxlab.backends.esxi.files import ANNUL
from esxlab.backends.esxi.orders import OWN_FILES
from esxlab.backends.esxi.paths import quote
from esxlab.backends.esxi.scripts import ITS_OWN, VMX_ID, let, write_over
from esxlab.lab.model_build import MODEL_KEY

MARKED = f'grep -q {quote("^" + MODEL_KEY + " ")} "$P/$M.vmx"'
DISK_FILES = ("{name}.vmdk", "{name}-flat.vmdk", "{name}.tmp.vmdk", "{name}.tmp-flat.vmdk")
PROBED = """for k in "$P"/* "$P"/.[!.]*; do
[ -e "$k" ] || continue
case "${{k##*/}}" in {own}) ;; *) no exists;; esac
done"""
AWAY = """if [ -e "$P/$M.vmdk" ]; then annul "$P/$M.vmdk"; fi
rm -f "$P/$M-flat.vmdk"
"""


def own_files(name: str) -> frozenset[str]:
    """The files that a run of ours may have left in a model's folder before the machine was there."""
    return frozenset(file.format(name=name) for file in (*OWN_FILES, *DISK_FILES))


def create(
    *, folder: str, name: str, vmx_path: str, content: str, log: str, disk_gib: int | None = None
) -> str:
    """Folder, configuration file, an empty thin disk where one is wanted, registration."""
    own = "|".join(quote(file) for file in sorted(own_files(name)))
    lines = [
        let(P=folder, M=name, X=vmx_path, L=log),
        ANNUL,
        VMX_ID,
        '[ -z "$id" ] || no exists',
        '[ -d "$P" ] || mkdir "$P" || exit 1',
        PROBED.format(own=own),
        f'[ ! -e "$P/$M.vmx" ] || {MARKED} || no seal',
        'rm -f "$L"',
        write_over('"$P/$M.vmx"', '"$P/$M.vmx.new"', content) + " || exit 1",
        AWAY,
    ]
    if disk_gib is not None:
        lines.append(f'vmkfstools -c {disk_gib:d}g -d thin "$P/$M.vmdk" || exit 1')
    return "\n".join([*lines, 'vim-cmd solo/registervm "$P/$M.vmx" "$M"'])


def destroy(*, folder: str, name: str, vmx_path: str) -> str:
    """Off, its disks away, out of the inventory, its own files by name: only of a machine with our mark."""
    files = " ".join(f'"$P/"{quote(file.format(name=name))}' for file in OWN_FILES)
    return "\n".join(
        [
            let(P=folder, M=name, X=vmx_path),
            VMX_ID,
            '[ -d "$P" ] || exit 0',
            f"{MARKED} || no seal",
            'if [ -n "$id" ]; then',
            ITS_OWN,
            's=$(vim-cmd vmsvc/power.getstate "$id" 2>&1)',
            'case "$s" in *"Powered off"*) ;; *) vim-cmd vmsvc/power.off "$id" || exit 1;; esac',
            "fi",
            'for d in "$P/$M"-[0-9][0-9][0-9][0-9][0-9][0-9].vmdk "$P/$M.vmdk"; do',
            '[ ! -e "$d" ] || vmkfstools -U "$d" || exit 1',
            "done",
            'if [ -n "$id" ]; then',
            'o=$(vim-cmd vmsvc/unregister "$id" 2>&1) || { printf \'%s\\n\' "$o"; exit 1; }',
            'case "$o" in *".fault."*) printf \'%s\\n\' "$o"; exit 1;; esac',
            "fi",
            'rm -f "$P"/vmware.log "$P"/vmware-[0-9]*.log "$P/$M"-[0-9a-f]*.vswp "$P/$M"-[0-9a-f]*.hlog',
            f"rm -f {files}",
            'rmdir "$P"',
        ]
    )


def take_in(*, part: str, final: str, size: int) -> str:
    """What was sent gets its name, if it is whole."""
    return "\n".join(
        [
            let(P=part, T=final),
            f'[ "$(stat -c %s "$P" 2>/dev/null)" = {size:d} ] || no missing',
            'mv -f "$P" "$T"',
        ]
    )


def log(place: str, *, most_bytes: int) -> str:
    """How the log ends; each line behind a blank, so that none is taken for an error of the script."""
    return "\n".join([let(L=place), f"tail -c {most_bytes:d} \"$L\" 2>/dev/null | sed 's/^/ /'"])


def copies_of(disk: str) -> str:
    """The programs that copy this disk now."""
    return "\n".join([let(D=disk), "ps -c | grep '[v]mkfstools' | grep -F -e \"$D\" | sed 's/^/ /'"])
