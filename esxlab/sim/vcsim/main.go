// The school's vSphere end point: govmomi's vcsim, started by esxlab and ended with it.
//
// The first line of standard input is the configuration (JSON; it holds the password, which therefore is never
// an argument); the first line of standard output says where it listens. Every further line of input is a
// command of the hypervisor, every further line of output an event for it (machines.go). The program ends when
// standard input does, so it cannot outlive the process that started it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type configuration struct {
	Kind               string  `json:"kind"` // vcenter or esxi
	Host               string  `json:"host"` // name of a lone ESXi; of no use in a vCenter
	Server             string  `json:"server"`
	User               string  `json:"user"`
	Password           string  `json:"password"`
	CopySeconds        float64 `json:"copy_seconds"`
	CopiesPerDatastore int     `json:"copies_per_datastore"`

	Capacities map[string]int64 `json:"capacities"` // GiB, by datastore
	Memory     int64            `json:"memory"`     // MiB of each host; 0: without limit
	Edition    string           `json:"edition"`    // of a lone ESXi's licence; empty: an evaluation
	Version    string           `json:"version"`    // of a lone ESXi that has a shell, as that says; empty: vcsim's own
	Build      string           `json:"build"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--esxlab" { // how esxlab tells this program from the stock vcsim
		fmt.Println(`{"esxlab": 1}`)
		return
	}
	log.SetFlags(0)
	stdin := bufio.NewScanner(os.Stdin)
	stdin.Buffer(nil, 1<<20)
	var wanted configuration
	if !stdin.Scan() || json.Unmarshal(stdin.Bytes(), &wanted) != nil {
		log.Fatal("no configuration on standard input") // an error would quote it, password and all
	}
	out := newLines(os.Stdout)
	model := build(wanted)
	watch := attach(model, wanted, out.say)
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(wanted.User, wanted.Password)}
	server := model.Service.NewServer()
	server.Config.Handler = literally(server.Config.Handler)
	out.say(map[string]any{"port": server.URL.Port(), "pid": os.Getpid()})
	for stdin.Scan() {
		var asked command
		if json.Unmarshal(stdin.Bytes(), &asked) == nil {
			watch.obey(asked)
		}
	}
	model.Remove()
}

func build(wanted configuration) *simulator.Model {
	model := simulator.VPX()
	if wanted.Kind == "esxi" {
		model = simulator.ESX()
		esx.HostSystem.Name = wanted.Host
		esx.HostSystem.Summary.Config.Name = wanted.Host
	}
	identify(model, wanted)
	model.Datacenter, model.Cluster, model.Host, model.Datastore, model.Machine, model.Portgroup = 0, 0, 0, 0, 0, 0
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	return model
}

// identify gives each server an identity of its own, the same after each start: vcsim's are alike everywhere.
// A vCenter has about.instanceUuid, an ESXi host its hardware's (pyvmomi-community-samples#335).
func identify(model *simulator.Model, wanted configuration) {
	own := uuid.NewSHA1(uuid.NameSpaceDNS, []byte(wanted.Server)).String()
	if wanted.Kind != "esxi" {
		model.ServiceContent.About.InstanceUuid = own
		return
	}
	if wanted.Version != "" {
		about := &model.ServiceContent.About
		about.Version, about.Build = wanted.Version, wanted.Build
		about.FullName = fmt.Sprintf("%s %s build-%s", about.Name, wanted.Version, wanted.Build)
	}
	hardware := *esx.HostSystem.Summary.Hardware
	hardware.Uuid = own
	esx.HostSystem.Summary.Hardware = &hardware
}

// attach replaces the parts of vcsim that differ from a real server, now and whenever a host is added.
func attach(model *simulator.Model, wanted configuration, say func(any)) *machines {
	registry := model.Map()
	room := &space{capacities: wanted.Capacities, registry: registry}
	held := &running{memory: wanted.Memory, registry: registry}
	swap := &parts{types.ManagedObjectReference{Type: "Esxlab", Value: "parts"}, room, held}
	registry.AddHandler(swap)
	ctx := &simulator.Context{Context: context.Background(), Map: registry}
	for _, kind := range []string{"HostSystem", "HostNetworkSystem", "HostDatastoreSystem"} {
		for _, found := range registry.AllReference(kind) {
			swap.PutObject(ctx, found)
		}
	}
	manager := registry.AllReference("VirtualDiskManager")[0].(*simulator.VirtualDiskManager)
	disks := newDiskManager(manager, wanted, room)
	registry.Put(disks)
	if licences, ok := registry.Get(*model.ServiceContent.LicenseManager).(*simulator.LicenseManager); ok && wanted.Edition != "" {
		licences.Licenses = []types.LicenseManagerLicenseInfo{{EditionKey: wanted.Edition, Name: wanted.Edition}}
	}
	registry.Handler = (&refusals{say, room, held, apart(registry, model.ServiceContent.PropertyCollector)}).refuse
	client, err := vim25.NewClient(context.Background(), model.Service)
	if err != nil {
		log.Fatal(err)
	}
	watch := &machines{types.ManagedObjectReference{Type: "Esxlab", Value: "machines"}, say, client, registry, held, disks}
	registry.AddHandler(watch)
	return watch
}

// parts puts our network and datastore systems in the place of vcsim's, gives hosts their memory, and has new
// machines' space counted.
type parts struct {
	self    types.ManagedObjectReference
	space   *space
	running *running
}

func (p *parts) Reference() types.ManagedObjectReference { return p.self }

func (p *parts) PutObject(ctx *simulator.Context, put mo.Reference) {
	switch plain := put.(type) {
	case *simulator.HostSystem:
		p.running.equip(plain)
	case *simulator.HostNetworkSystem:
		plain.NetworkInfo.Vnic = []types.HostVirtualNic{{Device: "vmk0", Key: "key-vim.host.VirtualNic-vmk0", Portgroup: management}}
		ctx.Map.Put(&networkSystem{HostNetworkSystem: plain})
	case *simulator.HostDatastoreSystem:
		ctx.Map.Put(&datastoreSystem{plain, p.space})
	case *simulator.VirtualMachine:
		p.space.refresh() // vcsim takes the whole size of a thin disk from the free space
	}
}

// UpdateObject names the first port group of a distributed switch, which is made with it, as its uplinks':
// "The management object reference to the uplink portgroups" (DVSConfigInfo.uplinkPortgroup, vSphere API).
func (p *parts) UpdateObject(_ *simulator.Context, changed mo.Reference, _ []types.PropertyChange) {
	if dvs, ok := changed.(*simulator.DistributedVirtualSwitch); ok && dvs.Config != nil && len(dvs.Portgroup) > 0 {
		dvs.Config.GetDVSConfigInfo().UplinkPortgroup = dvs.Portgroup[:1]
	}
}

func (p *parts) RemoveObject(*simulator.Context, types.ManagedObjectReference) {}
