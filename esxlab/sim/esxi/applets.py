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
    *("od", "printf", "pwd", "readlink", "realpath", "rm", "rmdir", "sed", "seq", "setsid", "sh"),
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
SCRIPTS = {
    # nohup(1): Debian's busybox is built without it
    "nohup": """#!/bin/sh
trap '' HUP
[ -t 1 ] && exec "$@" >>nohup.out
exec "$@"
"""
}
