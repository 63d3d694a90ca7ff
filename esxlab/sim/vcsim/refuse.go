package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
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
// Two machines with one name in one folder: DuplicateName. A shutdown or reboot through Tools: the guest's
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
		if twin := ctx.Map.FindByName(body.Config.Name, folder.ChildEntity); twin != nil {
			return nil, &types.DuplicateName{Name: body.Config.Name, Object: twin.Reference()}
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
