package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// refreshed tells what is free, where vcsim would say a terabyte for each host.
type refreshed struct {
	*simulator.Datastore

	space *space
}

func (r *refreshed) RefreshDatastore(ctx *simulator.Context, req *types.RefreshDatastore) soap.HasFault {
	answer := r.Datastore.RefreshDatastore(ctx, req)
	r.space.tell(ctx)
	return answer
}

// datastoreSystem lets a second host mount a datastore (vcsim does it, but answers with an empty reference) and
// gives it the capacity that the school wants.
type datastoreSystem struct {
	*simulator.HostDatastoreSystem

	space *space
}

func (s *datastoreSystem) CreateLocalDatastore(ctx *simulator.Context, req *types.CreateLocalDatastore) soap.HasFault {
	answer := s.HostDatastoreSystem.CreateLocalDatastore(ctx, req)
	body, ok := answer.(*methods.CreateLocalDatastoreBody)
	if ok && body.Res != nil && body.Res.Returnval.Value == "" {
		body.Res.Returnval = ctx.Map.FindByName(req.Name, s.HostDatastoreSystem.Datastore).Reference()
	}
	s.space.tell(ctx)
	return answer
}
