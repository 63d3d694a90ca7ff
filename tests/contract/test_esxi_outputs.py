"""What real hosts have printed, as others have recorded it, through the readers of the road by the shell.

The texts are theirs (names and addresses invented where they were private); nothing here was printed by the
simulator, so that a mistake that program and simulator share is found.
"""

from __future__ import annotations

from esxlab.backends.esxi.framing import Answer
from esxlab.backends.esxi.host_look import HostLook, read_look
from esxlab.backends.esxi.in_flight import asked_about, goes_on, tasks_in

NONCE = "esxlab-" + "0" * 24


def told(**parts: str) -> HostLook:
    """A look whose topics say this; `state__get_guest__12` is the topic `state get.guest:12`."""
    lines = []
    for name, text in parts.items():
        topic, *rest = name.split("__")
        about = ":".join(word.replace("_", ".") for word in rest)
        lines += [f"{NONCE} tell {topic} {about}".rstrip(), *(f" {line}" for line in text.splitlines())]
    return read_look(Answer(0, "\n".join(lines)), what="esxi1")


VCL_TASKS = """\
(ManagedObjectReference) [
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2826',
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2843',
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2856'
]"""
"""Apache VCL, VIM_SSH.pm, _get_task_ids: vim-cmd vmsvc/get.tasklist 512."""
VCL_TASK = """\
(vim.TaskInfo) {
  dynamicType = <unset>,
  key = "haTask-496-vim.VirtualMachine.powerOn-3072",
  task = 'vim.Task:haTask-496-vim.VirtualMachine.powerOn-3072',
  description = (vmodl.LocalizableMessage) null,
  name = "vim.VirtualMachine.powerOn",
  descriptionId = "VirtualMachine.powerOn",
  entity = 'vim.VirtualMachine:496',
  entityName = "vm-ark-mcnc-9 (nonpersistent: vmwarewinxp-base234-v12)",
  state = "error",
  cancelled = false,
  cancelable = false,
  error = (vmodl.fault.RequestCanceled) {
     dynamicType = <unset>,
     faultCause = (vmodl.MethodFault) null,
     msg = "The task was canceled by a user.",
  },
  result = <unset>,
  progress = 100,
  reason = (vim.TaskReasonUser) {
     dynamicType = <unset>,
     userName = "root",
  },
  queueTime = "2010-06-30T08:48:44.187347Z",
  startTime = "2010-06-30T08:48:44.187347Z",
  completeTime = "2010-06-30T08:49:26.381383Z",
  eventChainId = 3072,
  changeTag = <unset>,
  parentTaskKey = <unset>,
  rootTaskKey = <unset>,
}"""
"""The same, _get_task_info: vim-cmd vimsvc/task_info."""
HOST_TASKS = """\
(ManagedObjectReference) [
   'vim.Task:haTask-ha-folder-vm-vim.Folder.registerVm-107999318',
   'vim.Task:haTask--vim.vslm.host.CatalogSyncManager.queryCatalogChange-118109847',
   'vim.Task:haTask-ha-host-vim.HostSystem.enterMaintenanceMode-20'
]"""
"""Keys of hostd.log of 6.5 and of 8.0, and of `vim-cmd hostsvc/maintenance_mode_enter` (elatov)."""


def test_the_last_task_of_a_machine_of_ours_is_asked_about():
    look = told(tasks=VCL_TASKS)
    assert asked_about(look, files=True) == []  # it is not ours
    look.numbers["datastore1", "a/a.vmx"] = "512"
    assert [task.key for task in asked_about(look, files=False)] == [
        "haTask-512-vim.VirtualMachine.powerOn-2856"
    ]


def test_what_makes_machines_is_asked_about_where_a_group_is_not_whole():
    look = told(tasks=HOST_TASKS)
    assert [task.entity for task in tasks_in(look.tasks)] == ["ha-folder-vm", "", "ha-host"]
    assert asked_about(look, files=False) == []
    assert [task.word for task in asked_about(look, files=True)] == ["registervm"]


def test_a_task_that_has_failed_does_not_go_on_and_one_that_runs_does():
    [task] = tasks_in(VCL_TASK.splitlines()[2])
    name = "task__haTask-496-vim_VirtualMachine_powerOn-3072"
    assert not goes_on(told(**{name: VCL_TASK}), task)
    assert goes_on(told(**{name: VCL_TASK.replace('state = "error"', 'state = "running"')}), task)
    assert not goes_on(told(tasks="(ManagedObjectReference) []"), task)
