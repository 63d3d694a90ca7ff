"""vim-cmd vimsvc/task_list, task_info and vmsvc/get.tasklist: what hostd is doing, and has done just before.

Sources: Apache VCL's VIM_SSH.pm (_get_task_ids: three ended powerOn tasks of machine 512 in its list, and
the empty list; _get_task_info: a whole TaskInfo, and the fault of a task that is not known); a hostd.log of
6.5 for the keys of tasks that are no machine's (haTask-ha-folder-vm-vim.Folder.registerVm-107999318) and one
of 8.0 (haTask--vim.vslm.host.CatalogSyncManager.queryCatalogChange-118109847). Ended tasks stay for ten
minutes (TaskManager.recentTask, vSphere Web Services API). Which of its own calls a host lists as tasks
besides is not played: the inventory's tasks are listed, under the names that it gives them.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.programs.machines import machine
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

Words = tuple[str, ...]
KEPT = timedelta(minutes=10)
OWN_NAMES = {"Folder": "ha-folder-vm", "HostSystem": "ha-host"}
"""How hostd calls the only one of a kind that it has."""
FORGOTTEN = "The object has already been deleted or has not been completely created"


FIELDS = (
    "key",
    "entity",
    "descriptionId",
    "state",
    "error",
    "progress",
    "queueTime",
    "startTime",
    "completeTime",
)


async def get_tasklist(host: Host, call: Call, words: Words) -> int:
    """A machine's."""
    found = await machine(host, words[0])
    tasks = await asyncio.to_thread(_recent, host)
    call.out(_list([key for key, task in tasks.items() if task.get("entity") == found.reference]))
    return 0


async def task_list(host: Host, call: Call, _: Words) -> int:
    """The whole host's."""
    call.out(_list(list(await asyncio.to_thread(_recent, host))))
    return 0


async def task_info(host: Host, call: Call, words: Words) -> int:
    """vim.TaskInfo."""
    vim, key = pyvmomi().vim, words[0]
    task = (await asyncio.to_thread(_recent, host)).get(key)
    if task is None:
        raise pyvmomi().vmodl.fault.ManagedObjectNotFound(obj=vim.Task(key, None), msg=FORGOTTEN)
    entity = task["entity"] if isinstance(task.get("entity"), vim.ManagedEntity) else None
    facts = task | {"key": key, "task": vim.Task(key, None), "entity": entity}
    call.out(await host.show(vim.TaskInfo(cancelled=False, cancelable=False, **facts)))
    return 0


def _list(keys: list[str]) -> str:
    if not keys:
        return "(ManagedObjectReference) []\n"
    lines = ", \n".join(f"   'vim.Task:{key}'" for key in keys)
    return f"(ManagedObjectReference) [\n{lines}\n]\n"


def _recent(host: Host) -> dict[str, dict[str, Any]]:
    """What is known of each task by hostd's key of it; it blocks."""
    oldest = datetime.now(UTC) - KEPT
    found = [
        {path.removeprefix("info."): value for path, value in task.items()}
        for task in host.world.tasks(*(f"info.{name}" for name in FIELDS))
    ]
    return {
        _key(host, task): task
        for task in found
        if task.get("completeTime") is None or task["completeTime"] >= oldest
    }


def _key(host: Host, task: dict[str, Any]) -> str:
    number = str(task["key"]).rpartition("-")[2]
    return f"haTask-{_entity(host, task.get('entity'))}-vim.{task['descriptionId']}-{number}"


def _entity(host: Host, entity: Any) -> str:
    if entity is None:
        return ""
    if isinstance(entity, pyvmomi().vim.VirtualMachine):
        return str(host.vmid(entity._moId))  # noqa: SLF001 - pyVmomi has no public name for it
    return OWN_NAMES.get(pyvmomi().VmomiSupport.GetVmodlName(type(entity)).rpartition(".")[2], "")
