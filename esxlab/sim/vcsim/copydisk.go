package main

import (
	"fmt"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// diskManager copies disks as a real server does: the task is queued, runs with progress beside at most some
// others of its datastore, leaves a half copy while it runs, and the copied descriptor names the copied extent.
type diskManager struct {
	*simulator.VirtualDiskManager

	space    *space
	duration atomic.Int64 // nanoseconds
	width    int
	count    atomic.Int64
	mutex    sync.Mutex
	slots    map[types.ManagedObjectReference]chan struct{}
}

func newDiskManager(plain *simulator.VirtualDiskManager, wanted configuration, room *space) *diskManager {
	width := wanted.CopiesPerDatastore
	if width <= 0 {
		width = 4
	}
	m := &diskManager{
		VirtualDiskManager: plain,
		space:              room,
		width:              width,
		slots:              make(map[types.ManagedObjectReference]chan struct{}),
	}
	m.keep(wanted.CopySeconds)
	return m
}

// keep says how long a copy takes from now on.
func (m *diskManager) keep(seconds float64) { m.duration.Store(int64(seconds * float64(time.Second))) }

func (m *diskManager) CopyVirtualDiskTask(ctx *simulator.Context, req *types.CopyVirtualDisk_Task) soap.HasFault {
	task := simulator.CreateTask(m, "copyVirtualDisk", nil)
	task.Self = types.ManagedObjectReference{Type: "Task", Value: fmt.Sprintf("task-copy-%d", m.count.Add(1))}
	task.Info.Key, task.Info.Task = task.Self.Value, task.Self
	ctx.Map.Put(task)
	own := background(ctx)
	source, _, fault := locate(own, req.SourceDatacenter, req.SourceName)
	target, datastore, targetFault := locate(own, req.DestDatacenter, req.DestName)
	if fault == nil {
		fault = targetFault
	}
	go m.run(own, task, func() types.BaseMethodFault {
		if fault != nil {
			return fault
		}
		slot := m.slot(datastore.Self)
		slot <- struct{}{}
		defer func() { <-slot }()
		update(own, task, "info.startTime", time.Now(), "info.state", types.TaskInfoStateRunning, "info.progress", int32(0))
		defer m.space.refresh()
		return m.copy(own, task, copying{source, target, datastore, isTrue(req.Force), thin(req.DestSpec), ordersOf(ctx.Header).Fail})
	})
	return &methods.CopyVirtualDisk_TaskBody{Res: &types.CopyVirtualDisk_TaskResponse{Returnval: task.Self}}
}

func (m *diskManager) run(ctx *simulator.Context, task *simulator.Task, work func() types.BaseMethodFault) {
	if fault := work(); fault != nil {
		text := words(fault)
		update(ctx, task, "info.completeTime", time.Now(), "info.state", types.TaskInfoStateError,
			"info.error", types.LocalizedMethodFault{Fault: fault, LocalizedMessage: text})
		return
	}
	update(ctx, task, "info.completeTime", time.Now(), "info.state", types.TaskInfoStateSuccess)
}

func (m *diskManager) slot(datastore types.ManagedObjectReference) chan struct{} {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.slots[datastore] == nil {
		m.slots[datastore] = make(chan struct{}, m.width)
	}
	return m.slots[datastore]
}

type copying struct {
	source, target string // local files behind the descriptors
	datastore      *simulator.Datastore
	force          bool
	thin           string // "1", "0" or empty: as the source is
	fail           *late  // how it shall end in the middle, or nil
}

func (m *diskManager) copy(ctx *simulator.Context, task *simulator.Task, c copying) types.BaseMethodFault {
	if sectors, compressed, ok := hosted(c.source); ok && compressed {
		return &types.InvalidDiskFormat{}
	} else if ok {
		return m.takeIn(ctx, task, c, sectors)
	}
	original, err := os.ReadFile(c.source)
	if err != nil {
		return fileFault(c.source, err)
	}
	descriptor := c.rewritten(string(original))
	extent := simulator.VirtualDiskBackingFileName(c.source)
	whole, err := os.Stat(extent)
	if err != nil {
		return fileFault(c.source, err)
	}
	flat := simulator.VirtualDiskBackingFileName(c.target)
	if fault := m.begin(c, flat, descriptor, extent, whole.Size()/2); fault != nil {
		return fault
	}
	if fault := m.pass(ctx, task, c); fault != nil {
		return fault
	}
	if err = copySparse(extent, flat, os.O_WRONLY, whole.Size()/2, whole.Size()); err != nil { // it may have been deleted meanwhile
		return fileFault(flat, err)
	}
	return nil
}

// pass lets the time of a copy pass, or ends it as it was told to.
func (m *diskManager) pass(ctx *simulator.Context, task *simulator.Task, c copying) types.BaseMethodFault {
	if c.fail != nil {
		time.Sleep(c.fail.wait())
		fault := c.fail.fault()
		if full, ok := fault.(*types.NoDiskSpace); ok {
			full.Datastore = c.datastore.Name
		}
		return fault
	}
	duration := time.Duration(m.duration.Load())
	for part := int32(1); duration > 0 && part <= 10; part++ {
		time.Sleep(duration / 10)
		update(ctx, task, "info.progress", min(part*10, 99))
	}
	return nil
}

// begin allocates the target: its descriptor, and half of its extent.
func (m *diskManager) begin(c copying, flat, descriptor, extent string, half int64) types.BaseMethodFault {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if allocatedBy(descriptor) > m.space.free(c.datastore) {
		return &types.NoDiskSpace{FileFault: types.FileFault{File: c.target}, Datastore: c.datastore.Name}
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if !c.force {
		flags |= os.O_EXCL
	}
	if err := write(c.target, flags, []byte(descriptor)); err != nil {
		return fileFault(c.target, err)
	}
	if err := write(flat, flags, nil); err != nil {
		return fileFault(flat, err)
	}
	if err := copySparse(extent, flat, os.O_WRONLY, 0, half); err != nil {
		return fileFault(flat, err)
	}
	return nil
}

func (c copying) rewritten(descriptor string) string {
	old := path.Base(simulator.VirtualDiskBackingFileName(c.source))
	lines := strings.Split(descriptor, "\n")
	for i, line := range lines {
		lines[i] = strings.Replace(line, `"`+old+`"`, `"`+path.Base(simulator.VirtualDiskBackingFileName(c.target))+`"`, 1)
		if c.thin != "" && strings.HasPrefix(line, "ddb.thinProvisioned") {
			lines[i] = fmt.Sprintf("ddb.thinProvisioned = %q", c.thin)
		}
	}
	return strings.Join(lines, "\n")
}

func write(name string, flags int, content []byte) error {
	file, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

func thin(spec types.BaseVirtualDiskSpec) string {
	if spec == nil {
		return ""
	}
	if spec.GetVirtualDiskSpec().DiskType == string(types.VirtualDiskTypeThin) {
		return "1"
	}
	return "0"
}

func isTrue(b *bool) bool { return b != nil && *b }

// locate turns `[datastore1] srvweb1/srvweb1.vmdk` into the local file and the datastore.
func locate(ctx *simulator.Context, dc *types.ManagedObjectReference, name string) (string, *simulator.Datastore, types.BaseMethodFault) {
	var at object.DatastorePath
	if !at.FromString(name) {
		return "", nil, &types.InvalidDatastorePath{DatastorePath: name}
	}
	if dc == nil {
		if !ctx.Map.IsESX() {
			return "", nil, &types.InvalidArgument{InvalidProperty: "datacenter"}
		}
		dc = &esx.Datacenter.Self
	}
	datacenter, ok := ctx.Map.Get(*dc).(*simulator.Datacenter)
	if !ok {
		return "", nil, &types.ManagedObjectNotFound{Obj: *dc}
	}
	folder := ctx.Map.Get(datacenter.DatastoreFolder).(*simulator.Folder)
	datastore, ok := ctx.Map.FindByName(at.Datastore, folder.ChildEntity).(*simulator.Datastore)
	if !ok {
		return "", nil, &types.InvalidDatastore{Name: at.Datastore}
	}
	return path.Join(datastore.Summary.Url, at.Path), datastore, nil
}

func fileFault(name string, err error) types.BaseMethodFault {
	fault := types.FileFault{File: name}
	switch {
	case os.IsNotExist(err):
		return &types.FileNotFound{FileFault: fault}
	case os.IsExist(err):
		return &types.FileAlreadyExists{FileFault: fault}
	}
	return &types.CannotAccessFile{FileFault: fault}
}

func update(ctx *simulator.Context, task *simulator.Task, pairs ...any) {
	var changes []types.PropertyChange
	for i := 0; i < len(pairs); i += 2 {
		changes = append(changes, types.PropertyChange{Name: pairs[i].(string), Val: pairs[i+1]})
	}
	ctx.Map.AtomicUpdate(ctx, task, changes)
}
