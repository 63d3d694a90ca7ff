"""The exercise's own values: a spec, as a teacher would write it, that lies under every class spec.

A machine address that comes from here is a host part: when its network is overridden, it follows. Sources:
the handout for names and addresses; the missing drawings' addresses as the project fixed them.
"""

from __future__ import annotations

from typing import Any

from esxlab.spec.parts import PARTS, family_of

DEFAULT = "ha"
_FAMILY = family_of(DEFAULT)

EXERCISE: dict[str, Any] = {
    "scenario": DEFAULT,
    "vsphere": {
        "user": "root",
        "port": 443,
        "thumbprint": "",
        "datacenter": "",
        "esxi": "",
        "datastore": "datastore1",
        "model": "modeleD9",
        "staging": "VM Network",
        "vswitch": "vSwitch0",
        "writes": "auto",
        "api": "use",
        "key": "",
        "method": "copy",
    },
    "inside": {
        "network": "172.16.0.0/16",
        "existing": False,
        "port_group": "g{{ '%02d' % group }}-inside",
        "vlan": "{{ 100 + group }}",
    },
    "outside": {
        "network": "192.16.193.0/24",
        "existing": False,
        "port_group": "g{{ '%02d' % group }}-outside",
        "vlan": "{{ 200 + group }}",
    },
    "hardware": {
        "guest_id": "debian9Guest",
        "cpus": 1,
        "memory_mib": 1024,
        "disk_gib": 20,
        "nic_type": "vmxnet3",
        "scsi_type": "pvscsi",
    },
    "machines": _FAMILY.machines,
    "clients": _FAMILY.clients,
    **{key: part.defaults for key, part in PARTS.items()},
    "router": {
        "device": "cisco_ios",
        "port": 22,
        "user": "admin",
        "key": "",
        "serial_number": "",
        "outside": "FastEthernet0/0",
        "outside_address": "192.16.193.20",
        "outside_port": 80,
        "inside": "FastEthernet0/1",
        "inside_address": "172.16.193.254",
    },
    "guest": {"user": "root", "password": "model", "key": "", "host_key": "", "mirror": ""},
    "model": {
        "iso": "",
        "sha256": "",
        "release": "stretch",
        "locale": "fr_FR.UTF-8",
        "keymap": "fr",
        "timezone": "Europe/Paris",
    },
    "school": {"network": "172.16.0.0/16", "gateway": "172.16.253.253", "dns": "172.16.253.253"},
    "names": {},
}
"""A machine's unset hardware falls back to `hardware`; unset names are chosen by esxlab (naming.py)."""


def exercise_of(scenario: str) -> dict[str, Any]:
    """The same with the machines of this scenario's family."""
    family = family_of(scenario)
    return {**EXERCISE, "machines": family.machines, "clients": family.clients}
