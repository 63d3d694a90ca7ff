"""The pieces that the scripts for a host are made of: busybox ash only, every name quoted; no I/O here.

What a script finds out itself it says with `no WORD` (framing.py); WORDS has what each means. The rest is
what ESXi's programs print, which `faults.py` reads.
"""

from __future__ import annotations

from esxlab.backends.esxi.paths import quote

NUMBERS = r"""awk '{ at = index($0 " ", ENVIRON["V"]) }
/^[0-9]+ / && at && !told[$1]++ { print $1 (index($0, "[") == at + 1 ? "" : ":") }'"""
"""Of getallvms: the numbers of the rows that hold $V, ` [datastore1] srvweb1/srvweb1.vmx `, each in a line.

Rows are cut where the file is told, never by blanks: names may hold some, and an annotation may be of several
lines. The first `[` of a row is the file's, unless a name has brackets too, as one that somebody has called
`srvweb1 [old]`: such a number has a colon behind it, and that machine has to be asked for its file.
"""

ASKED_FOR_FILE = r"""own=
for i in $id; do
i=${i%:}
c=$(vim-cmd vmsvc/get.config "$i" 2>&1)
case "$c" in
*"vmPathName = \"$X\""*) own="$own$i ";;
*"vmPathName = "*|*".fault.NotFound)"*|*".fault.ManagedObjectNotFound)"*) ;;
*) printf '%s\n' "$c"; exit 1;;
esac
done
id=${own% }"""
"""Keeps of $id those machines that say that their file is $X; one that says nothing ends the script."""

ROWS = r"""ids=$(vim-cmd vmsvc/getallvms 2>&1) || { printf '%s\n' "$ids"; exit 1; }
case "$ids" in Vmid*|*"
Vmid"*) ;; *) printf '%s\n' "$ids"; exit 1;; esac"""
"""Sets $ids to what getallvms prints; anything else ends the script."""

VMX_ID = rf"""{ROWS}
id=$(printf '%s\n' "$ids" | V=" $X " {NUMBERS})
case "$id" in
*[!0-9]*)
{ASKED_FOR_FILE}
case "$id" in *[!0-9]*) no two;; esac;;
esac"""
"""Sets $id of the machine whose configuration file is $X, `[datastore1] srvweb1/srvweb1.vmx`; empty: none.

Of several rows that may be meant each machine is asked for its file. Vmids change: they are looked up each
time.
"""

NOBODY_THERE = rf"""{ROWS}
for i in $(printf '%s\n' "$ids" | V=" $D/" {NUMBERS}); do
i=${{i%:}}
c=$(vim-cmd vmsvc/get.config "$i" 2>&1)
case "$c" in
*"vmPathName = \"$D/"*)
printf '%s\n' "$c" | sed -n 's/^ *vmPathName = "\(.*\)".*/\1/p'
no registered;;
*"vmPathName = "*|*".fault.NotFound)"*|*".fault.ManagedObjectNotFound)"*) ;;
*) printf '%s\n' "$c"; exit 1;;
esac
done"""
"""Ends the script when a machine is registered in the folder $D, `[datastore1] srvweb1`, and says its file.

As with $X above each machine that may be meant is asked: an annotation may hold such words too.
"""

ITS_OWN = r"""c=$(vim-cmd vmsvc/get.config "$id" 2>&1)
case "$c" in *"vmPathName = \"$X\""*) ;; *) no other;; esac"""
"""The machine of $id says itself that its file is $X: before it loses its power, or its place."""

IS_OFF = r"""s=$(vim-cmd vmsvc/power.getstate "$id" 2>&1)
case "$s" in
*"Powered off"*) ;;
*"Powered on"*|*Suspended*) no power;;
*) printf '%s\n' "$s"; exit 1;;
esac"""

IS_NOT_ON = r"""s=$(vim-cmd vmsvc/power.getstate "$id" 2>&1)
case "$s" in
*"Powered off"*|*Suspended*) ;;
*"Powered on"*) no power;;
*) printf '%s\n' "$s"; exit 1;;
esac"""
"""A machine that is suspended may leave the inventory too: refused is only one that is "running (powered on)"
(vSphere Automation API, vcenter/vm, action unregister)."""

WORDS = {
    "exists": "vsphere.exists",
    "copying": "vsphere.exists",
    "gone": "vsphere.gone",
    "missing": "vsphere.file_missing",
    "power": "vsphere.power_state",
    "two": "vsphere.busy",
    "other": "vsphere.busy",
    "seal": "esxi.seal",
    "link": "esxi.seal",
    "changed": "vsphere.busy",
    "registered": "esxi.registered_there",
}
"""What a script's own refusal is to whoever asked."""


def let(**values: str) -> str:
    """Variables of the script, each one word to the letter: `let(P="/vmfs/volumes/ds/x")`."""
    return "\n".join(f"{name}={quote(value)}" for name, value in values.items())


def write(path: str, content: str) -> str:
    """A whole small file; printf is built into ash, so that its content is in no process's arguments.

    cat says why a write has failed, which the built-in printf does not (busybox, shell/ash.c).
    """
    return f"printf %s {quote(content)} | cat >{path}"


def write_over(path: str, fresh: str, content: str) -> str:
    """The same under another name, then moved in its place."""
    return f"{write(fresh, content)} && mv -f {fresh} {path}"


def sealed(folder: str, file: str, words: str) -> str:
    """Ends the script unless the file in the folder holds these words now, however it is spaced."""
    word = quote("".join(words.split()))
    found = f"cat {folder}/{quote(file)} 2>/dev/null | tr -d ' \\n\\r\\t'"
    return f'W={word}\ncase "$({found})" in *"$W"*) ;; *) no seal;; esac'
