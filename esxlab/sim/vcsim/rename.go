package main

import (
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// renamer gives a datastore another name, which vcsim cannot. On a real server every path below it then begins with
// the new name, for the name is only how its volume is shown ("Datastore", vSphere Web Services API: "name ... can be
// changed"; a host that joins a vCenter where its name is taken gets "datastore1 (1)").
type renamer struct {
	*simulator.Datastore

	space *space
}

func (r *renamer) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	old, plain := r.Name, r.Datastore
	task := simulator.CreateTask(plain, "rename", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		r.space.rename(old, req.NewName)
		plain.Info.GetDatastoreInfo().Name = req.NewName
		plain.Summary.Name = req.NewName
		ctx.Update(plain, []types.PropertyChange{{Name: "name", Val: req.NewName}})
		for _, ref := range plain.Vm {
			if vm, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine); ok {
				ctx.Map.WithLock(ctx, vm, func() { showBelow(vm, "["+old+"] ", "["+req.NewName+"] ") })
			}
		}
		return nil, nil
	})
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: task.Run(ctx)}}
}

// showBelow turns the machine's paths that begin with `old` into such that begin with `fresh`.
func showBelow(vm *simulator.VirtualMachine, old, fresh string) {
	files := &vm.Config.Files
	paths := []*string{
		&files.VmPathName, &files.SnapshotDirectory, &files.SuspendDirectory, &files.LogDirectory, &vm.Summary.Config.VmPathName,
	}
	for _, device := range vm.Config.Hardware.Device {
		if backing, ok := device.GetVirtualDevice().Backing.(types.BaseVirtualDeviceFileBackingInfo); ok {
			paths = append(paths, &backing.GetVirtualDeviceFileBackingInfo().FileName)
		}
	}
	for _, path := range paths {
		if below, ok := strings.CutPrefix(*path, old); ok {
			*path = fresh + below
		}
	}
}
