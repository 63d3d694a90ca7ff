package main

import (
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// need is one privilege that a call needs on one object.
type need struct {
	privilege string
	on        *types.ManagedObjectReference
}

// denied is the fault of a user who lacks a privilege that this call needs, or nil.
func denied(ctx *simulator.Context, method *simulator.Method, lacking []string) types.BaseMethodFault {
	if len(lacking) == 0 {
		return nil
	}
	for _, needed := range needs(ctx, method) {
		if slices.Contains(lacking, needed.privilege) {
			return &types.NoPermission{Object: needed.on, PrivilegeId: needed.privilege}
		}
	}
	return nil
}

// needs lists what a call needs. Source: "Required Privileges" of each method in the vSphere API reference.
func needs(ctx *simulator.Context, method *simulator.Method) []need {
	this := &method.This
	switch body := method.Body.(type) {
	case *types.AddPortGroup, *types.RemovePortGroup, *types.UpdatePortGroup, *types.AddVirtualSwitch,
		*types.RemoveVirtualSwitch, *types.UpdateVirtualSwitch:
		if system, ok := ctx.Map.Get(*this).(*networkSystem); ok {
			return []need{{"Host.Config.Network", &system.Host.Self}}
		}
	case *types.CreateDVS_Task:
		return []need{{"DVSwitch.Create", this}}
	case *types.AddDVPortgroup_Task:
		return []need{{"DVPortgroup.Create", this}}
	case *types.ReconfigureDVPortgroup_Task:
		return []need{{"DVPortgroup.Modify", this}}
	case *types.CreateFolder:
		return []need{{"Folder.Create", this}}
	case *types.MakeDirectory:
		return fileNeeds(ctx, body.Datacenter, body.Name)
	case *types.DeleteDatastoreFile_Task:
		return fileNeeds(ctx, body.Datacenter, body.Name)
	case *types.MoveDatastoreFile_Task:
		return fileNeeds(ctx, body.SourceDatacenter, body.SourceName)
	case *types.CopyVirtualDisk_Task:
		return fileNeeds(ctx, body.DestDatacenter, body.DestName)
	case *types.DeleteVirtualDisk_Task:
		return fileNeeds(ctx, body.Datacenter, body.Name)
	case *types.SearchDatastore_Task, *types.SearchDatastoreSubFolders_Task:
		if browser, ok := ctx.Map.Get(*this).(*simulator.HostDatastoreBrowser); ok && len(browser.Datastore) > 0 {
			return []need{{"Datastore.Browse", &browser.Datastore[0]}}
		}
	case *types.CreateVM_Task:
		return creationNeeds(ctx, body)
	case *types.ReconfigVM_Task:
		return changeNeeds(ctx, this, &body.Spec)
	case *types.PowerOnVM_Task:
		return []need{{"VirtualMachine.Interact.PowerOn", this}}
	case *types.PowerOffVM_Task, *types.ShutdownGuest:
		return []need{{"VirtualMachine.Interact.PowerOff", this}}
	case *types.SuspendVM_Task:
		return []need{{"VirtualMachine.Interact.Suspend", this}}
	case *types.CreateScreenshot_Task:
		return []need{{"VirtualMachine.Interact.CreateScreenshot", this}}
	case *types.CloneVM_Task:
		return []need{{"VirtualMachine.Provisioning.Clone", this}, {"VirtualMachine.Inventory.CreateFromExisting", &body.Folder}}
	case *types.Destroy_Task:
		if this.Type == "VirtualMachine" {
			return []need{{"VirtualMachine.Inventory.Delete", this}}
		}
		if this.Type == "DistributedVirtualPortgroup" {
			return []need{{"DVPortgroup.Delete", this}}
		}
		return []need{{"Folder.Delete", this}}
	}
	return nil
}

func fileNeeds(ctx *simulator.Context, datacenter *types.ManagedObjectReference, name string) []need {
	return []need{{"Datastore.FileManagement", datastoreOf(ctx, datacenter, name)}}
}

func datastoreOf(ctx *simulator.Context, datacenter *types.ManagedObjectReference, name string) *types.ManagedObjectReference {
	if _, datastore, _ := locate(ctx, datacenter, name); datastore != nil {
		return &datastore.Self
	}
	return nil
}

func creationNeeds(ctx *simulator.Context, body *types.CreateVM_Task) []need {
	folder := body.This
	found := []need{{"VirtualMachine.Inventory.Create", &folder}, {"Resource.AssignVMToPool", &body.Pool}}
	if datacenter := datacenterOf(ctx, folder); datacenter != nil && body.Config.Files != nil {
		found = append(found, need{"Datastore.AllocateSpace", datastoreOf(ctx, &datacenter.Self, body.Config.Files.VmPathName)})
	}
	for _, change := range body.Config.DeviceChange {
		spec := change.GetVirtualDeviceConfigSpec()
		switch spec.Device.(type) {
		case types.BaseVirtualEthernetCard:
			found = append(found, need{"Network.Assign", networkOf(ctx, folder, spec.Device)})
		case *types.VirtualDisk:
			if spec.FileOperation == "" {
				found = append(found, need{"VirtualMachine.Config.AddExistingDisk", &folder})
			}
		}
	}
	return found
}

func networkOf(ctx *simulator.Context, near types.ManagedObjectReference, device types.BaseVirtualDevice) *types.ManagedObjectReference {
	if backing, ok := device.GetVirtualDevice().Backing.(*types.VirtualEthernetCardDistributedVirtualPortBackingInfo); ok {
		if group := distributed(ctx, backing.Port.PortgroupKey); group != nil {
			return &group.Self
		}
		return nil
	}
	backing, ok := device.GetVirtualDevice().Backing.(*types.VirtualEthernetCardNetworkBackingInfo)
	datacenter := datacenterOf(ctx, near)
	if !ok || datacenter == nil {
		return nil
	}
	if folder, ok := ctx.Map.Get(datacenter.NetworkFolder).(*simulator.Folder); ok {
		return childNamed(ctx, folder, backing.DeviceName)
	}
	return nil
}

// onAnother says whether an edited card is put on another network than it is on.
func onAnother(ctx *simulator.Context, ref types.ManagedObjectReference, card types.BaseVirtualDevice) bool {
	vm, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return false
	}
	there := object.VirtualDeviceList(vm.Config.Hardware.Device).FindByKey(card.GetVirtualDevice().Key)
	if there == nil {
		return true
	}
	was, is := networkOf(ctx, ref, there), networkOf(ctx, ref, card)
	return was == nil || is == nil || *was != *is
}

func changeNeeds(ctx *simulator.Context, vm *types.ManagedObjectReference, spec *types.VirtualMachineConfigSpec) []need {
	var found []need
	add := func(privilege string, wanted bool) {
		if wanted {
			found = append(found, need{privilege, vm})
		}
	}
	add("VirtualMachine.Config.AdvancedConfig", len(spec.ExtraConfig) > 0)
	add("VirtualMachine.Config.CPUCount", spec.NumCPUs != 0)
	add("VirtualMachine.Config.Memory", spec.MemoryMB != 0)
	for _, change := range spec.DeviceChange {
		one := change.GetVirtualDeviceConfigSpec()
		_, disk := one.Device.(*types.VirtualDisk)
		_, card := one.Device.(types.BaseVirtualEthernetCard)
		if card && one.Operation != types.VirtualDeviceConfigSpecOperationRemove && onAnother(ctx, *vm, one.Device) {
			found = append(found, need{"Network.Assign", networkOf(ctx, *vm, one.Device)})
		}
		switch one.Operation {
		case types.VirtualDeviceConfigSpecOperationEdit:
			add("VirtualMachine.Config.EditDevice", true)
		case types.VirtualDeviceConfigSpecOperationAdd:
			add("VirtualMachine.Config.AddRemoveDevice", !disk)
			add("VirtualMachine.Config.AddExistingDisk", disk && one.FileOperation == "")
		case types.VirtualDeviceConfigSpecOperationRemove:
			add("VirtualMachine.Config.AddRemoveDevice", !disk)
			add("VirtualMachine.Config.RemoveDisk", disk)
		}
	}
	return found
}

// role answers what a user may do.
type role struct {
	*simulator.AuthorizationManager

	lacking []string
}

// HasPrivilegeOnEntities says no to what is lacking, on every object.
func (r *role) HasPrivilegeOnEntities(req *types.HasPrivilegeOnEntities) soap.HasFault {
	answer := r.AuthorizationManager.HasPrivilegeOnEntities(req)
	if body, ok := answer.(*methods.HasPrivilegeOnEntitiesBody); ok && body.Res != nil {
		for _, entity := range body.Res.Returnval {
			for i := range entity.PrivAvailability {
				entity.PrivAvailability[i].IsGranted = !slices.Contains(r.lacking, entity.PrivAvailability[i].PrivId)
			}
		}
	}
	return answer
}
