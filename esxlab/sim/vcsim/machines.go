package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// machines tells the hypervisor what happens to the machines, and does to them what the hypervisor asks.
type machines struct {
	self     types.ManagedObjectReference
	say      func(any)
	client   *vim25.Client
	registry *simulator.Registry
	running  *running
	disks    *diskManager
}

type nicLine struct {
	MAC       string `json:"mac"`
	Network   string `json:"network"`
	VLAN      int32  `json:"vlan"`
	Connected bool   `json:"connected"`
}

// machineLine is one event. `what`: state (power, cards or name have changed), gone, shutdown or reboot (the
// guest is asked to, through Tools).
type machineLine struct {
	What string    `json:"what"`
	VM   string    `json:"vm"`
	Name string    `json:"name,omitempty"`
	On   bool      `json:"on"`
	Disk string    `json:"disk,omitempty"`
	Nics []nicLine `json:"nics,omitempty"`
	// the image in a connected CD-ROM drive, and the file that a connected serial port is written to
	Image  string `json:"image,omitempty"`
	Serial string `json:"serial,omitempty"`
}

// command is what the hypervisor asks: power off, let the machine ask a question, or publish what the guest says.
type command struct {
	VM       string `json:"vm"`
	Power    string `json:"power"` // off, or empty
	Question string `json:"question"`
	News     *news  `json:"news"`
	Pace     *pace  `json:"pace"`
}

// news is what Tools tell: of the guest as a whole, of each card by its MAC, and what it wrote into guestinfo.
type news struct {
	Tools   string              `json:"tools"`
	State   string              `json:"state"` // guest.guestState
	Address string              `json:"address"`
	Cards   map[string][]string `json:"cards"`
	Info    map[string]string   `json:"info"`
}

func (m *machines) Reference() types.ManagedObjectReference { return m.self }

// PutObject sets what vcsim leaves empty although every VirtualMachineRuntimeInfo has it: a client that knows the
// values of an enumeration (pyVmomi) cannot read a machine's runtime or summary as a whole otherwise.
func (m *machines) PutObject(_ *simulator.Context, put mo.Reference) {
	vm, ok := put.(*simulator.VirtualMachine)
	if !ok {
		return
	}
	for _, runtime := range []*types.VirtualMachineRuntimeInfo{&vm.Runtime, &vm.Summary.Runtime} {
		runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateNotConfigured
		runtime.RecordReplayState = types.VirtualMachineRecordReplayStateInactive
	}
}

func (m *machines) RemoveObject(_ *simulator.Context, ref types.ManagedObjectReference) {
	if ref.Type == "VirtualMachine" {
		m.say(machineLine{What: "gone", VM: ref.Value})
	}
}

// UpdateObject completes a change of power as a real server does, and tells the hypervisor. It is called with
// the machine's lock held.
func (m *machines) UpdateObject(ctx *simulator.Context, ref mo.Reference, changes []types.PropertyChange) {
	if ref.Reference().Type != "VirtualMachine" {
		return
	}
	vm, ok := ctx.Map.Get(ref.Reference()).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	power, cards := false, false
	for _, change := range changes {
		power = power || change.Name == "runtime.powerState"
		cards = cards || strings.HasPrefix(change.Name, "config.hardware.device")
		if change.Name == "guest.customizationInfo" {
			vm.Guest.CustomizationInfo = nil // since API 7.0.2; vcsim says that it is a 6.5
		}
	}
	on := vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn
	if power {
		settle(ctx, vm, on)
		m.running.settled(vm.Self)
	}
	if cards && on {
		told := slices.Clone(vm.Guest.Net)
		for n := range told {
			told[n].Connected = connected(vm, told[n].MacAddress)
		}
		ctx.Update(vm, []types.PropertyChange{{Name: "guest.net", Val: told}})
	}
	if power || (cards && on) {
		m.say(describe(ctx, vm, on))
	}
}

// connected says whether a card of this MAC is connected (GuestNicInfo.connected, vSphere API): vcsim forgets it.
func connected(vm *simulator.VirtualMachine, mac string) bool {
	for _, device := range vm.Config.Hardware.Device {
		if nic, ok := device.(types.BaseVirtualEthernetCard); ok {
			card := nic.GetVirtualEthernetCard()
			if strings.EqualFold(card.MacAddress, mac) && card.Connectable != nil {
				return card.Connectable.Connected
			}
		}
	}
	return true
}

// settle sets what vcsim forgets: runtime.bootTime; and no Tools and no address, neither the machine's nor a
// card's, until the guest of this power-on tells them.
func settle(ctx *simulator.Context, vm *simulator.VirtualMachine, on bool) {
	cards := slices.Clone(vm.Guest.Net)
	for n := range cards {
		cards[n].IpAddress = nil
	}
	changes := []types.PropertyChange{
		{Name: "guest.net", Val: cards},
		{Name: "guest.toolsRunningStatus", Val: string(types.VirtualMachineToolsRunningStatusGuestToolsNotRunning)},
		{Name: "guest.guestState", Val: string(types.VirtualMachineGuestStateNotRunning)},
		{Name: "guest.ipAddress", Val: ""},
		{Name: "summary.guest.ipAddress", Val: ""},
	}
	if on {
		booted := time.Now()
		if vm.Summary.Runtime.BootTime != nil {
			booted = *vm.Summary.Runtime.BootTime
		}
		changes = append(changes, types.PropertyChange{Name: "runtime.bootTime", Val: booted})
	} else {
		changes = append(changes, types.PropertyChange{Name: "runtime.bootTime"},
			types.PropertyChange{Name: "summary.runtime.bootTime"})
	}
	ctx.Update(vm, changes)
}

func describe(ctx *simulator.Context, vm *simulator.VirtualMachine, on bool) machineLine {
	line := machineLine{What: "state", VM: vm.Self.Value, Name: vm.Name, On: on}
	for _, device := range vm.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok && line.Disk == "" {
			if backing, ok := disk.Backing.(types.BaseVirtualDeviceFileBackingInfo); ok {
				line.Disk = backing.GetVirtualDeviceFileBackingInfo().FileName
			}
		}
		line.media(device)
		if card, ok := device.(types.BaseVirtualEthernetCard); ok {
			line.Nics = append(line.Nics, describeCard(ctx, vm, card.GetVirtualEthernetCard()))
		}
	}
	return line
}

// media notes what a connected drive or serial port is backed by.
func (l *machineLine) media(device types.BaseVirtualDevice) {
	plain := device.GetVirtualDevice()
	backing, ok := plain.Backing.(types.BaseVirtualDeviceFileBackingInfo)
	if !ok || plain.Connectable == nil || !plain.Connectable.StartConnected {
		return
	}
	switch device.(type) {
	case *types.VirtualCdrom:
		l.Image = backing.GetVirtualDeviceFileBackingInfo().FileName
	case *types.VirtualSerialPort:
		l.Serial = backing.GetVirtualDeviceFileBackingInfo().FileName
	}
}

func describeCard(ctx *simulator.Context, vm *simulator.VirtualMachine, card *types.VirtualEthernetCard) nicLine {
	line := nicLine{MAC: card.MacAddress, Connected: card.Connectable == nil || card.Connectable.Connected}
	found := false
	switch backing := card.Backing.(type) {
	case *types.VirtualEthernetCardNetworkBackingInfo:
		line.Network = backing.DeviceName
		line.VLAN, found = vlanOf(ctx, vm.Runtime.Host, backing.DeviceName)
	case *types.VirtualEthernetCardDistributedVirtualPortBackingInfo:
		line.Network, line.VLAN, found = distributedVlan(ctx, vm.Runtime.Host, backing.Port.PortgroupKey)
	}
	line.Connected = line.Connected && found
	return line
}

func vlanOf(ctx *simulator.Context, host *types.ManagedObjectReference, network string) (int32, bool) {
	if host == nil {
		return 0, false
	}
	on, ok := ctx.Map.Get(*host).(*simulator.HostSystem)
	if !ok || on.ConfigManager.NetworkSystem == nil {
		return 0, false
	}
	system, ok := ctx.Map.Get(*on.ConfigManager.NetworkSystem).(*networkSystem)
	if !ok {
		return 0, false
	}
	return system.vlan(network)
}

// obey carries out what the hypervisor asks; what comes too late (the machine is gone, or off) is no error.
func (m *machines) obey(asked command) {
	ref := types.ManagedObjectReference{Type: "VirtualMachine", Value: asked.VM}
	if asked.Pace != nil {
		m.disks.keep(asked.Pace.CopySeconds)
		slow(asked.Pace.TaskSeconds)
		return
	}
	if asked.Question != "" {
		m.question(ref, asked.Question)
	}
	if asked.News != nil {
		m.publish(ref, asked.News)
	}
	if asked.Power == "off" {
		_, _ = object.NewVirtualMachine(m.client, ref).PowerOff(context.Background())
	}
}

// question is one that the machine waits with until somebody answers (VirtualMachineQuestionInfo, vSphere API).
func (m *machines) question(ref types.ManagedObjectReference, text string) {
	vm, ok := m.registry.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	ctx := &simulator.Context{Map: m.registry, Context: context.Background()}
	yes := &types.ElementDescription{Description: types.Description{Label: "Yes", Summary: "Yes"}, Key: "0"}
	asked := &types.VirtualMachineQuestionInfo{
		Id: "1", Text: text,
		Choice: types.ChoiceOption{ChoiceInfo: []types.BaseElementDescription{yes}},
	}
	m.registry.WithLock(ctx, vm, func() {
		ctx.Update(vm, []types.PropertyChange{{Name: "runtime.question", Val: asked}})
	})
}

// publish sets what Tools tell, without a task: on a real server too these properties change by themselves.
func (m *machines) publish(ref types.ManagedObjectReference, told *news) {
	vm, ok := m.registry.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	ctx := &simulator.Context{Map: m.registry, Context: context.Background()}
	m.registry.WithLock(ctx, vm, func() {
		if vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
			return
		}
		cards := slices.Clone(vm.Guest.Net)
		for n := range cards {
			cards[n].IpAddress = told.Cards[strings.ToLower(cards[n].MacAddress)]
			cards[n].Connected = connected(vm, cards[n].MacAddress)
		}
		ctx.Update(vm, []types.PropertyChange{
			{Name: "guest.net", Val: cards},
			{Name: "guest.toolsRunningStatus", Val: told.Tools},
			{Name: "guest.guestState", Val: told.State},
			{Name: "guest.ipAddress", Val: told.Address},
			{Name: "summary.guest.ipAddress", Val: told.Address},
			{Name: "config.extraConfig", Val: with(vm.Config.ExtraConfig, told.Info)},
		})
	})
}

func with(options []types.BaseOptionValue, told map[string]string) []types.BaseOptionValue {
	kept := slices.DeleteFunc(slices.Clone(options), func(option types.BaseOptionValue) bool {
		if option == nil {
			return true
		}
		_, again := told[option.GetOptionValue().Key]
		return again
	})
	for key, value := range told {
		kept = append(kept, &types.OptionValue{Key: key, Value: value})
	}
	return kept
}

// guestPower stands in for a machine when its guest is asked to shut down or reboot: the guest does it, not vcsim.
type guestPower struct {
	*simulator.VirtualMachine

	say func(any)
}

func (g *guestPower) refusal() types.BaseMethodFault {
	if g.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
		return &types.InvalidPowerState{
			RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: g.Runtime.PowerState,
		}
	}
	if g.Guest.ToolsRunningStatus != string(types.VirtualMachineToolsRunningStatusGuestToolsRunning) {
		return &types.ToolsUnavailable{}
	}
	return nil
}

// pending: "Guest has a pending shutdown command" (VirtualMachineGuestState, vSphere Web Services API).
func (g *guestPower) pending(ctx *simulator.Context, state types.VirtualMachineGuestState) {
	ctx.Map.AtomicUpdate(ctx, g.VirtualMachine, []types.PropertyChange{{Name: "guest.guestState", Val: string(state)}})
}

// ShutdownGuest asks the guest and returns; the machine is off when the guest has done it.
func (g *guestPower) ShutdownGuest(ctx *simulator.Context, _ *types.ShutdownGuest) soap.HasFault {
	if refusal := g.refusal(); refusal != nil {
		return &methods.ShutdownGuestBody{Fault_: simulator.Fault("", refusal)}
	}
	g.pending(ctx, types.VirtualMachineGuestStateShuttingDown)
	g.say(machineLine{What: "shutdown", VM: g.Self.Value})
	return &methods.ShutdownGuestBody{Res: &types.ShutdownGuestResponse{}}
}

// RebootGuest asks the guest and returns.
func (g *guestPower) RebootGuest(ctx *simulator.Context, _ *types.RebootGuest) soap.HasFault {
	if refusal := g.refusal(); refusal != nil {
		return &methods.RebootGuestBody{Fault_: simulator.Fault("", refusal)}
	}
	g.pending(ctx, types.VirtualMachineGuestStateResetting)
	g.say(machineLine{What: "reboot", VM: g.Self.Value})
	return &methods.RebootGuestBody{Res: &types.RebootGuestResponse{}}
}
