"""The scripts that look at a host whose API cannot be reached: they change nothing; pure.

Each command of a host's is a client of hostd, which takes 0.2 to 1 s; so one script asks all that a look
needs, and what does not wait for another is asked at the same time. What is told stands behind a line
`$N tell TOPIC NAME`, each of its own lines behind a blank: nothing in it can be taken for a mark, nor for an
error of the script.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.esxi.paths import quote
from esxlab.backends.esxi.scripts import NUMBERS, let
from esxlab.backends.esxi.sidecar import SIDECAR_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.esxi.framing import Answer

TOLD = re.compile(r"(?:^|\n)esxlab-[0-9a-f]{24} tell ([a-z]+) ?([^\n]*)(?:\n|$)")
MOST_BYTES = 1024 * 1024
"""Of one file that is told; one of ours has a few KiB."""
SMALL_FILES = ("esxlab.json", "record.json", "record.json.new", "lock.json")
FAILED = "failed"

TELL = rf"""tell() {{ printf '\n%s tell %s\n' "$N" "$*"; }}
show() {{ tell "$1 $2"; head -c {MOST_BYTES + 1} "$2" 2>/dev/null | sed 's/^/ /'; }}
ask() {{
if o=$("$@" 2>&1); then r=0; else r=1; fi
case "$r$o" in
*".fault.NotFound)"*|*".fault.ManagedObjectNotFound)"*) return;;
0"(vim.fault."*|0"(vmodl.fault."*|"0<unset>"|1*) tell "{FAILED} $*"; printf '%s\n' "$o";;
*) printf '%s\n' "$o" | sed 's/^/ /';;
esac
}}
side() {{
one=$1 arg=$2
shift 2
[ $# -gt 0 ] || {{ "$one" "$arg"; return; }}
"$one" "$arg" | {{ rest=$(side "$one" "$@" </dev/null); cat; printf '%s\n' "$rest"; }}
}}
sixes() {{
while [ $# -gt 7 ]; do
side "$1" "$2" "$3" "$4" "$5" "$6" "$7"
first=$1
shift 7
set -- "$first" "$@"
done
[ $# -lt 2 ] || side "$@"
}}"""
"""tell TOPIC NAME; show TOPIC FILE; ask PROGRAM ...: what it prints; as it is, behind a mark, when it fails,
and nothing of what has gone meanwhile. A task that ended with a fault is an answer: it stands within.
side FUNCTION ARGUMENT ...: FUNCTION of each argument at the same time (a pipeline's parts run side by side),
answers in turn; sixes: of many, six at a time."""

HOST = r"""host() {
tell "$1"
case "$1" in
summary) ask vim-cmd hostsvc/hostsummary;;
volumes) ask esxcli --formatter=csv storage filesystem list;;
groups) ask esxcli --formatter=csv network vswitch standard portgroup list;;
switches) ask esxcli --formatter=csv network vswitch standard list;;
adapters) ask esxcli --formatter=csv network ip interface list;;
running) ask esxcli --formatter=csv vm process list;;
machines) ask vim-cmd vmsvc/getallvms;;
version) ask vmware -v;;
timeout) ask esxcli --formatter=csv system settings advanced list -o /UserVars/ESXiShellTimeOut;;
idle) ask esxcli --formatter=csv system settings advanced list -o /UserVars/ESXiShellInteractiveTimeOut;;
time) printf ' %s\n' "$(date -u +%s)";;
tasks) vim-cmd vimsvc/task_list 2>&1 | sed 's/^/ /';;
copies) ps -c 2>/dev/null | grep '[v]mkfstools' | sed 's/^/ /';;
licence) vim-cmd vimsvc/license --show 2>&1 | sed -n 's/^ *vmodl key: */ /p';;
esac
}
part() { printf '%s\n' "$o" | sed -n "/^$N tell $1/,/^$N tell/s/^ //p"; }"""
"""host TOPIC: of the licence no more is told than its edition, for its first line is a secret. A host that
does not know its tasks tells none."""

MACHINE = rf"""machine() {{
show vmx "$f"
d=${{f%/*}}
for k in "$d"/*.vmdk; do
case "$k" in *-flat.vmdk|*-delta.vmdk|*-sesparse.vmdk|*-ctk.vmdk) continue;; esac
[ -f "$k" ] || continue
tell "extents $k"
head -c 4096 "$k" 2>/dev/null | grep '^RW [0-9]' | sed 's/^/ /'
done
[ ! -f "${{f%.vmx}}.vmsd" ] || show vmsd "${{f%.vmx}}.vmsd"
[ ! -f "$d/{SIDECAR_FILE}" ] || show file "$d/{SIDECAR_FILE}"
if grep -qi '^esxlab.class' "$f"; then ours; else
tell "taken $d"
du -sk "$d" 2>/dev/null | sed 's/^/ /'
inside "$d"
fi
}}
ours() {{
n=$(printf '%s\n' "$ids" | V=" $x " {NUMBERS})
case "$n" in *[!0-9]*)
many=$n n=
for i in $many; do
case "$(vim-cmd vmsvc/get.config "${{i%:}}" 2>&1)" in *"vmPathName = \"$x\""*) n=${{i%:}};; esac
done;;
esac
[ -n "$n" ] || return 0
tell "number $f"
printf ' %s\n' "$n"
states="$states get.runtime:$n"
case "$running" in *"/${{s#*/}}"*) states="$states get.guest:$n device.getdevices:$n";; esac
}}
state() {{
case "$1" in
tasks) host tasks;;
*) tell "state $1"; ask vim-cmd "vmsvc/${{1%%:*}}" "${{1#*:}}";;
esac
}}"""
"""machine: what lies beside the registered configuration file $f, which vim-cmd spells $x. Of ours its
number, looked up as in scripts.VMX_ID, and in $states what is to be asked about it."""

ASK_TASKS = r"""task() { tell "task $1"; ask vim-cmd vimsvc/task_info "$1"; }"""
"""task KEY: what hostd says of one of its tasks."""

VMX_FILES = r"""for v in /vmfs/volumes/*; do
[ -L "$v" ] || continue
for f in "$v"/*.vmx "$v"/*/*.vmx "$v"/*/*/*.vmx; do
[ -f "$f" ] || continue
s=${f#/vmfs/volumes/}
x="[${s%%/*}] ${s#*/}"
case "$ids
" in *" $x "*|*" $x
"*) wanted;; esac
done
done
sixes state $states"""
"""wanted, for each $f that $ids names as a registered machine's. A datastore's name is a symbolic link below
/vmfs/volumes, its identifier is the folder itself."""

INSIDE = r"""inside() {
tell "inside $1"
for k in "$1"/* "$1"/.[!.]*; do
if [ -e "$k" ] || [ -L "$k" ]; then printf ' /%s\n' "${k##*/}"; fi
done
}"""
SMALL = rf"""for v in /vmfs/volumes/*; do
[ -L "$v" ] || continue
tell "root $v"
for d in "$v"/*/; do
[ -d "$d" ] || continue
d=${{d%/}}
printf ' /%s\n' "${{d##*/}}"
done
for d in "$v"/*/; do
d=${{d%/}} one=
for k in {" ".join(SMALL_FILES)}; do
[ -f "$d/$k" ] || continue
one=1
show file "$d/$k"
done
[ -z "$one" ] || inside "$d"
done
done"""
"""The folders at each datastore's root; of those that hold a file of ours all such files, and every name."""

SETTLED = """ids=$(part machines)
running=$(part running)
printf '%s\\n' "$o\""""


def whole_look() -> str:
    """Everything that `observe` needs."""
    asked = "summary volumes groups switches running machines copies time"
    return "\n".join(
        [
            TELL,
            HOST,
            INSIDE,
            MACHINE,
            "wanted() { machine; }",
            f"o=$(sixes host {asked})",
            SETTLED,
            "states=tasks",
            VMX_FILES,
            SMALL,
        ]
    )


def machines_look(wanted: str = "true", *, hosted: str = "") -> str:
    """The registered machines for whose $f and $x `wanted`, a command of sh, is true."""
    asked = f"machines running {hosted}".rstrip()
    only = f"wanted() {{ {wanted} || return 0; machine; }}"
    return "\n".join(
        [TELL, HOST, INSIDE, MACHINE, only, f"o=$(sixes host {asked})", SETTLED, "states=", VMX_FILES]
    )


def with_path(vmx_path: str) -> str:
    """A condition for `machines_look`: the machine whose configuration file is spelled so."""
    return f'[ "$x" = {quote(vmx_path)} ]'


def with_uuid(spaced: str) -> str:
    """A condition for `machines_look`: the machines with this vc.uuid."""
    return f'grep -qiF {quote(spaced)} "$f"'


def with_words(words: str) -> str:
    """A condition for `machines_look`: those whose configuration file holds these words."""
    return f'grep -qF -e {quote(words)} "$f"'


def host_look(*topics: str) -> str:
    """Some questions about the host alone."""
    return "\n".join([TELL, HOST, f"sixes host {' '.join(topics)}"])


def guest_look(number: str) -> str:
    """One machine's GuestInfo, whether it runs or not."""
    return "\n".join([TELL, MACHINE, f"state get.guest:{int(number)}"])


def file_look(place: str) -> str:
    """One file's content."""
    return "\n".join([TELL, let(P=place), '[ ! -f "$P" ] || show file "$P"'])


def names_look(place: str, *, only_folders: bool) -> str:
    """Every name in a folder."""
    kind = "-d" if only_folders else "-e"
    return "\n".join(
        [
            TELL,
            let(P=place),
            '[ -d "$P" ] || exit 0',
            'tell "inside $P"',
            'for k in "$P"/* "$P"/.[!.]* "$P"/..?*; do',
            f'if [ {kind} "$k" ]; then printf \' /%s\\n\' "${{k##*/}}"; fi',
            "done",
        ]
    )


def holding_look(volume: str, name: str) -> str:
    """Every folder of a datastore that holds a file of this name."""
    return "\n".join(
        [
            TELL,
            let(P=volume),
            'tell "inside $P"',
            f'find "$P/" -type f -name {quote(name)} 2>/dev/null | sed "s|^| |"',
        ]
    )


def disks_look(place: str) -> str:
    """When each disk file in a folder was written, and its size."""
    return "\n".join(
        [TELL, let(P=place), 'tell "inside $P"', "stat -c '%Y %s' \"$P\"/*.vmdk 2>/dev/null | sed 's/^/ /'"]
    )


class Told(NamedTuple):
    """One thing that a script has told: its topic, what it is about, and its text."""

    topic: str
    name: str
    text: str


def told_in(answer: Answer) -> Iterator[Told]:
    """What the script has told, in its order."""
    parts = TOLD.split(answer.text)[1:]
    for topic, name, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield Told(topic, name, "\n".join(line.removeprefix(" ") for line in text.split("\n")))


def names_in(text: str) -> set[str]:
    """The names in what `names_look` tells, ` /NAME`; one may go over several lines."""
    return {name.removesuffix("\n") for name in ("\n" + text).split("\n/")[1:]}
