package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// photographed stands in for a machine whose screen is to be pictured, which vcsim cannot. The picture is a PNG in
// the machine's own folder, and the task's result its datastore path (community.vmware, vmware_guest_screenshot,
// which fetches it from there); of a machine that is not on there is none (InvalidPowerState, vSphere API).
type photographed struct {
	*simulator.VirtualMachine
	shown string // a PNG of what a real machine's screen shows; empty: nothing shows there
}

const screenWidth, screenHeight = 720, 400 // a text console's

// CreateScreenshotTask is CreateScreenshot_Task.
func (p *photographed) CreateScreenshotTask(ctx *simulator.Context, req *types.CreateScreenshot_Task) soap.HasFault {
	vm := p.VirtualMachine
	datacenter := datacenterOf(ctx, vm.Self)
	task := simulator.CreateTask(vm, "createScreenshot", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		if vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
			return nil, &types.InvalidPowerState{
				RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: vm.Runtime.PowerState,
			}
		}
		stem := strings.TrimSuffix(vm.Config.Files.VmPathName, ".vmx")
		for number := 1; ; number++ {
			name := fmt.Sprintf("%s-%d.png", stem, number)
			file, _, fault := locate(ctx, &datacenter.Self, name)
			if fault != nil {
				return nil, fault
			}
			picture, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if os.IsExist(err) {
				continue
			}
			if err != nil {
				return nil, fileFault(name, err)
			}
			defer picture.Close()
			return name, encodeFault(name, p.draw(picture, path.Base(stem)))
		}
	})
	return &methods.CreateScreenshot_TaskBody{Res: &types.CreateScreenshot_TaskResponse{Returnval: task.Run(ctx)}}
}

func (p *photographed) draw(picture io.Writer, name string) error {
	if p.shown == "" {
		return png.Encode(picture, screen(name))
	}
	shown, err := os.Open(p.shown)
	if err != nil {
		return err
	}
	defer os.Remove(p.shown)
	defer shown.Close()
	_, err = io.Copy(picture, shown)
	return err
}

func encodeFault(name string, err error) types.BaseMethodFault {
	if err == nil {
		return nil
	}
	return fileFault(name, err)
}

// screen is black, but for a bar whose length is that of the machine's name: pictures of two machines differ.
func screen(name string) image.Image {
	picture := image.NewGray(image.Rect(0, 0, screenWidth, screenHeight))
	for x := 0; x < 8*len(name) && x < screenWidth; x++ {
		picture.SetGray(x, 8, color.Gray{Y: 255})
	}
	return picture
}
