package main

import (
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// standIn is a type that nobody looks up: with the machine's own, the session's look-up would put the machine
// back in the place of the object that shall answer for it (simulator.Service.call).
const standIn = "StandIn"

// refusals looks at every call first: it answers as a real server does where vcsim accepts.
type refusals struct {
	say      func(any)
	space    *space
	running  *running
	sessions *sessions
}

// refuse is simulator.Registry.Handler: a fault, another object that shall answer, or neither.
func (r *refusals) refuse(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	if ctx.Session != nil {
		r.sessions.number(ctx.Session)
		if method.Name == "Logout" {
			ctx.Map.RemoveHandler(&ear{self: earOf(ctx.Session)})
		}
	}
	wanted := ordersOf(method.Header)
	if fault := denied(ctx, method, wanted.Lacking); fault != nil {
		return nil, fault
	}
	asked := ctx.Map.Get(method.This)
	if asked == nil {
		return nil, nil
	}
	other := r.other(ctx, method, asked, wanted)
	if other != nil && ctx.Session != nil { // without a session vcsim names the object that was asked in its refusal
		method.This.Type = standIn
	}
	return other, nil
}

// other is the object that shall answer in the place of the one that was asked, or nil.
func (r *refusals) other(ctx *simulator.Context, method *simulator.Method, asked mo.Reference, wanted orders) mo.Reference {
	_, copies := method.Body.(*types.CopyVirtualDisk_Task)
	if wanted.Fail != nil && !copies { // a copy begins, and fails on its way (copydisk.go)
		return &failing{asked, wanted.Fail.fault(), wanted.Fail.Text, wanted.Fail.wait()}
	}
	if fault := r.impossible(ctx, method, asked); fault != nil {
		return refusing(asked, fault)
	}
	switch method.Body.(type) {
	case *types.ShutdownGuest, *types.RebootGuest: // the guest's own affair
		if vm, ok := asked.(*simulator.VirtualMachine); ok {
			return &guestPower{vm, r.say}
		}
	case *types.Destroy_Task: // the machine's own files only
		r.space.refresh()
		if vm, ok := asked.(*simulator.VirtualMachine); ok {
			return &destroyer{vm}
		}
	case *types.CreateScreenshot_Task:
		if vm, ok := asked.(*simulator.VirtualMachine); ok {
			return &photographed{vm, wanted.Picture}
		}
	case *types.Rename_Task:
		if datastore, ok := asked.(*simulator.Datastore); ok {
			return &renamer{datastore, r.space}
		}
	case *types.HasPrivilegeOnEntities:
		if manager, ok := asked.(*simulator.AuthorizationManager); ok && len(wanted.Lacking) > 0 {
			return &role{manager, wanted.Lacking}
		}
	case *types.DeleteVirtualDisk_Task, *types.DeleteDatastoreFile_Task:
		r.space.refresh()
	case *types.RefreshDatastore:
		if datastore, ok := asked.(*simulator.Datastore); ok {
			return &refreshed{datastore, r.space}
		}
	case *types.SearchDatastore_Task, *types.SearchDatastoreSubFolders_Task:
		return browsing(asked)
	}
	return nil
}

// impossible is the fault with which this call's task fails on a real server, or nil. Names are unique in a folder;
// running machines hold their files and their memory; nothing is left behind by what cannot be.
func (r *refusals) impossible(ctx *simulator.Context, method *simulator.Method, asked mo.Reference) types.BaseMethodFault {
	if vm, ok := asked.(*simulator.VirtualMachine); ok && exclusive[method.Name] {
		if fault := busy(ctx, vm); fault != nil {
			return fault
		}
	}
	switch body := method.Body.(type) {
	case *types.CreateVM_Task:
		address(ctx, body.Config.DeviceChange)
		if folder, ok := asked.(*simulator.Folder); ok {
			return uncreatable(ctx, folder, &body.Config)
		}
	case *types.RegisterVM_Task:
		if folder, ok := asked.(*simulator.Folder); ok && body.Name != "" {
			return duplicate(ctx, folder, body.Name, nil)
		}
	case *types.ReconfigVM_Task:
		address(ctx, body.Spec.DeviceChange)
		return renaming(ctx, asked, body.Spec.Name)
	case *types.Rename_Task:
		return renaming(ctx, asked, body.NewName)
	case *types.PowerOnVM_Task:
		if vm, ok := asked.(*simulator.VirtualMachine); ok {
			if fault := reserved(ctx, vm); fault != nil {
				return fault
			}
			return r.running.admit(ctx, vm)
		}
	case *types.CopyVirtualDisk_Task:
		return r.running.lock(ctx, body.SourceDatacenter, body.SourceName)
	case *types.DeleteVirtualDisk_Task:
		return r.running.lock(ctx, body.Datacenter, body.Name)
	case *types.MoveVirtualDisk_Task:
		return r.running.lock(ctx, body.SourceDatacenter, body.SourceName)
	case *types.MoveDatastoreFile_Task:
		return r.running.lock(ctx, body.SourceDatacenter, body.SourceName)
	case *types.DeleteDatastoreFile_Task:
		if r.running.lock(ctx, body.Datacenter, body.Name) != nil {
			return &types.CannotDeleteFile{FileFault: types.FileFault{File: body.Name}}
		}
	}
	return nil
}

// browsing is who searches in the place of a datastore browser of vcsim's, or nil.
func browsing(asked mo.Reference) mo.Reference {
	if plain, ok := asked.(*simulator.HostDatastoreBrowser); ok {
		return &browser{plain}
	}
	return nil
}

// uncreatable is the fault of a machine that cannot be created, or nil.
func uncreatable(ctx *simulator.Context, folder *simulator.Folder, config *types.VirtualMachineConfigSpec) types.BaseMethodFault {
	if fault := duplicate(ctx, folder, config.Name, nil); fault != nil {
		return fault
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

// renaming is the fault of giving a machine or a folder the name of another beside it, or nil.
func renaming(ctx *simulator.Context, asked mo.Reference, name string) types.BaseMethodFault {
	entity, ok := asked.(mo.Entity)
	if !ok || name == "" || entity.Entity().Parent == nil {
		return nil
	}
	if folder, ok := ctx.Map.Get(*entity.Entity().Parent).(*simulator.Folder); ok {
		return duplicate(ctx, folder, name, asked)
	}
	return nil
}

func duplicate(ctx *simulator.Context, folder *simulator.Folder, name string, itself mo.Reference) types.BaseMethodFault {
	twin := childNamed(ctx, folder, name)
	if twin == nil || (itself != nil && *twin == itself.Reference()) {
		return nil
	}
	return &types.DuplicateName{Name: name, Object: *twin}
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
