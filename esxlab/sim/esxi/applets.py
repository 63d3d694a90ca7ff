"""Which programs a host has: of busybox's those that ESXi's has too, and ESXi's own, which the school plays.

The applets are those that ESXi's busybox 1.29 to 1.35 is built with as far as scripts that run there use them
(ghettoVCB, NKP's tofu/esxi, josenk's provider and the ESXi shell's documented utilities); what is missing
here is `not found`, which is the strict answer.
"""

from __future__ import annotations

APPLETS = (
    *(
        "[",
        "[[",
        "ash",
        "awk",
        "basename",
        "cat",
        "chmod",
        "chown",
        "cksum",
        "clear",
        "cp",
        "cut",
        "date",
        "dd",
    ),
    *("diff", "dirname", "du", "echo", "egrep", "env", "expr", "false", "fgrep", "find", "grep", "gunzip"),
    *(
        "gzip",
        "head",
        "hexdump",
        "id",
        "kill",
        "ln",
        "ls",
        "md5sum",
        "mkdir",
        "mkfifo",
        "mktemp",
        "more",
        "mv",
    ),
    *("od", "printf", "pwd", "readlink", "realpath", "rmdir", "sed", "seq", "setsid", "sh"),
    *(
        "sha1sum",
        "sha256sum",
        "sha512sum",
        "sleep",
        "sort",
        "stat",
        "stty",
        "sum",
        "sync",
        "tail",
        "tar",
        "tee",
    ),
    *("test", "time", "timeout", "touch", "tr", "true", "uniq", "unlink", "usleep", "vi", "wc", "which"),
    *("xargs", "zcat"),
)
PROGRAMS = ("df", "esxcli", "hostname", "localcli", "ps", "uname", "vim-cmd", "vmkfstools", "vmware")
HELD = "held"
"""The school's own question, on no PATH: what do running machines hold? It is no program of a host's."""
SCRIPTS = {
    # nohup(1): Debian's busybox is built without it
    "nohup": """#!/bin/sh
trap '' HUP
[ -t 1 ] && exec "$@" >>nohup.out
exec "$@"
""",
    # rm(1): busybox's own, but for what a running machine holds (programs/held.py); it goes on after that
    "rm": """#!/bin/sh
there=
for each; do [ ! -e "$each" ] || there=1; done
[ -n "$there" ] && held=$(@SCHOOL@/held) && [ -n "$held" ] || exec busybox rm "$@"
status=0 flags=
left() { printf "rm: can't remove '%s': %s\\n" "$1" "$2" >&2; status=1; }
remove() {
    case "$held " in
    *" $(stat -c %d:%i "$1" 2>/dev/null) "*) left "$1" "Device or resource busy"; return;;
    esac
    if [ -L "$1" ] || [ ! -d "$1" ] || [ "$flags" = "${flags#*[rR]}" ]; then
        busybox rm $flags -- "$1" || status=1
        return
    fi
    local one
    for one in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        if [ -e "$one" ] || [ -L "$one" ]; then remove "$one"; fi
    done
    busybox rmdir "$1" 2>/dev/null || left "$1" "Directory not empty"
}
while :; do
    case "$1" in
    --) shift; break;;
    -?*) flags="$flags $1"; shift;;
    *) break;;
    esac
done
for each; do remove "$each"; done
exit $status
""",
}
