package main

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// destroyer stands in for a machine when it is destroyed. A real server deletes every attached disk, wherever
// it lies, and the machine's own files, and the folder only if it is empty then; vcsim deletes the whole folder,
// somebody else's files too, and only after it has said that it is done.
type destroyer struct {
	*simulator.VirtualMachine
}

var own = []string{".vmx", ".vmxf", ".vmsd", ".vswp", ".nvram", ".log"}

// DestroyTask is Destroy_Task.
func (d *destroyer) DestroyTask(ctx *simulator.Context, req *types.Destroy_Task) soap.HasFault {
	vm := d.VirtualMachine
	datacenter := datacenterOf(ctx, vm.Self)
	task := simulator.CreateTask(vm, "destroy", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		doomed := attachedDisks(vm)
		answer := vm.UnregisterVM(ctx, &types.UnregisterVM{This: vm.Self})
		if fault := answer.Fault(); fault != nil {
			return nil, fault.VimFault().(types.BaseMethodFault)
		}
		if datacenter == nil {
			return nil, nil
		}
		for _, disk := range doomed {
			if file, _, fault := locate(ctx, &datacenter.Self, disk); fault == nil {
				_ = os.Remove(simulator.VirtualDiskBackingFileName(file))
				_ = os.Remove(file)
			}
		}
		if vmx, _, fault := locate(ctx, &datacenter.Self, vm.Config.Files.VmPathName); fault == nil {
			removeOwn(vmx)
		}
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: task.Run(ctx)}}
}

func attachedDisks(vm *simulator.VirtualMachine) []string {
	var found []string
	for _, device := range vm.Config.Hardware.Device {
		disk, ok := device.(*types.VirtualDisk)
		if !ok {
			continue
		}
		if backing, ok := disk.Backing.(types.BaseVirtualDeviceFileBackingInfo); ok {
			found = append(found, backing.GetVirtualDeviceFileBackingInfo().FileName)
		}
	}
	return found
}

func removeOwn(vmx string) {
	folder := path.Dir(vmx)
	stem := strings.TrimSuffix(path.Base(vmx), ".vmx")
	found, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, file := range found {
		name := filepath.Base(file)
		if !strings.HasPrefix(name, stem) && !strings.HasPrefix(name, "vmware") {
			continue
		}
		for _, suffix := range own {
			if strings.HasSuffix(name, suffix) {
				_ = os.Remove(file)
			}
		}
	}
	_ = os.Remove(folder) // fails when something is left in it, as it shall
}
