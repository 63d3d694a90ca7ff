package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	gib = int64(1) << 30
	// what a freshly installed Debian 9 without desktop takes of a thin disk; a convention of the school
	thinAllocated = gib * 3 / 2
	// a real server tells at once; this is enough to make one walk of what many machines ask for together, and too
	// short for a client to log in and read an old figure
	refreshDelay = 5 * time.Millisecond
)

var extent = regexp.MustCompile(`(?m)^RW (\d+) VMFS `)

// space keeps the datastores' capacity: what their files take, and what is free.
type space struct {
	capacities map[string]int64 // datastore name -> GiB
	registry   *simulator.Registry
	mutex      sync.Mutex
	pending    bool
}

func (s *space) capacity(name string) int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if wanted, ok := s.capacities[name]; ok {
		return wanted * gib
	}
	return 1 << 40
}

// rename lets a datastore keep its capacity under another name.
func (s *space) rename(old, fresh string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if size, ok := s.capacities[old]; ok {
		s.capacities[fresh] = size
	}
}

// free is the capacity minus what every file below the datastore's directory takes; it may be negative.
func (s *space) free(datastore *simulator.Datastore) int64 {
	left := s.capacity(datastore.Name)
	_ = filepath.WalkDir(datastore.Summary.Url, func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			left -= taken(name, entry)
		}
		return nil
	})
	return left
}

// taken is what a file takes: a disk what it has allocated, which its descriptor tells and not the extent beside it;
// any other file its length. A name with a point in front is a disk that the school is writing at this moment.
func taken(name string, entry fs.DirEntry) int64 {
	switch {
	case strings.HasSuffix(name, "-flat.vmdk"), strings.HasPrefix(entry.Name(), "."):
		return 0
	case strings.HasSuffix(name, ".vmdk") && !isHosted(name):
		return allocated(name)
	}
	info, err := entry.Info()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// allocated is the disk's size, or for a thin disk what a fresh system takes of it; 0 when it is no descriptor.
func allocated(name string) int64 {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	return allocatedBy(string(text))
}

func allocatedBy(descriptor string) int64 {
	found := extent.FindStringSubmatch(descriptor)
	if found == nil {
		return 0
	}
	sectors, _ := strconv.ParseInt(found[1], 10, 64)
	if strings.Contains(descriptor, `ddb.thinProvisioned = "1"`) {
		return min(sectors*512, thinAllocated)
	}
	return sectors * 512
}

// refresh brings Datastore.summary up to date soon; several wishes at once are one.
func (s *space) refresh() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.pending {
		return
	}
	s.pending = true
	time.AfterFunc(refreshDelay, func() {
		s.mutex.Lock()
		s.pending = false
		s.mutex.Unlock()
		s.tell(&simulator.Context{Context: context.Background(), Map: s.registry})
	})
}

// tell brings Datastore.summary up to date before it returns, as Datastore.RefreshDatastore does.
func (s *space) tell(ctx *simulator.Context) {
	for _, entity := range s.registry.All("Datastore") {
		if datastore, ok := entity.(*simulator.Datastore); ok {
			s.publish(ctx, datastore)
		}
	}
}

func (s *space) publish(ctx *simulator.Context, datastore *simulator.Datastore) {
	free := max(s.free(datastore), 0)
	ctx.Map.AtomicUpdate(ctx, datastore, []types.PropertyChange{
		{Name: "summary.capacity", Val: s.capacity(datastore.Name)},
		{Name: "summary.freeSpace", Val: free},
	})
}
