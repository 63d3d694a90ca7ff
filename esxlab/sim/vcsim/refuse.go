package main

import (
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// standIn is a type that nobody looks up: with the machine's own, the session's look-up would put the machine
// back in the place of the object that shall answer for it (simulator.Service.call).
const standIn = "StandIn"

// refusals looks at every call first: it answers as a real server does where vcsim accepts.
type refusals struct {
	say   func(any)
	space *space
}

// refuse is simulator.Registry.Handler: a fault, another object that shall answer, or neither.
//
// A machine with the name of another in the same folder: DuplicateName; on a disk that is not there: FileNotFound,
// and no files left behind. A shutdown or reboot through Tools: the guest's
// own affair, ToolsUnavailable when they do not run. A destruction:
// the machine's own files only. A search of a datastore without a specification, which a
// real server allows, makes vcsim panic: it gets an empty one.
func (r *refusals) refuse(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	switch body := method.Body.(type) {
	case *types.CreateVM_Task:
		folder, ok := ctx.Map.Get(method.This).(*simulator.Folder)
		if !ok {
			return nil, nil
		}
		if fault := impossible(ctx, folder, &body.Config); fault != nil {
			method.This.Type = standIn
			return &refusingFolder{folder, fault}, nil
		}
	case *types.ShutdownGuest, *types.RebootGuest:
		if vm, ok := ctx.Map.Get(method.This).(*simulator.VirtualMachine); ok {
			method.This.Type = standIn
			return &guestPower{vm, r.say}, nil
		}
	case *types.Destroy_Task:
		r.space.refresh()
		if vm, ok := ctx.Map.Get(method.This).(*simulator.VirtualMachine); ok {
			method.This.Type = standIn
			return &destroyer{vm}, nil
		}
	case *types.DeleteVirtualDisk_Task, *types.DeleteDatastoreFile_Task, *types.RefreshDatastore:
		r.space.refresh()
	case *types.SearchDatastore_Task:
		if body.SearchSpec == nil {
			body.SearchSpec = &types.HostDatastoreBrowserSearchSpec{}
		}
	case *types.SearchDatastoreSubFolders_Task:
		if body.SearchSpec == nil {
			body.SearchSpec = &types.HostDatastoreBrowserSearchSpec{}
		}
	}
	return nil, nil
}

// refusingFolder answers a creation with a task that fails, and creates nothing.
type refusingFolder struct {
	*simulator.Folder

	fault types.BaseMethodFault
}

// CreateVMTask is CreateVM_Task.
func (f *refusingFolder) CreateVMTask(ctx *simulator.Context, _ *types.CreateVM_Task) soap.HasFault {
	task := simulator.CreateTask(f.Folder, "createVm", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return nil, f.fault
	})
	return &methods.CreateVM_TaskBody{Res: &types.CreateVM_TaskResponse{Returnval: task.Run(ctx)}}
}

// impossible is the fault of a machine that cannot be created, or nil.
func impossible(ctx *simulator.Context, folder *simulator.Folder, config *types.VirtualMachineConfigSpec) types.BaseMethodFault {
	if twin := childNamed(ctx, folder, config.Name); twin != nil {
		return &types.DuplicateName{Name: config.Name, Object: *twin}
	}
	datacenter := datacenterOf(ctx, folder.Self)
	if datacenter == nil {
		return nil
	}
	for _, change := range config.DeviceChange {
		spec := change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*types.VirtualDisk)
		if !ok || spec.FileOperation != "" {
			continue
		}
		backing, ok := disk.Backing.(types.BaseVirtualDeviceFileBackingInfo)
		if !ok {
			continue
		}
		name := backing.GetVirtualDeviceFileBackingInfo().FileName
		file, _, fault := locate(ctx, &datacenter.Self, name)
		if fault != nil {
			return fault
		}
		if _, err := os.Stat(file); err != nil {
			return fileFault(name, err)
		}
	}
	return nil
}

// childNamed finds a folder's child by its name. Registry.FindByName would do, but it panics when it meets a
// machine that another task is just creating and that has no name yet.
func childNamed(ctx *simulator.Context, folder *simulator.Folder, name string) *types.ManagedObjectReference {
	for _, ref := range folder.ChildEntity {
		entity, ok := ctx.Map.Get(ref).(mo.Entity)
		if ok && entity.Entity().Name == name {
			return &ref
		}
	}
	return nil
}
