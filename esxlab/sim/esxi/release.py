"""What an ESXi says of itself, by version: three releases that schools run."""

from __future__ import annotations

from typing import NamedTuple


class Release(NamedTuple):
    """One release. What it prints of itself was seen on hosts, in the transcripts named beside it."""

    number: str  # as vmware -v has it: 8.0.3
    build: int
    update: int
    patch: int  # of `esxcli system version get`
    level: str  # what vmware -l prints
    api: str  # the newest vim version that its hostd speaks, as pyVmomi names it
    sshd: str  # the banner [guess]; nothing asks for it
    edition: str  # editionKey of the free licence
    licence: str  # its name


RELEASES = {
    # vmware -vl of a 6.7 Update 3 (build 19195723); esxBasic until 6.x (pyvmomi#625)
    "6.7": Release(
        "6.7.0",
        19195723,
        3,
        167,
        "VMware ESXi 6.7.0 Update 3",
        "vim.version.version15",
        "OpenSSH_7.9",
        "esxBasic",
        "vSphere 6 Hypervisor",
    ),
    # `vmware -v` of an ESXi 7 in Jim Klimov's FakeEsxiHost
    "7.0": Release(
        "7.0.3",
        20036589,
        3,
        55,
        "VMware ESXi 7.0 Update 3",
        "vim.version.v7_0_3_2",
        "OpenSSH_8.8",
        "esx.hypervisor.cpuPackageCoreLimited",
        "vSphere 7 Hypervisor",
    ),
    # vmware -vl of an 8.0 Update 3e; esxi-ssh.md, "What the free licence is" and "Reading"
    "8.0": Release(
        "8.0.3",
        24677879,
        3,
        70,
        "VMware ESXi 8.0 Update 3",
        "vim.version.v8_0_3_1",
        "OpenSSH_9.7",
        "esx.hypervisor.cpuPackageCoreLimited",
        "vSphere 8 Hypervisor",
    ),
}
NEWEST = "8.0"
