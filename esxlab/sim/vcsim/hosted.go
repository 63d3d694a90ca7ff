package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	hostedMagic      = "KDMV"
	hostedCompressed = 1 << 16
	hostedHead       = 20 // magic, version, flags, capacity: "Virtual Disk Format 5.0", SparseExtentHeader
)

// hosted tells of a disk of VMware's hosted products, all in one file: its sectors, and whether its grains are
// compressed, which a server does not copy (Nova imports those by a lease instead).
func hosted(name string) (sectors int64, compressed, ok bool) {
	file, err := os.Open(name)
	if err != nil {
		return 0, false, false
	}
	defer file.Close()
	head := make([]byte, hostedHead)
	if n, _ := file.Read(head); n < hostedHead || string(head[:4]) != hostedMagic {
		return 0, false, false
	}
	return int64(binary.LittleEndian.Uint64(head[12:])), binary.LittleEndian.Uint32(head[8:])&hostedCompressed != 0, true
}

func isHosted(name string) bool {
	_, _, ok := hosted(name)
	return ok
}

// takeIn makes a disk of the server's own of a hosted one, as CopyVirtualDisk does (nova, vmwareapi/vmops.py,
// _cache_sparse_image). What is in it qemu-img reads: the school knows no more of the format than its header.
func (m *diskManager) takeIn(ctx *simulator.Context, task *simulator.Task, c copying, sectors int64) types.BaseMethodFault {
	flat := simulator.VirtualDiskBackingFileName(c.target)
	if fault := m.begin(c, flat, c.described(sectors), c.source, 0); fault != nil {
		return fault
	}
	if fault := m.pass(ctx, task, c); fault != nil {
		return fault
	}
	fresh := path.Join(path.Dir(flat), "."+path.Base(flat))
	output, err := exec.Command("qemu-img", "convert", "-f", "vmdk", "-O", "raw", c.source, fresh).CombinedOutput()
	if err == nil {
		err = os.Rename(fresh, flat)
	}
	if err != nil {
		_ = os.Remove(fresh)
		return &types.SystemError{Reason: fmt.Sprintf("the school's qemu-img: %v %s", err, output)}
	}
	return nil
}

func (c copying) described(sectors int64) string {
	thin := c.thin
	if thin == "" {
		thin = "0"
	}
	return strings.Join([]string{
		"# Disk DescriptorFile", "version=1", `encoding="UTF-8"`, "CID=fffffffe", "parentCID=ffffffff",
		`createType="vmfs"`, "", "# Extent description",
		fmt.Sprintf("RW %d VMFS %q", sectors, path.Base(simulator.VirtualDiskBackingFileName(c.target))),
		"", "# The Disk Data Base", "#DDB", "", `ddb.adapterType = "lsilogic"`,
		fmt.Sprintf("ddb.thinProvisioned = %q", thin), `ddb.virtualHWVersion = "13"`, "",
	}, "\n")
}
