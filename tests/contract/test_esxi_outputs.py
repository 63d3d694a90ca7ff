"""What real hosts have printed, as others have recorded it, through the readers of the road by the shell.

The texts are theirs (names and addresses invented where they were private); nothing here was printed by the
simulator, so that a mistake that program and simulator share is found.
"""

from __future__ import annotations

import pytest

from esxlab.backends.esxi.connection import MIB
from esxlab.backends.esxi.framing import Answer
from esxlab.backends.esxi.host_look import HostLook, read_look
from esxlab.backends.esxi.in_flight import asked_about, copies_in, goes_on, tasks_in
from esxlab.backends.esxi.inventory import adapters_of, inventory_of, machines_of
from esxlab.backends.esxi.machine import guest_identifier, machine_of
from esxlab.backends.esxi.shown import within
from esxlab.backends.esxi.vmx import guest_os
from esxlab.sim.esxi.guests import guest_id, guest_token

NONCE = "esxlab-" + "0" * 24


def told(**parts: str) -> HostLook:
    """A look whose topics say this; `state__get_guest__12` is the topic `state get.guest:12`."""
    lines = []
    for name, text in parts.items():
        topic, *rest = name.split("__")
        about = ":".join(word.replace("_", ".") for word in rest)
        lines += [f"{NONCE} tell {topic} {about}".rstrip(), *(f" {line}" for line in text.splitlines())]
    return read_look(Answer(0, "\n".join(lines)), what="esxi1")


VCL_TASKS = """\
(ManagedObjectReference) [
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2826',
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2843',
   'vim.Task:haTask-512-vim.VirtualMachine.powerOn-2856'
]"""
"""Apache VCL, VIM_SSH.pm, _get_task_ids: vim-cmd vmsvc/get.tasklist 512."""
VCL_TASK = """\
(vim.TaskInfo) {
  dynamicType = <unset>,
  key = "haTask-496-vim.VirtualMachine.powerOn-3072",
  task = 'vim.Task:haTask-496-vim.VirtualMachine.powerOn-3072',
  description = (vmodl.LocalizableMessage) null,
  name = "vim.VirtualMachine.powerOn",
  descriptionId = "VirtualMachine.powerOn",
  entity = 'vim.VirtualMachine:496',
  entityName = "vm-ark-mcnc-9 (nonpersistent: vmwarewinxp-base234-v12)",
  state = "error",
  cancelled = false,
  cancelable = false,
  error = (vmodl.fault.RequestCanceled) {
     dynamicType = <unset>,
     faultCause = (vmodl.MethodFault) null,
     msg = "The task was canceled by a user.",
  },
  result = <unset>,
  progress = 100,
  reason = (vim.TaskReasonUser) {
     dynamicType = <unset>,
     userName = "root",
  },
  queueTime = "2010-06-30T08:48:44.187347Z",
  startTime = "2010-06-30T08:48:44.187347Z",
  completeTime = "2010-06-30T08:49:26.381383Z",
  eventChainId = 3072,
  changeTag = <unset>,
  parentTaskKey = <unset>,
  rootTaskKey = <unset>,
}"""
"""The same, _get_task_info: vim-cmd vimsvc/task_info."""
HOST_TASKS = """\
(ManagedObjectReference) [
   'vim.Task:haTask-ha-folder-vm-vim.Folder.registerVm-107999318',
   'vim.Task:haTask--vim.vslm.host.CatalogSyncManager.queryCatalogChange-118109847',
   'vim.Task:haTask-ha-host-vim.HostSystem.enterMaintenanceMode-20'
]"""
"""Keys of hostd.log of 6.5 and of 8.0, and of `vim-cmd hostsvc/maintenance_mode_enter` (elatov)."""


def test_the_last_task_of_a_machine_of_ours_is_asked_about():
    look = told(tasks=VCL_TASKS)
    assert asked_about(look, files=True) == []  # it is not ours
    look.numbers["datastore1", "a/a.vmx"] = "512"
    assert [task.key for task in asked_about(look, files=False)] == [
        "haTask-512-vim.VirtualMachine.powerOn-2856"
    ]


def test_what_makes_machines_is_asked_about_where_a_group_is_not_whole():
    look = told(tasks=HOST_TASKS)
    assert [task.entity for task in tasks_in(look.tasks)] == ["ha-folder-vm", "", "ha-host"]
    assert asked_about(look, files=False) == []
    assert [task.word for task in asked_about(look, files=True)] == ["registervm"]


def test_a_task_that_has_failed_does_not_go_on_and_one_that_runs_does():
    [task] = tasks_in(VCL_TASK.splitlines()[2])
    name = "task__haTask-496-vim_VirtualMachine_powerOn-3072"
    assert not goes_on(told(**{name: VCL_TASK}), task)
    assert goes_on(told(**{name: VCL_TASK.replace('state = "error"', 'state = "running"')}), task)
    assert not goes_on(told(tasks="(ManagedObjectReference) []"), task)


LISTS = {
    # Jim Klimov, VimCmdParsersTest: ESXi 8 and 7, as printed
    "8": """\
Vmid   Name          File              Guest OS       Version   Annotation
1      x8     [pve-esx] x8/x8.vmx   centos9_64Guest   vmx-20
""",
    # qiufuqi.github.io, 2023: a datastore's name with a blank and brackets of the other sort
    "5": """\
Vmid      Name                        File                           Guest OS        Version   Annotation
1424   sap-router   [datastore1 (4)] sap-router/win2k8x64.vmx   winLonghorn64Guest   vmx-07
1440   RAS-3.250    [datastore1 (4)] RAS/win2k8x64.vmx          winLonghorn64Guest   vmx-07
""",
    # a configuration file at the root of its datastore; the row is composed of a real get.summary
    "4": """\
Vmid       Name                File               Guest OS                Version   Annotation
16     windows2003   [Disk2-68G] Windows2003.vmx  winNetEnterpriseGuest   vmx-07
""",
    "none": "Vmid   Name   File   Guest OS   Version   Annotation\n",
}


@pytest.mark.parametrize(
    ("release", "machines"),
    [
        ("8", [("1", "x8", "[pve-esx] x8/x8.vmx")]),
        (
            "5",
            [
                ("1424", "sap-router", "[datastore1 (4)] sap-router/win2k8x64.vmx"),
                ("1440", "RAS-3.250", "[datastore1 (4)] RAS/win2k8x64.vmx"),
            ],
        ),
        ("4", [("16", "windows2003", "[Disk2-68G] Windows2003.vmx")]),
        ("none", []),
    ],
)
def test_lists_of_machines(release, machines):
    found = machines_of(told(machines=LISTS[release]))
    assert [(one.moref, one.name, one.vmx_path) for one in found] == machines


RUNTIME = """\
Runtime information
(vim.vm.RuntimeInfo) {
   dynamicType = <unset>,
   host = 'vim.HostSystem:ha-host',
   connectionState = "connected",
   powerState = "poweredOn",
   faultToleranceState = "notConfigured",
   dasVmProtection = (vim.vm.RuntimeInfo.DasProtectionState) null,
   toolsInstallerMounted = false,
   suspendTime = <unset>,
   bootTime = "2015-02-04T00:28:55.507435Z",
   suspendInterval = 0,
   question = (vim.vm.QuestionInfo) null,
   memoryOverhead = 36478976,
   cleanPowerOff = <unset>,
   featureRequirement = (vim.vm.FeatureRequirement) [
      (vim.vm.FeatureRequirement) {
         dynamicType = <unset>,
         key = "cpuid.SSE3",
         featureName = "cpuid.SSE3",
         value = "Bool:Min:1",
      }
   ],
   vFlashCacheAllocation = 0,
}"""
"""vim-cmd vmsvc/get.runtime on an ESXi 5.5 (the blog "nested ESXi in VirtualBox", 2015)."""
GUEST = """\
Guest information:

(vim.vm.GuestInfo) {
   toolsStatus = "toolsOk", \n\
   toolsVersionStatus2 = "guestToolsUnmanaged", \n\
   toolsRunningStatus = "guestToolsRunning", \n\
   toolsUpdateStatus = (vim.vm.GuestInfo.ToolsUpdateStatus) null, \n\
   guestId = "debian10_64Guest", \n\
   hostName = "debian", \n\
   ipAddress = "192.168.200.9", \n\
   net = (vim.vm.GuestInfo.NicInfo) [
      (vim.vm.GuestInfo.NicInfo) {
         network = "Kubernetes Network", \n\
         ipAddress = (string) [
            "192.168.200.9", \n\
            "fe80::20c:29ff:fe62:e86d"
         ], \n\
         macAddress = "00:0c:29:62:e8:6d"
      }
   ], \n\
   screen = (vim.vm.GuestInfo.ScreenInfo) {
      width = 800, \n\
      height = 600
   }, \n\
   guestState = "running"
}"""
"""vim-cmd vmsvc/get.guest of a Debian with open-vm-tools (a Kubernetes provider's tests)."""
NO_TOOLS = """\
Guest information:

(vim.vm.GuestInfo) {
   toolsStatus = "toolsNotInstalled",
   toolsVersionStatus2 = "guestToolsNotInstalled",
   toolsRunningStatus = "guestToolsNotRunning",
   guestId = <unset>,
   hostName = <unset>,
   ipAddress = <unset>,
   net = <unset>,
   screen = (vim.vm.GuestInfo.ScreenInfo) {
      width = 1024,
      height = 768
   },
   guestState = "running",
   hwVersion = "vmx-20",
   customizationInfo = (vim.vm.GuestInfo.CustomizationInfo) {
      customizationStatus = "TOOLSDEPLOYPKG_IDLE",
      startTime = <unset>
   }
}"""
"""The same of an ESXi 8 (Jim Klimov, VimCmdParsersTest)."""
DEVICES = """\
Devices:

(vim.vm.VirtualHardware) {
   numCPU = 2,
   device = (vim.vm.device.VirtualDevice) [
      (vim.vm.device.VirtualUSB) {
         key = 0,
         connectable = (vim.vm.device.VirtualDevice.ConnectInfo) null,
         connected = true,
         family = (string) [
            "storage"
         ],
      },
      (vim.vm.device.VirtualE1000) {
         key = 4000,
         deviceInfo = (vim.Description) {
            label = "Network adapter 1",
            summary = "VM Network"
         },
         backing = (vim.vm.device.VirtualEthernetCard.NetworkBackingInfo) {
            deviceName = "VM Network",
            network = 'vim.Network:HaNetwork-VM Network',
         },
         connectable = (vim.vm.device.VirtualDevice.ConnectInfo) {
            startConnected = true,
            allowGuestControl = true,
            connected = false,
            status = "ok"
         },
         addressType = "generated",
         macAddress = "00:0c:29:62:e8:6d",
         wakeOnLanEnabled = true,
      }
   ]
}"""
"""vim-cmd vmsvc/device.getdevices of 6.x (a Chinese handbook on USB passthrough): parts, another address, and
the cable pulled."""
VMX = """\
.encoding = "UTF-8"
virtualHW.version = "11"
numvcpus = "2"
memSize = "1024"
scsi0.virtualDev = "lsilogic"
scsi0.present = "TRUE"
sata0.present = "TRUE"
scsi0:0.deviceType = "scsi-hardDisk"
scsi0:0.fileName = "test flo_0-000004.vmdk"
sched.scsi0:0.shares = "normal"
scsi0:0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
ethernet0.networkName = "VM Network"
ethernet0.addressType = "generated"
ethernet0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "/vmfs/volumes/636a25ed-0b37afee-60ef-3cfdfe75e770/ISO/ubuntu-22.04.1.iso"
sata0:0.present = "TRUE"
displayName = "test flo"
guestOS = "ubuntu-64"
uuid.bios = "56 4d fd 52 65 f4 71 df-e4 c8 66 8e b1 27 c4 8b"
vc.uuid = "52 53 bd 47 4e a1 ba 91-dd c2 15 04 b1 06 35 92"
scsi0:0.redo = ""
scsi0.pciSlotNumber = "16"
ethernet0.pciSlotNumber = "160"
ethernet0.generatedAddress = "00:0c:29:62:e8:6d"
cleanShutdown = "TRUE"
"""
VMSD = """\
.encoding = "UTF-8"
snapshot.lastUID = "4"
snapshot.current = "4"
snapshot0.uid = "1"
snapshot0.filename = "test flo-Snapshot1.vmsn"
snapshot0.displayName = "SNAPSHOT POST INSTALL"
snapshot.numSnapshots = "4"
snapshot1.uid = "2"
"""
"""Files of one machine on an ESXi (xen-orchestra, parse-vmx and parse-vmsd), parts; ghettoVCB counts
snapshot.numSnapshots on hosts too."""
PATH = ("datastore1", "test flo/test flo.vmx")


def machine(**parts):
    look = told(**parts)
    look.vmx[PATH], look.vmsd["datastore1", "test flo/test flo.vmsd"] = VMX, VMSD
    return machine_of(look, PATH, number="3", name="test flo")


def test_a_machine_that_runs():
    seen = machine(
        state__get_runtime__3=RUNTIME, state__get_guest__3=GUEST, state__device_getdevices__3=DEVICES
    )
    assert (seen.powered_on, seen.question, seen.boot_time) == (True, "", "2015-02-04T00:28:55.507435+00:00")
    assert (seen.tools, seen.guest_state, seen.address) == ("guestToolsRunning", "running", "192.168.200.9")
    [nic] = seen.nics
    assert (nic.addresses, nic.connected) == (("192.168.200.9", "fe80::20c:29ff:fe62:e86d"), False)
    assert (seen.hardware.guest_id, seen.hardware.scsi_type, seen.hardware.nic_type) == (
        "ubuntu64Guest",
        "lsilogic",
        "vmxnet3",
    )
    assert (seen.snapshot, seen.uuid, seen.disks, seen.version) == (
        "4",
        "5253bd47-4ea1-ba91-ddc2-1504b1063592",
        ("[datastore1] test flo/test flo_0-000004.vmdk",),
        "vmx-11",
    )


def test_a_machine_without_tools():
    seen = machine(state__get_runtime__3=RUNTIME, state__get_guest__3=NO_TOOLS)
    assert (seen.tools, seen.guest_state, seen.address) == ("guestToolsNotRunning", "running", "")
    assert [nic.addresses for nic in seen.nics] == [()]


@pytest.mark.parametrize(
    ("line", "runtime", "suspended"),
    [
        ("windows.vmss", "", True),
        ("", "", False),
        ("Win10MalBox-Velo-Snapshot9.vmsn", "", False),
        ("windows.vmss", "poweredOff", False),
        ("", "suspended", True),
    ],
)
def test_the_saved_state_of_a_machine(line, runtime, suspended):
    """checkpoint.vmState as .vmx files have it: empty in most of them, of a suspended one its .vmss, after a
    snapshot in that state the snapshot's."""
    look = told()
    look.vmx[PATH] = f'{VMX}checkpoint.vmState = "{line}"\n'
    if runtime:
        look.states["get.runtime", "3"] = {"powerState": runtime}
    assert machine_of(look, PATH, number="3", name="test flo").suspended is suspended


HOST_SUMMARY = """\
(vim.host.Summary) {
   host = 'vim.HostSystem:ha-host',
   hardware = (vim.host.Summary.HardwareSummary) {
      vendor = "QEMU",
      model = "Standard PC (Q35 + ICH9, 2009)",
      uuid = "4c4c4544-004e-5610-804c-b7c04f534258",
      otherIdentifyingInfo = (vim.host.SystemIdentificationInfo) [
         (vim.host.SystemIdentificationInfo) {
            identifierValue = "",
            identifierType = (vim.ElementDescription) {
               label = "Asset Tag",
               key = "AssetTag"
            }
         }
      ],
      memorySize = 8589328384,
      cpuModel = "AMD Ryzen 7 5825U with Radeon Graphics         ",
      cpuMhz = 1996,
      numHBAs = 2
   },
   runtime = (vim.host.RuntimeInfo) {
      connectionState = "connected",
      powerState = "poweredOn",
      standbyMode = <unset>,
      inMaintenanceMode = false,
      hostMaxVirtualDiskCapacity = 68169720922112,
   },
   quickStats = (vim.host.Summary.QuickStats) {
      overallCpuUsage = 60,
      overallMemoryUsage = 1850,
      uptime = 72306
   },
}"""
"""vim-cmd hostsvc/hostsummary of an ESXi 8.0.1 (Jim Klimov, EsxiHostStatsTest); the uuid of another host."""
GROUPS = """\
ActiveClients,Name,VLANID,VirtualSwitch,
1,Management Network,0,vSwitch0,
3,VM Network,0,vSwitch0,
"""
"""esxcli --formatter=csv network vswitch standard portgroup list, from a comment of an inventory script."""
VOLUMES = """\
Free,MountPoint,Mounted,Size,Type,UUID,VolumeName,
1,/vmfs/volumes/aaaaaaaa-bbbbbbbb-cccc-dddddddddd,true,2,VMFS-6,aaaaaaaa-bbbbbbbb-cccc-dddddddddd,Fake Store,
1,/vmfs/volumes/eeeeeeee-ffffffff-1111-222222222222,true,2,VMFS-6,eeeeeeee-ffffffff-1111-222222222222,fake-2,
"""
"""esxcli --formatter=csv storage filesystem list, of a public tool's fake host."""
ADAPTERS = """\
Enabled,MACAddress,MTU,Name,Portgroup,Portset,
true,34:40:b5:b0:08:28,1500,vmk0,Management Network,vSwitch0,
true,00:50:56:65:4a:24,1600,vmk10,N/A,DvsPortset-0,
"""
"""esxcli network ip interface list of two hosts, its fields as a public tool reads them from csv
(Name, Portgroup, MACAddress, MTU); one adapter is on a distributed switch."""


def test_a_host():
    look = told(summary=HOST_SUMMARY, groups=GROUPS, volumes=VOLUMES, adapters=ADAPTERS)
    inventory = inventory_of(look)
    host = inventory.hosts["ha-host"]
    assert (host.connected, host.maintenance, host.uuid) == (
        True,
        False,
        "4c4c4544-004e-5610-804c-b7c04f534258",
    )
    assert {name: group.vlan for name, group in host.port_groups.items()} == {
        "Management Network": 0,
        "VM Network": 0,
    }
    assert sorted(store.name for store in inventory.datastores.values()) == ["Fake Store", "fake-2"]
    assert within(look.summary, "hardware", "memorySize") // MIB == 8191
    assert adapters_of(look) == [("vmk0", "Management Network"), ("vmk10", "N/A")]


PROCESSES = (
    "3360796 3360796 vmkfstools           /sbin/vmkfstools -i /vmfs/volumes/tmp/V.vmdk -a lsilogic -d thin"
    " /vmfs/volumes/backups/V.vmdk\n"
    "2100001 2100001 vmkfstools  vmkfstools --diskformat thin --clonevirtualdisk /vmfs/volumes/a/a.vmdk"
    " /vmfs/volumes/b/a.vmdk\n"
    "2100002 2100002 vmkfstools           vmkfstools -U /vmfs/volumes/a/a.vmdk\n"
)
"""`ps -c | grep vmkfstools`, ghettoVCB's page; the others are calls of public scripts."""


def test_copies_are_seen_however_they_were_asked_for():
    assert len(copies_in(told(copies=PROCESSES))) == 2


TOKENS = """
winXPPro-64 winXPPro64Guest, longhorn winLonghornGuest, longhorn-64 winLonghorn64Guest,
winvista winVistaGuest, windows7-64 windows7_64Guest, windows7srv-64 windows7Server64Guest,
windows9-64 windows9_64Guest, windows9srv-64 windows9Server64Guest, winHyperV windowsHyperVGuest,
rhel7-64 rhel7_64Guest, centos-64 centos64Guest, oraclelinux-64 oracleLinux64Guest,
oraclelinux7-64 oracleLinux7_64Guest, sles12-64 sles12_64Guest, ubuntu ubuntuGuest, ubuntu-64 ubuntu64Guest,
debian4 debian4Guest, debian9 debian9Guest, debian9-64 debian9_64Guest, debian10-64 debian10_64Guest,
fedora-64 fedora64Guest, coreos-64 coreos64Guest, vmware-photon-64 vmwarePhoton64Guest,
other26xlinux-64 other26xLinux64Guest, other3xlinux other3xLinuxGuest, other3xlinux-64 other3xLinux64Guest,
other4xlinux-64 other4xLinux64Guest, otherlinux otherLinuxGuest, otherlinux-64 otherLinux64Guest,
genericlinux genericLinuxGuest, solaris10-64 solaris10_64Guest, darwin-64 darwin64Guest,
darwin10-64 darwin10_64Guest, vmkernel65 vmkernel65Guest, eComStation eComStationGuest,
freeBSD-64 freebsd64Guest, freeBSD12-64 freebsd12_64Guest, openserver5 openServer5Guest, other otherGuest,
other-64 otherGuest64, windows2019srvNext-64 windows2019srvNext_64Guest, debian12-64 debian12_64Guest
"""
"""open-vm-tools, guest_os_tables.h, GUEST_OS_KEY_MAP; the last two: .vmx files of ESXi 8."""
PAIRS = [tuple(pair.split()) for pair in TOKENS.split(",")]


@pytest.mark.parametrize(("token", "identifier"), PAIRS)
def test_guest_systems_have_two_names(token, identifier):
    assert guest_os(identifier) == token.lower()
    assert guest_identifier(token) == identifier
    assert (guest_id(token.lower()), guest_token(identifier).lower()) == (identifier, token.lower())
