"""What vim-cmd of a recent ESXi lists below vmsvc/ and hostsvc/, played or not (public transcripts)."""

from __future__ import annotations

VMSVC = """
acquiremksticket acquireticket createdummyvm destroy device.connection device.connusbdev device.ctlradd
device.ctlrremove device.disconnusbdev device.diskadd device.diskaddexisting device.diskextend
device.diskremove device.getdevices device.nvdimmadd device.nvdimmremove device.toolsSyncSet devices.createnic
get.capability get.config get.config.cpuidmask get.configoption get.datastores get.disabledmethods
get.environment get.filelayout get.filelayoutex get.guest get.guestheartbeatStatus get.managedentitystatus
get.networks get.runtime get.snapshotinfo get.spaceNeededForConsolidation get.summary get.tasklist getallvms
gethostconstraints message power.getstate power.hibernate power.off power.on power.reboot power.reset
power.shutdown power.suspend power.suspendResume queryftcompat reload setscreenres snapshot.create
snapshot.dumpoption snapshot.get snapshot.remove snapshot.removeall snapshot.revert snapshot.setoption
tools.cancelinstall tools.install tools.upgrade unregister upgrade
"""
HOSTSVC = """
advopt/ autostartmanager/ datastore/ datastorebrowser/ firmware/ net/ rsrc/ storage/ summary/ vmotion/ cpuinfo
disable_esx_shell disable_ssh enable_esx_shell enable_ssh firewall_disable_ruleset firewall_enable_ruleset
get_service_status hostconfig hosthardware hostsummary maintenance_mode_enter maintenance_mode_exit pci_add
pci_remove queryconnectioninfo querydisabledmethods refresh_firewall refresh_services reset_service
runtimeinfo set_hostid standby_mode_enter standby_mode_exit start_esx_shell start_service start_ssh
stop_esx_shell stop_service stop_ssh task_list
"""
KNOWN = frozenset(
    [f"vmsvc/{name}" for name in VMSVC.split()]
    + [f"hostsvc/{name}" for name in HOSTSVC.split() if not name.endswith("/")]
)
