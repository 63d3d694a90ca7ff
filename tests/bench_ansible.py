"""Ansible's figure for `make bench`: the same machines by community.vmware, from an environment of its own.

Ansible and its collections are no dependency of esxlab: they are installed below `.bench/` with pip when they
can be had, and the row says so when they cannot.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = Path(__file__).parent.parent / ".bench" / "ansible"
PACKAGES = ("ansible", "pyvmomi", "requests")
"""The package `ansible` brings the collection community.vmware (docs.ansible.com, "Ansible package")."""
INSTALL_S, PLAY_S = 900, 1800
MESSAGE = re.compile(r'"msg": "((?:[^"\\]|\\.)*)"')
FORKS = 8
LOGIN = {
    "hostname": "{{ server }}",
    "port": "{{ https }}",
    "username": "{{ user }}",
    "password": "{{ secret }}",
    "validate_certs": False,
}
PLAY: list[dict[str, Any]] = [
    {
        "hosts": "port_groups",
        "gather_facts": False,
        "strategy": "free",
        "tasks": [
            {
                "community.vmware.vmware_portgroup": {
                    **LOGIN,
                    "esxi_hostname": "{{ esxi }}",
                    "switch": "vSwitch0",
                    "portgroup": "{{ port_group }}",
                    "vlan_id": "{{ vlan }}",
                }
            }
        ],
    },
    {
        "hosts": "machines",
        "gather_facts": False,
        "strategy": "free",
        "tasks": [
            {
                "community.vmware.vmware_guest": {
                    **LOGIN,
                    "datacenter": "{{ datacenter }}",
                    "folder": "/{{ datacenter }}/vm",
                    "esxi_hostname": "{{ esxi }}",
                    "datastore": "{{ datastore }}",
                    "name": "{{ vm }}",
                    "template": "modeleD9",
                    "networks": "{{ cards }}",
                    "state": "poweredon",
                }
            }
        ],
    },
]
"""Machines are cloned, for no module copies a disk; one "host" of the inventory is one thing to be made."""


def ansible() -> Path | None:
    """ansible-playbook, installed when it is not there yet; None when it cannot be had."""
    program = HOME / "bin" / "ansible-playbook"
    if program.exists():
        return program
    pip = (str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES)
    try:
        for command in ((sys.executable, "-m", "venv", str(HOME)), pip):
            subprocess.run(command, check=True, timeout=INSTALL_S, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"no Ansible: {error}", file=sys.stderr)
        return None
    return program


def inventory(order: Mapping[str, Any]) -> dict[str, Any]:
    """What tests.bare_pyvmomi is ordered to make, as hosts of an inventory."""
    address, port = order["access"]["servers"][order["server"]]
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(HOME / "bin" / "python"),
        "server": address,
        "https": port,
        "user": order["user"],
        "secret": order["access"]["passwords"]["vsphere"],
        "datacenter": "Lab",
        "esxi": "esxi1",
        "datastore": order["datastore"],
    }
    groups = {pg["name"]: {"port_group": pg["name"], "vlan": pg["vlan"]} for pg in order["port_groups"]}
    machines = {
        machine["name"]: {
            "vm": machine["name"],
            "cards": [
                {"name": network, "mac": mac, "device_type": "vmxnet3"}
                for network, mac in zip(machine["networks"], machine["macs"], strict=True)
            ],
        }
        for machine in order["machines"]
    }
    return {
        "all": {
            "vars": common,
            "children": {"port_groups": {"hosts": groups}, "machines": {"hosts": machines}},
        }
    }


def play(order: Mapping[str, Any], directory: Path) -> tuple[float, str]:
    """Seconds that the play took, and what went wrong (empty: nothing)."""
    program = ansible()
    if program is None:
        return 0.0, "not to be had here"
    (directory / "play.json").write_text(json.dumps(PLAY), encoding="utf-8")
    (directory / "hosts.json").write_text(json.dumps(inventory(order)), encoding="utf-8")
    files = ("-i", str(directory / "hosts.json"), str(directory / "play.json"))
    words = (str(program), "-f", str(FORKS), *files)
    began = time.monotonic()
    environment = os.environ | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False"}
    done = subprocess.run(words, capture_output=True, text=True, timeout=PLAY_S, env=environment, check=False)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-1000:], file=sys.stderr)
        reasons = dict.fromkeys(MESSAGE.findall(done.stdout))
        return 0.0, f"failed, exit {done.returncode}: {'; '.join(reasons)[:200]}"
    return time.monotonic() - began, ""
