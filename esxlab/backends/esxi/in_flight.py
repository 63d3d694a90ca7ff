"""What goes on on a host although nothing of this run has begun it, by its shell: hostd's tasks, and copies.

vim-cmd is a client of hostd: what one has asked for goes on as a task when it is killed, and so does what
somebody does in the host client. The list of tasks has those that ended within ten minutes too
(TaskManager.recentTask, vSphere Web Services API): `vimsvc/task_info` alone says which do still run. A copy
by vmkfstools is no task but a process. Outputs: Apache VCL, VIM_SSH.pm (_get_task_ids, _get_task_info);
names of tasks that are no machine's: a hostd.log of 6.5
(`haTask-ha-folder-vm-vim.Folder.registerVm-107999318`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.esxi.asking import ASK_TASKS, TELL
from esxlab.backends.vsphere.asked import Pending
from esxlab.backends.vsphere.in_flight import KINDS, NAMELESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from esxlab.backends.esxi.host_look import HostLook
    from esxlab.lab.in_flight import Kind

TASK = re.compile(r"haTask-([\w-]*?)-([A-Za-z]\w*(?:\.\w+)+)-(\d+)")
COPIES = re.compile(r" (?:-i|--clonevirtualdisk)[ =]")
GOING_ON = frozenset({"queued", "running"})
LISTED = r"""printf '%s\n' "$o"
sixes task $(printf '%s\n' "$o" | sed -n "s/^ *'vim\.Task:\(haTask-[A-Za-z0-9._-]*\)'.*/\1/p")"""
EVERYBODYS = NAMELESS | {"delete"}
"""What concerns a group although the task is no machine's."""


class HostTask(NamedTuple):
    """A task of hostd's: `haTask-12-vim.VirtualMachine.powerOn-2826` is the machine's of number 12."""

    key: str
    entity: str
    word: str
    number: int  # a later one has a higher

    @property
    def kind(self) -> Kind:
        """As it is told."""
        return KINDS.get(self.word, "other")


class Copy(NamedTuple):
    """A vmkfstools that copies, as `ps` lists it."""

    line: str


Going = HostTask | Copy


def tasks_in(listed: str) -> Iterator[HostTask]:
    """Those of a list of tasks, over or not."""
    for found in TASK.finditer(listed):
        yield HostTask(found[0], found[1], found[2].rpartition(".")[2].lower(), int(found[3]))


def asked_about(look: HostLook, *, files: bool) -> list[HostTask]:
    """Of all listed tasks those that matter when they still run: of our machines; with `files`, of files too.

    hostd does one thing at a time with a machine, so that its last task tells of those before it; tasks of
    no kind that we know may go beside the others, and the last of them is asked about too.
    """
    ours = set(look.numbers.values())
    last: dict[tuple[str, bool], HostTask] = {}
    for task in sorted(tasks_in(look.tasks), key=lambda task: task.number):
        if task.entity in ours:
            last[task.entity, task.kind == "other"] = task
    theirs = [task for task in tasks_in(look.tasks) if not task.entity.isdigit()]
    kinds = EVERYBODYS if files else {"delete"}
    return [*last.values(), *(task for task in theirs if task.kind in kinds)]


def copies_in(look: HostLook) -> list[Copy]:
    """Copies of disks by vmkfstools."""
    return [Copy(line.strip()) for line in look.copies.splitlines() if COPIES.search(line)]


def state_look(tasks: Iterable[HostTask]) -> str:
    """Asks for the state of these tasks."""
    words = " ".join(f"'{task.key}'" for task in tasks)
    return "\n".join([TELL, ASK_TASKS, f"sixes task {words}"])


def machine_look(number: str) -> str:
    """The same of all tasks of one machine."""
    return "\n".join(
        [TELL, ASK_TASKS, "tell tasks", f"o=$(ask vim-cmd vmsvc/get.tasklist {int(number)})", LISTED]
    )


def goes_on(look: HostLook, what: Going) -> bool:
    """Whether it still waits or runs, by a look that has asked about it; a task that is gone is over."""
    if isinstance(what, Copy):
        return what in copies_in(look)
    return look.task_states.get(what.key) in GOING_ON


def pending_in(look: HostLook, tasks: Iterable[HostTask], states: HostLook) -> Iterator[Pending]:
    """All that goes on: of these tasks, and copies."""
    for task in tasks:
        if goes_on(states, task):
            yield Pending(task, task.key, task.word)
    for copy in copies_in(look):
        yield Pending(copy, "", "copyvirtualdisk")
