package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// names of the tasks that can be told to take their time, as simulator.CreateTask gives them.
var changing = []string{
	"CreateVm", "RegisterVm", "CloneVm", "ReconfigVm", "PowerOn", "PowerOff", "Destroy", "Rename",
	"DeleteDatastoreFile", "DeleteVirtualDisk", "MoveDatastoreFile",
}

// exclusive are the calls on a machine that a real server refuses while another task of it runs.
var exclusive = map[string]bool{"ReconfigVM_Task": true, "PowerOnVM_Task": true, "PowerOffVM_Task": true, "Destroy_Task": true}

// pace is how long a copy takes from now on, and every other change.
type pace struct {
	CopySeconds float64 `json:"copy_seconds"`
	TaskSeconds float64 `json:"task_seconds"`
}

// slow makes every change take its time; who reads meanwhile is not kept waiting.
func slow(seconds float64) {
	if seconds <= 0 {
		simulator.TaskDelay.MethodDelay = nil
		return
	}
	delays := map[string]int{"LockHandoff": 0}
	for _, name := range changing {
		delays[name] = int(seconds * 1000)
	}
	simulator.TaskDelay.MethodDelay = delays
}

// busy is TaskInProgress while another task of this machine is queued or runs: "an operation tries to access an
// entity that already has another (long) operation in progress" (vSphere Web Services API, TaskInProgress). What the
// guest does to its own machine waits for nobody: it comes without a session.
func busy(ctx *simulator.Context, asked *simulator.VirtualMachine) types.BaseMethodFault {
	if ctx.Session == nil || simulator.TaskDelay.MethodDelay == nil {
		return nil
	}
	for _, ref := range asked.RecentTask {
		task, ok := ctx.Map.Get(ref).(*simulator.Task)
		if !ok {
			continue
		}
		running := false
		ctx.Map.WithLock(ctx, task, func() {
			running = task.Info.State == types.TaskInfoStateQueued || task.Info.State == types.TaskInfoStateRunning
		})
		if running {
			return &types.TaskInProgress{Task: ref}
		}
	}
	return nil
}
