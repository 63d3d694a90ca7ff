"""Three times the groups, three times the work: lines of the program are counted, nothing is timed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.found import Stored, find_lab
from esxlab.backends.vsphere.inventory import Inventory
from esxlab.backends.vsphere.obstacles import space_problems
from esxlab.backends.vsphere.seen import (
    SeenDatacenter,
    SeenDatastore,
    SeenHost,
    SeenMachine,
    SeenNetwork,
    SeenNic,
)
from esxlab.lab.lab import RouterRecord
from esxlab.lab.machine import Hardware
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterTable
from esxlab.planning.difference import Difference
from esxlab.planning.provision import plan_group
from esxlab.planning.roster import roster_of_labs
from esxlab.planning.sharing import by_router, other_records
from esxlab.planning.standing import standing_of
from esxlab.planning.teardown import Remains, plan_removals
from esxlab.spec.load import load_class_spec
from esxlab.workflow import wanted_labs

FEW, MANY = 24, 72
PER_HOST = 8
MARGIN = 1.2
"""How much more a group of a large class may cost than one of a small class."""


def spec_text(count):
    """A class on so many hosts as it needs, each group with a place of its own in the ranges."""
    hosts = range(1, count // PER_HOST + 1)
    ranges = [(f"{1 + (host - 1) * PER_HOST}-{host * PER_HOST}", host) for host in hosts]
    esxi = ", ".join(f"{groups}: esxi{host}.lycee.example" for groups, host in ranges)
    stores = ", ".join(f"{groups}: esxi{host}-local" for groups, host in ranges)
    overrides = "\n".join(
        f"  {number}: {{hardware: {{memory_mib: {512 + number}}}}}" for number in range(1, count + 1)
    )
    return f"""
class: large
groups: 1-{count}
vsphere:
  host: vcenter.lycee.example
  user: prof
  esxi: {{{esxi}}}
  datastore: {{{stores}}}
inside: {{vlan: "{{{{ 1000 + group }}}}"}}
outside: {{vlan: "{{{{ 2000 + group }}}}"}}
router: {{host: "router{{{{ group }}}}"}}
overrides:
{overrides}
"""


def lines_run(job):
    """How many lines of Python the job runs; a turn of a comprehension is one too."""
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        if event == "line":
            count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = job()
    finally:
        sys.settrace(before)
    return count, result


@dataclass
class Class:
    """A class, wanted, and the server where all of it stands; and how many lines each part took."""

    wanted: tuple
    server: Inventory
    lines: dict


def seen(machine, lab, number):
    return SeenMachine(
        ref=vim.VirtualMachine(f"vm-{number}"),
        moref=f"vm-{number}",
        name=machine.name,
        datacenter="dc-1",
        parent=f"group-{lab.group.folder_name}",
        host=f"host-{lab.site.esxi}",
        uuid=machine.owner.instance_uuid,
        vmx_path=machine.vmx_path,
        extra=machine.owner.marks(),
        hardware=Hardware(),
        disks=(machine.disk_path,),
        nics=tuple(SeenNic(nic.mac.lower(), nic.network, connected=True) for nic in machine.nics),
        powered_on=True,
    )


def server_of(labs, *, standing):
    """The server: a host and a datastore for so many groups, a network for each of their port groups."""
    sites = {lab.site.esxi: lab.site for lab in labs}
    machines = [
        seen(m, lab, f"{lab.group.number}-{m.name}") for lab in labs for m in lab.machines if standing
    ]
    names = {port_group.name for lab in labs for port_group in lab.port_groups}
    return Inventory(
        is_vcenter=True,
        datacenters={"dc-1": SeenDatacenter(vim.Datacenter("dc-1"), "dc-1", "Lab", "Lab", vim.Folder("g-1"))},
        hosts={f"host-{name}": host(name, site, labs) for name, site in sites.items()},
        datastores={
            f"ds-{site.datastore}": SeenDatastore(
                None, f"ds-{site.datastore}", site.datastore, "dc-1", 2**50, True, None
            )
            for site in sites.values()
        },
        networks={name: SeenNetwork(name, name, "dc-1") for name in sorted(names | {"VM Network"})},
        folders={
            ("g-1", lab.group.folder_name): vim.Folder(f"group-{lab.group.folder_name}") for lab in labs
        },
        machines={m.moref: m for m in (*machines, model())},
    )


def host(name, site, labs):
    own = [pg for lab in labs if lab.site.esxi == name for pg in lab.port_groups]
    return SeenHost(
        ref=vim.HostSystem(f"host-{name}"),
        name=name,
        datacenter="dc-1",
        pool=None,
        network_system=None,
        connected=True,
        maintenance=False,
        datastores=frozenset({f"ds-{site.datastore}"}),
        networks=frozenset({"VM Network", *(pg.name for pg in own)}),
        port_groups={pg.name: pg for pg in own},
        vswitches=frozenset({"vSwitch0"}),
    )


def model():
    model = SeenMachine(
        ref=None, moref="vm-0", name="modeleD9", datacenter="dc-1", parent="g-1", host="", uuid="model",
        vmx_path="[esxi1-local] modeleD9/modeleD9.vmx", extra={}, hardware=Hardware(),
        disks=("[esxi1-local] modeleD9/modeleD9.vmdk",), nics=(),
    )  # fmt: skip
    return replace(model, committed=2**31)


def record_of(lab):
    table = RouterTable(lab.router.table.lines)
    return GroupRecord(
        lab.group, lab.site, lab.port_groups, lab.router.address, RouterRecord(table, RouterTable())
    )


def look(labs, server, records):
    stored = Stored()
    for record in records:
        stored.note(record, server)
        stored.records[record.group] = record
    places = {lab.group: server.place(lab.site) for lab in labs}
    found = {lab.group: find_lab(lab, server, places[lab.group], stored) for lab in labs}
    assert not space_problems(labs, found, server, places)
    return found


def plan(labs, found, records):
    users, sharing = by_router(records), roster_of_labs(labs).sharing()
    earlier = {record.group: record for record in records}
    for lab in labs:
        others = other_records(lab, users)
        difference = Difference(
            lab, found[lab.group], others, earlier=earlier[lab.group], sharing=sharing[lab.group]
        )
        plan_group(difference)
        standing_of(lab, found[lab.group])


def measure(count, directory):
    path = directory / f"{count}.yaml"
    path.write_text(spec_text(count), encoding="utf-8")
    lines = {}
    lines["spec"], loaded = lines_run(lambda: load_class_spec(path))
    lines["labs"], labs = lines_run(lambda: wanted_labs(loaded.groups(), lambda *_: "phrase"))
    records = [record_of(lab) for lab in labs]
    for name, standing in (("found nothing", False), ("found all", True)):
        server = server_of(labs, standing=standing)
        lines[name], found = lines_run(lambda server=server: look(labs, server, records))
        assert all(len(lab.machines) == (5 if standing else 0) for lab in found.values())
    lines["plan"], _ = lines_run(lambda: plan(labs, found, records))
    going = [Remains(found[lab.group], record) for lab, record in zip(labs, records, strict=True)]
    lines["teardown"], removals = lines_run(lambda: plan_removals(going, ()))
    assert len(removals) == count
    lines["half of it"], _ = lines_run(lambda: plan_removals(going[::2], records[1::2]))
    return lines


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    directory = tmp_path_factory.mktemp("specs")
    measure(PER_HOST, directory)  # imports, compiled templates and expressions
    return measure(FEW, directory), measure(MANY, directory)


@pytest.mark.parametrize(
    "part", ["spec", "labs", "found nothing", "found all", "plan", "teardown", "half of it"]
)
def test_a_group_of_a_large_class_costs_what_one_of_a_small_class_costs(figures, part):
    few, many = figures
    assert many[part] / MANY <= MARGIN * few[part] / FEW
