package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// orders is what the proxy wants of one call, as JSON in the call's operationID: the privileges that its user
// lacks, how its task shall fail, and the file that holds what the machine's screen shows.
type orders struct {
	Lacking []string `json:"lacking"`
	Fail    *late    `json:"fail"`
	Picture string   `json:"picture"`
}

// late is a task that fails after a while: `Kind` is vSphere's own name of the fault.
type late struct {
	Kind    string  `json:"kind"`
	Text    string  `json:"text"`
	Seconds float64 `json:"seconds"`
}

func ordersOf(header soap.Header) orders {
	var found orders
	if header.ID != "" && json.Unmarshal([]byte(header.ID), &found) != nil {
		return orders{} // somebody's own operationID
	}
	return found
}

func (l *late) fault() types.BaseMethodFault {
	if kind, ok := types.TypeFunc()(l.Kind); ok {
		if fault, ok := reflect.New(kind).Interface().(types.BaseMethodFault); ok {
			return fault
		}
	}
	return &types.SystemError{}
}

func (l *late) wait() time.Duration { return time.Duration(l.Seconds * float64(time.Second)) }

// failing stands in for whatever a task was asked of: the task runs for a while and fails, and nothing is done.
type failing struct {
	self  mo.Reference
	fault types.BaseMethodFault
	text  string
	after time.Duration
}

func refusing(asked mo.Reference, fault types.BaseMethodFault) *failing {
	return &failing{self: asked, fault: fault, text: words(fault)}
}

var refused atomic.Int64

func (f *failing) Reference() types.ManagedObjectReference { return f.self.Reference() }

func (f *failing) task(ctx *simulator.Context, name string) types.ManagedObjectReference {
	task := simulator.CreateTask(f.self, name, nil)
	task.Self = types.ManagedObjectReference{Type: "Task", Value: fmt.Sprintf("task-refused-%d", refused.Add(1))}
	task.Info.Key, task.Info.Task = task.Self.Value, task.Self
	own := background(ctx)
	own.Map.Put(task)
	end := func() {
		update(own, task, "info.completeTime", time.Now(), "info.state", types.TaskInfoStateError,
			"info.error", types.LocalizedMethodFault{Fault: f.fault, LocalizedMessage: f.text})
	}
	if f.after == 0 {
		end()
		return task.Self
	}
	update(own, task, "info.startTime", time.Now(), "info.state", types.TaskInfoStateRunning)
	time.AfterFunc(f.after, end)
	return task.Self
}

func (f *failing) CreateVMTask(ctx *simulator.Context, _ *types.CreateVM_Task) soap.HasFault {
	return &methods.CreateVM_TaskBody{Res: &types.CreateVM_TaskResponse{Returnval: f.task(ctx, "createVm")}}
}

func (f *failing) CloneVMTask(ctx *simulator.Context, _ *types.CloneVM_Task) soap.HasFault {
	return &methods.CloneVM_TaskBody{Res: &types.CloneVM_TaskResponse{Returnval: f.task(ctx, "cloneVm")}}
}

func (f *failing) RegisterVMTask(ctx *simulator.Context, _ *types.RegisterVM_Task) soap.HasFault {
	return &methods.RegisterVM_TaskBody{Res: &types.RegisterVM_TaskResponse{Returnval: f.task(ctx, "registerVm")}}
}

func (f *failing) ReconfigVMTask(ctx *simulator.Context, _ *types.ReconfigVM_Task) soap.HasFault {
	return &methods.ReconfigVM_TaskBody{Res: &types.ReconfigVM_TaskResponse{Returnval: f.task(ctx, "reconfigVm")}}
}

func (f *failing) RenameTask(ctx *simulator.Context, _ *types.Rename_Task) soap.HasFault {
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: f.task(ctx, "rename")}}
}

func (f *failing) PowerOnVMTask(ctx *simulator.Context, _ *types.PowerOnVM_Task) soap.HasFault {
	return &methods.PowerOnVM_TaskBody{Res: &types.PowerOnVM_TaskResponse{Returnval: f.task(ctx, "powerOn")}}
}

func (f *failing) PowerOffVMTask(ctx *simulator.Context, _ *types.PowerOffVM_Task) soap.HasFault {
	return &methods.PowerOffVM_TaskBody{Res: &types.PowerOffVM_TaskResponse{Returnval: f.task(ctx, "powerOff")}}
}

func (f *failing) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: f.task(ctx, "destroy")}}
}

func (f *failing) DeleteDatastoreFileTask(ctx *simulator.Context, _ *types.DeleteDatastoreFile_Task) soap.HasFault {
	return &methods.DeleteDatastoreFile_TaskBody{
		Res: &types.DeleteDatastoreFile_TaskResponse{Returnval: f.task(ctx, "deleteDatastoreFile")},
	}
}

func (f *failing) MoveDatastoreFileTask(ctx *simulator.Context, _ *types.MoveDatastoreFile_Task) soap.HasFault {
	return &methods.MoveDatastoreFile_TaskBody{
		Res: &types.MoveDatastoreFile_TaskResponse{Returnval: f.task(ctx, "moveDatastoreFile")},
	}
}

func (f *failing) CopyVirtualDiskTask(ctx *simulator.Context, _ *types.CopyVirtualDisk_Task) soap.HasFault {
	return &methods.CopyVirtualDisk_TaskBody{
		Res: &types.CopyVirtualDisk_TaskResponse{Returnval: f.task(ctx, "copyVirtualDisk")},
	}
}

func (f *failing) MoveVirtualDiskTask(ctx *simulator.Context, _ *types.MoveVirtualDisk_Task) soap.HasFault {
	return &methods.MoveVirtualDisk_TaskBody{
		Res: &types.MoveVirtualDisk_TaskResponse{Returnval: f.task(ctx, "moveVirtualDisk")},
	}
}

func (f *failing) DeleteVirtualDiskTask(ctx *simulator.Context, _ *types.DeleteVirtualDisk_Task) soap.HasFault {
	return &methods.DeleteVirtualDisk_TaskBody{
		Res: &types.DeleteVirtualDisk_TaskResponse{Returnval: f.task(ctx, "deleteVirtualDisk")},
	}
}

// words is a fault in the words of a real server, as far as they help.
func words(fault types.BaseMethodFault) string {
	switch found := fault.(type) {
	case *types.NoDiskSpace:
		return "Insufficient disk space on datastore '" + found.Datastore + "'."
	case *types.InsufficientMemoryResourcesFault:
		return "The host does not have sufficient memory resources to satisfy the reservation."
	case *types.DuplicateName:
		return "The name '" + found.Name + "' already exists."
	case *types.FileLocked:
		return "Unable to access file " + found.File + " since it is locked."
	case *types.CannotDeleteFile:
		return "Cannot delete file " + found.File + "."
	case *types.FileNotFound:
		return "File " + found.File + " was not found."
	case *types.FileAlreadyExists:
		return "The file " + found.File + " already exists."
	case *types.GenericVmConfigFault:
		return found.Reason
	}
	return reflect.TypeOf(fault).Elem().Name()
}
