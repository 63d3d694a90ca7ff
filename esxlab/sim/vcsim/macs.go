package main

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// cards counts the addresses that were given to cards; one is never given twice.
var cards atomic.Uint32

// address gives new cards that ask for none an address of their own (vcsim's may be equal): 00:50:56:80 to bf from
// a vCenter, 00:0c:29 from a lone host. Source: vSphere Networking, MAC Address Assignment.
func address(ctx *simulator.Context, changes []types.BaseVirtualDeviceConfigSpec) {
	for _, change := range changes {
		spec := change.GetVirtualDeviceConfigSpec()
		card, ok := spec.Device.(types.BaseVirtualEthernetCard)
		if !ok || spec.Operation != types.VirtualDeviceConfigSpecOperationAdd {
			continue
		}
		plain := card.GetVirtualEthernetCard()
		if plain.MacAddress != "" {
			continue
		}
		number := cards.Add(1)
		if ctx.Map.IsESX() {
			plain.MacAddress = fmt.Sprintf("00:0c:29:%02x:%02x:%02x", byte(number>>16), byte(number>>8), byte(number))
			continue
		}
		plain.MacAddress = fmt.Sprintf("00:50:56:%02x:%02x:%02x", 0x80|byte(number>>16)&0x3f, byte(number>>8), byte(number))
	}
}

// reserved is the fault of a machine with a typed address that VMware keeps for generated ones: it can be made,
// and cannot be powered on. Source: as above, "static MAC addresses": 00:50:56:00:00:00 to 00:50:56:3f:ff:ff.
func reserved(ctx *simulator.Context, vm *simulator.VirtualMachine) types.BaseMethodFault {
	var fault types.BaseMethodFault
	ctx.Map.WithLock(ctx, vm, func() {
		for _, device := range vm.Config.Hardware.Device {
			card, ok := device.(types.BaseVirtualEthernetCard)
			if !ok {
				continue
			}
			plain := card.GetVirtualEthernetCard()
			mac := strings.ToLower(plain.MacAddress)
			typed := plain.AddressType == string(types.VirtualEthernetCardMacTypeManual)
			if typed && (strings.HasPrefix(mac, "00:0c:29") || (strings.HasPrefix(mac, "00:50:56") && mac > "00:50:56:3f:ff:ff")) {
				fault = &types.GenericVmConfigFault{Reason: "MAC address " + mac + " is not an allowed static Ethernet address."}
			}
		}
	})
	return fault
}
