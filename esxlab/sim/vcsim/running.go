package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	mib = int64(1) << 20
	// what ESXi itself takes, in MiB; vcsim's own figure
	hypervisorTakes = 1404
	// how long a machine that was let power on may take to be on
	startingFor = 10 * time.Second
)

// running knows what running machines hold: memory of their host, and their files. The school's hosts promise no
// memory twice, as if all of it were reserved.
type running struct {
	memory   int64 // MiB of each host; 0: as vcsim has it, and without limit
	registry *simulator.Registry
	mutex    sync.Mutex
	starting sync.Map // machine -> when it was let power on; until it is on
	pending  bool
}

func background(ctx *simulator.Context) *simulator.Context {
	return &simulator.Context{Map: ctx.Map, Session: ctx.Session, Context: context.Background()}
}

// equip gives a host the memory that the school wants.
func (r *running) equip(host *simulator.HostSystem) {
	if r.memory > 0 {
		host.Hardware.MemorySize = r.memory * mib
		host.Summary.Hardware.MemorySize = r.memory * mib
	}
}

// holding is what one running machine has of its host.
type holding struct {
	self, host types.ManagedObjectReference
	datacenter *simulator.Datacenter
	memory     int64 // MiB
	files      []string
}

func holdingOf(ctx *simulator.Context, vm *simulator.VirtualMachine) (found holding, on bool) {
	ctx.Map.WithLock(ctx, vm, func() {
		on = vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn
		found = holding{self: vm.Self, memory: int64(vm.Config.Hardware.MemoryMB)}
		if vm.Runtime.Host != nil {
			found.host = *vm.Runtime.Host
		}
		found.files = append(attachedDisks(vm), vm.Config.Files.VmPathName)
	})
	found.datacenter = datacenterOf(ctx, vm.Self)
	return found, on
}

func (r *running) holdings(ctx *simulator.Context) []holding {
	var found []holding
	for _, entity := range ctx.Map.All("VirtualMachine") {
		vm, ok := entity.(*simulator.VirtualMachine)
		if !ok {
			continue
		}
		if held, on := holdingOf(ctx, vm); on || r.isStarting(vm.Self) {
			found = append(found, held)
		}
	}
	return found
}

func (r *running) isStarting(vm types.ManagedObjectReference) bool {
	began, ok := r.starting.Load(vm)
	return ok && time.Since(began.(time.Time)) < startingFor
}

// admit is why this machine cannot be powered on, or nil: then what it needs is promised to it.
func (r *running) admit(ctx *simulator.Context, vm *simulator.VirtualMachine) types.BaseMethodFault {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	wanted, on := holdingOf(ctx, vm)
	if on {
		return nil // vcsim refuses it
	}
	free := r.memory - hypervisorTakes
	for _, held := range r.holdings(ctx) {
		if held.self == wanted.self {
			continue
		}
		if held.host == wanted.host {
			free -= held.memory
		}
		for _, file := range wanted.files {
			if held.holds(file, wanted.datacenter) {
				return &types.FileLocked{FileFault: types.FileFault{File: file}}
			}
		}
	}
	if r.memory > 0 && wanted.memory > free {
		return &types.InsufficientMemoryResourcesFault{Unreserved: max(free, 0) * mib, Requested: wanted.memory * mib}
	}
	r.starting.Store(vm.Self, time.Now())
	return nil
}

// settled is told that a machine is on, or off. Its lock is held, so nothing of ours may be waited for.
func (r *running) settled(vm types.ManagedObjectReference) {
	r.starting.Delete(vm)
	go r.refresh()
}

// lock is the fault of touching a file, or a folder, that a running machine holds; nil when nobody does.
func (r *running) lock(ctx *simulator.Context, datacenter *types.ManagedObjectReference, name string) types.BaseMethodFault {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var where *simulator.Datacenter
	if datacenter != nil {
		where, _ = ctx.Map.Get(*datacenter).(*simulator.Datacenter)
	}
	for _, held := range r.holdings(ctx) {
		if held.holds(name, where) {
			return &types.FileLocked{FileFault: types.FileFault{File: name}}
		}
	}
	return nil
}

// holds says whether this is a file of the machine's, or a folder with one in it.
func (h holding) holds(name string, datacenter *simulator.Datacenter) bool {
	if datacenter != nil && h.datacenter != nil && datacenter.Self != h.datacenter.Self {
		return false
	}
	asked := normal(name)
	for _, file := range h.files {
		own := normal(file)
		if asked == own || asked == simulator.VirtualDiskBackingFileName(own) || strings.HasPrefix(own, asked+"/") {
			return true
		}
	}
	return false
}

func normal(name string) string {
	var at object.DatastorePath
	if !at.FromString(name) {
		return name
	}
	at.Path = strings.Trim(at.Path, "/")
	return at.String()
}

// refresh brings HostSystem.summary.quickStats up to date soon; several wishes at once are one.
func (r *running) refresh() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.pending || r.memory == 0 {
		return
	}
	r.pending = true
	time.AfterFunc(50*time.Millisecond, func() {
		ctx := &simulator.Context{Context: context.Background(), Map: r.registry}
		r.mutex.Lock()
		r.pending = false
		used := map[types.ManagedObjectReference]int64{}
		for _, held := range r.holdings(ctx) {
			used[held.host] += held.memory
		}
		r.mutex.Unlock()
		for _, entity := range r.registry.All("HostSystem") {
			if host, ok := entity.(*simulator.HostSystem); ok {
				ctx.Map.AtomicUpdate(ctx, host, []types.PropertyChange{{
					Name: "summary.quickStats.overallMemoryUsage", Val: int32(hypervisorTakes + used[host.Self]),
				}})
			}
		}
	})
}
