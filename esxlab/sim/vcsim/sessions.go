package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	// objects that one session may make (views, filters, collectors) before its names could be another's
	mostOfASession = int64(1) << 32
	// a vCenter ends a session that has been idle for so long ("Session.timeout", vSphere Client)
	mostIdle = 30 * time.Minute
)

// sessions keeps what each session makes apart. vcsim counts the names of views and filters from 1 in every session,
// and calls the collector of each by one name; but who hears of changes it knows by name alone, so that whoever
// began to watch last took the news of all the others.
type sessions struct {
	mutex sync.Mutex
	known map[string]struct{}
}

// apart puts our collector in the place of vcsim's, before anybody has logged in.
func apart(registry *simulator.Registry, reference types.ManagedObjectReference) *sessions {
	first := &collector{}
	first.Self = reference
	registry.Put(first)
	return &sessions{known: map[string]struct{}{}}
}

// number lets the names of this session begin where no other's do, before its first call is answered.
func (s *sessions) number(session *simulator.Session) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, ok := s.known[session.Key]; ok {
		return
	}
	s.known[session.Key] = struct{}{}
	first := fmt.Sprintf("esxlab-%d", int64(len(s.known))*mostOfASession)
	session.Registry.Put(&mark{types.ManagedObjectReference{Type: "Esxlab", Value: first}})
	_ = session.Registry.AlignCounter()
}

// mark is nothing but a name that vcsim goes on counting from.
type mark struct{ Self types.ManagedObjectReference }

func (m *mark) Reference() types.ManagedObjectReference { return m.Self }

// collector is the property collector of one session; vcsim makes one from the first for each (Session.Get).
type collector struct {
	simulator.PropertyCollector

	asked atomic.Int64 // when somebody asked for changes last: seconds since 1970
}

// ear hears of changes for the collector of one session, under a name of its own.
type ear struct {
	*collector

	self types.ManagedObjectReference
}

func earOf(session *simulator.Session) types.ManagedObjectReference {
	return types.ManagedObjectReference{Type: "Esxlab", Value: "ear-" + session.Key}
}

func (e *ear) Reference() types.ManagedObjectReference { return e.self }

// UpdateObject notes a change, as long as somebody asks for changes.
func (e *ear) UpdateObject(ctx *simulator.Context, changed mo.Reference, changes []types.PropertyChange) {
	if time.Since(time.Unix(e.asked.Load(), 0)) > mostIdle {
		ctx.Map.RemoveHandler(e)
		return
	}
	e.collector.UpdateObject(ctx, changed, changes)
}

// listen hears of changes from the first answer on (version is empty).
func (c *collector) listen(ctx *simulator.Context, version string, answer func() soap.HasFault) soap.HasFault {
	c.asked.Store(time.Now().Unix())
	if version == "" {
		ctx.Map.AddHandler(&ear{c, earOf(ctx.Session)})
		defer ctx.Map.RemoveHandler(&c.PropertyCollector) // vcsim's own, which has everybody's name
	}
	return answer()
}

// WaitForUpdatesEx is vcsim's; what it hears is this session's.
func (c *collector) WaitForUpdatesEx(ctx *simulator.Context, asked *types.WaitForUpdatesEx) soap.HasFault {
	return c.listen(ctx, asked.Version, func() soap.HasFault { return c.PropertyCollector.WaitForUpdatesEx(ctx, asked) })
}

// WaitForUpdates is the old one.
func (c *collector) WaitForUpdates(ctx *simulator.Context, asked *types.WaitForUpdates) soap.HasFault {
	return c.listen(ctx, asked.Version, func() soap.HasFault { return c.PropertyCollector.WaitForUpdates(ctx, asked) })
}
