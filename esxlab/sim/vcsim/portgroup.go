package main

import (
	"slices"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// management is the port group of the host's own card.
const management = "Management Network"

// networkSystem makes port groups behave as on a real host: the same name on two hosts is one Network of the
// datacenter; a second one on the same host is AlreadyExists; one in use cannot be removed (ResourceInUse);
// and HostSystem.network lists what was added. Source: HostNetworkSystem in the vSphere API reference.
type networkSystem struct {
	*simulator.HostNetworkSystem

	// guards NetworkInfo.Portgroup, which a machine that changes looks at while it holds its own lock
	ports sync.RWMutex
}

func (s *networkSystem) has(name string) bool {
	_, found := s.vlan(name)
	return found
}

func (s *networkSystem) vlan(name string) (int32, bool) {
	s.ports.RLock()
	defer s.ports.RUnlock()
	for _, group := range s.NetworkInfo.Portgroup {
		if group.Spec.Name == name {
			return group.Spec.VlanId, true
		}
	}
	return 0, false
}

// network is the Network of this name in the host's datacenter, or nil.
func (s *networkSystem) network(ctx *simulator.Context, name string) *mo.Network {
	datacenter := datacenterOf(ctx, s.Host.Self)
	if datacenter == nil {
		return nil
	}
	folder := ctx.Map.Get(datacenter.NetworkFolder).(*simulator.Folder)
	for _, child := range folder.ChildEntity { // a distributed port group may have the same name
		if found, ok := ctx.Map.Get(child).(*mo.Network); ok && found.Name == name {
			return found
		}
	}
	return nil
}

// distributed is the distributed port group with this key, or nil: the keys are vcsim's own ids.
func distributed(ctx *simulator.Context, key string) *simulator.DistributedVirtualPortgroup {
	ref := types.ManagedObjectReference{Type: "DistributedVirtualPortgroup", Value: key}
	found, _ := ctx.Map.Get(ref).(*simulator.DistributedVirtualPortgroup)
	return found
}

// distributedVlan is the name and the VLAN of a distributed port group, and whether this host has it.
func distributedVlan(ctx *simulator.Context, host *types.ManagedObjectReference, key string) (string, int32, bool) {
	group := distributed(ctx, key)
	if group == nil || host == nil {
		return "", 0, false
	}
	setting, ok := group.Config.DefaultPortConfig.(*types.VMwareDVSPortSetting)
	if !ok {
		return group.Name, 0, false
	}
	vlan, ok := setting.Vlan.(*types.VmwareDistributedVirtualSwitchVlanIdSpec)
	if !ok {
		return group.Name, 0, false
	}
	return group.Name, vlan.VlanId, slices.Contains(group.Host, *host)
}

func (s *networkSystem) AddPortGroup(ctx *simulator.Context, req *types.AddPortGroup) soap.HasFault {
	name := req.Portgrp.Name
	if s.has(name) {
		return &methods.AddPortGroupBody{Fault_: simulator.Fault("", &types.AlreadyExists{Name: name})}
	}
	s.ports.Lock()
	defer s.ports.Unlock()
	at := slices.IndexFunc(s.NetworkInfo.Vswitch, func(v types.HostVirtualSwitch) bool {
		return v.Name == req.Portgrp.VswitchName
	})
	network := s.network(ctx, name)
	if name == "" || at < 0 || network == nil {
		answer := s.HostNetworkSystem.AddPortGroup(ctx, req)
		if answer.Fault() == nil {
			s.join(s.network(ctx, name))
		}
		return answer
	}
	s.NetworkInfo.Vswitch[at].Portgroup = append(s.NetworkInfo.Vswitch[at].Portgroup, name)
	s.NetworkInfo.Portgroup = append(s.NetworkInfo.Portgroup, types.HostPortGroup{
		Key: "key-vim.host.PortGroup-" + name, Spec: req.Portgrp,
	})
	s.join(network)
	return &methods.AddPortGroupBody{Res: &types.AddPortGroupResponse{}}
}

// UpdatePortGroup changes a port group in place: VLAN, switch, name. The cards on it hear the new VLAN at once.
func (s *networkSystem) UpdatePortGroup(ctx *simulator.Context, req *types.UpdatePortGroup) soap.HasFault {
	body := &methods.UpdatePortGroupBody{}
	spec := req.Portgrp
	switch {
	case !s.has(req.PgName) || !s.hasSwitch(spec.VswitchName):
		body.Fault_ = simulator.Fault("", &types.NotFound{})
	case spec.Name != req.PgName && s.has(spec.Name):
		body.Fault_ = simulator.Fault("", &types.AlreadyExists{Name: spec.Name})
	case spec.Name != req.PgName: // which cards then hang on what is not modelled
		body.Fault_ = simulator.Fault("", &types.NotSupported{})
	default:
		s.change(req.PgName, spec)
		s.tell(ctx, req.PgName)
		body.Res = &types.UpdatePortGroupResponse{}
	}
	return body
}

func (s *networkSystem) change(name string, spec types.HostPortGroupSpec) {
	s.ports.Lock()
	defer s.ports.Unlock()
	for i := range s.NetworkInfo.Portgroup {
		if s.NetworkInfo.Portgroup[i].Spec.Name == name {
			s.NetworkInfo.Portgroup[i].Spec = spec
		}
	}
	for i := range s.NetworkInfo.Vswitch {
		plain := &s.NetworkInfo.Vswitch[i]
		plain.Portgroup = slices.DeleteFunc(slices.Clone(plain.Portgroup), func(p string) bool { return p == name })
		if plain.Name == spec.VswitchName {
			plain.Portgroup = append(plain.Portgroup, name)
		}
	}
}

// tell has the hypervisor look again at the running machines with a card on this port group.
func (s *networkSystem) tell(ctx *simulator.Context, name string) {
	for _, entity := range ctx.Map.All("VirtualMachine") {
		vm, ok := entity.(*simulator.VirtualMachine)
		if !ok || vm.Runtime.Host == nil || *vm.Runtime.Host != s.Host.Self {
			continue
		}
		ctx.Map.WithLock(ctx, vm, func() {
			if plugged(vm, name) {
				ctx.Map.Update(ctx, vm, []types.PropertyChange{{Name: "config.hardware.device", Val: vm.Config.Hardware.Device}})
			}
		})
	}
}

func (s *networkSystem) hasSwitch(name string) bool {
	return slices.ContainsFunc(s.NetworkInfo.Vswitch, func(v types.HostVirtualSwitch) bool { return v.Name == name })
}

// UpdateVirtualSwitch changes a vSwitch in place.
func (s *networkSystem) UpdateVirtualSwitch(req *types.UpdateVirtualSwitch) soap.HasFault {
	body := &methods.UpdateVirtualSwitchBody{Fault_: simulator.Fault("", &types.NotFound{})}
	for i := range s.NetworkInfo.Vswitch {
		if s.NetworkInfo.Vswitch[i].Name == req.VswitchName {
			s.NetworkInfo.Vswitch[i].Spec = req.Spec
			body = &methods.UpdateVirtualSwitchBody{Res: &types.UpdateVirtualSwitchResponse{}}
		}
	}
	return body
}

// RemoveVirtualSwitch refuses while a port group of the switch has a machine, or the host's own card, on it.
func (s *networkSystem) RemoveVirtualSwitch(ctx *simulator.Context, req *types.RemoveVirtualSwitch) soap.HasFault {
	for _, group := range s.NetworkInfo.Portgroup {
		name := group.Spec.Name
		if group.Spec.VswitchName == req.VswitchName && (name == management || s.inUse(ctx, name)) {
			used := &types.ResourceInUse{Type: "HostVirtualSwitch", Name: req.VswitchName}
			fault := simulator.Fault("The resource '"+req.VswitchName+"' is in use.", used)
			return &methods.RemoveVirtualSwitchBody{Fault_: fault}
		}
	}
	return s.HostNetworkSystem.RemoveVirtualSwitch(req)
}

func (s *networkSystem) join(network *mo.Network) {
	if network == nil {
		return
	}
	network.Host = append(network.Host, s.Host.Self)
	s.Host.Network = append(s.Host.Network, network.Self)
}

func (s *networkSystem) RemovePortGroup(ctx *simulator.Context, req *types.RemovePortGroup) soap.HasFault {
	name := req.PgName
	if !s.has(name) {
		return &methods.RemovePortGroupBody{Fault_: simulator.Fault("", &types.NotFound{})}
	}
	if name == management || s.inUse(ctx, name) {
		used := &types.ResourceInUse{Type: "HostPortGroup", Name: name}
		return &methods.RemovePortGroupBody{Fault_: simulator.Fault("The resource '"+name+"' is in use.", used)}
	}
	elsewhere := s.elsewhere(ctx, name)
	s.ports.Lock()
	defer s.ports.Unlock()
	network := s.network(ctx, name)
	if network != nil {
		network.Host = without(network.Host, s.Host.Self)
		s.Host.Network = without(s.Host.Network, network.Self)
	}
	if network != nil && !elsewhere {
		return s.HostNetworkSystem.RemovePortGroup(ctx, req)
	}
	for i := range s.NetworkInfo.Vswitch {
		ports := &s.NetworkInfo.Vswitch[i].Portgroup
		*ports = slices.DeleteFunc(slices.Clone(*ports), func(p string) bool { return p == name })
	}
	s.NetworkInfo.Portgroup = slices.DeleteFunc(slices.Clone(s.NetworkInfo.Portgroup), func(p types.HostPortGroup) bool {
		return p.Spec.Name == name
	})
	return &methods.RemovePortGroupBody{Res: &types.RemovePortGroupResponse{}}
}

// elsewhere says whether another host of the same datacenter has this port group too.
func (s *networkSystem) elsewhere(ctx *simulator.Context, name string) bool {
	mine := datacenterOf(ctx, s.Host.Self)
	for _, found := range ctx.Map.AllReference("HostNetworkSystem") {
		other, ok := found.(*networkSystem)
		if ok && other.Self != s.Self && datacenterOf(ctx, other.Host.Self) == mine && other.has(name) {
			return true
		}
	}
	return false
}

func (s *networkSystem) inUse(ctx *simulator.Context, name string) bool {
	used := false
	for _, entity := range ctx.Map.All("VirtualMachine") {
		vm, ok := entity.(*simulator.VirtualMachine)
		if !ok || vm.Runtime.Host == nil || *vm.Runtime.Host != s.Host.Self {
			continue
		}
		ctx.Map.WithLock(ctx, vm, func() { used = used || plugged(vm, name) })
	}
	return used
}

func plugged(vm *simulator.VirtualMachine, name string) bool {
	for _, device := range vm.Config.Hardware.Device {
		backing, ok := device.GetVirtualDevice().Backing.(*types.VirtualEthernetCardNetworkBackingInfo)
		if ok && backing.DeviceName == name {
			return true
		}
	}
	return false
}

func without(refs []types.ManagedObjectReference, gone types.ManagedObjectReference) []types.ManagedObjectReference {
	return slices.DeleteFunc(slices.Clone(refs), func(r types.ManagedObjectReference) bool { return r == gone })
}

func datacenterOf(ctx *simulator.Context, ref types.ManagedObjectReference) *simulator.Datacenter {
	for {
		entity, ok := ctx.Map.Get(ref).(mo.Entity)
		if !ok {
			return nil
		}
		if datacenter, ok := entity.(*simulator.Datacenter); ok {
			return datacenter
		}
		parent := entity.Entity().Parent
		if parent == nil {
			return nil
		}
		ref = *parent
	}
}
