"""Every file of every machine, in each part of the exercise, as it will stand in the guests."""

from __future__ import annotations

import os
from dataclasses import replace
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from esxlab.exercises.registry import build_lab
from tests.group_specs import group_spec, with_balancer, with_cluster

GOLDEN = Path(__file__).parent / "seeds"
VARIANTS = {
    "ha": group_spec(scenario="ha"),
    "ha-improved": with_cluster(
        replace(group_spec(scenario="ha"), package_mirror="http://deb.example:3142/debian"),
        auto_failback=True,
        addresses=(IPv4Interface("172.16.193.30/16"), IPv4Interface("172.16.193.31/16")),
    ),
    "ha-bare": replace(with_cluster(group_spec(scenario="ha"), services=(), auth_method="crc"), router=None),
    "lb": group_spec(scenario="lb"),
    "lb-dr": with_balancer(group_spec(scenario="lb", method="dr"), scheduler="wrr"),
}


def rendered(variant: str) -> dict[str, str]:
    """machine/path -> header and content; cards as ESXi's guests name them."""
    files = {}
    for machine in build_lab(VARIANTS[variant], phrase="sesame").machines:
        names = {nic.mac: f"ens{160 + 32 * slot}" for slot, nic in enumerate(machine.nics)}
        guest = machine.guest
        for file in guest.files:
            head = f"# {file.mode:04o} {file.owner}:{file.group}{' secret' if file.secret else ''}\n"
            path = file.path.lstrip("/").replace("/", "_")
            files[f"{machine.owner.machine}/{path}"] = head + file.resolved(names).content
        facts = [f"hostname {guest.hostname}", *(f"package {name}" for name in guest.packages)]
        facts += [f"service {s.name} enabled={s.enabled} running={s.running}" for s in guest.services]
        facts += [f"sysctl {key}={value}" for key, value in guest.sysctl]
        facts += [f"card {nic.role} on {nic.network}" for nic in machine.nics]
        files[f"{machine.owner.machine}/FACTS"] = "\n".join(facts) + "\n"
    return files


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_file_of_every_machine(variant):
    files = rendered(variant)
    here = GOLDEN / variant
    if os.environ.get("UPDATE_GOLDEN"):
        for old in here.rglob("*") if here.exists() else ():
            if old.is_file():
                old.unlink()
        for name, text in files.items():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            (here / name).write_text(text, encoding="utf-8")
    golden = {str(p.relative_to(here)): p.read_text(encoding="utf-8") for p in here.rglob("*") if p.is_file()}
    assert files == golden
