"""Other people's things in the vSphere and the routers in memory, as near to a group's as they can be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.ios_statics import STATIC
from esxlab.lab.machine import Hardware, PortGroup
from esxlab.lab.record import GroupRecord
from tests.memory.world import Directory, Vm, host_key

KINDS = (
    "name elsewhere",
    "name here",
    "name in another case",
    "files in our folder",
    "our marks",
    "our uuid",
    "our marks and uuid",
    "our marks in our folder",
    "our uuid in our folder",
    "marks of another class",
    "marks of another group",
    "a disk in our folder",
    "folder without owner file",
    "folder of another class",
    "folder of another machine",
    "folder in another case",
    "folder inside ours",
    "copy of our folder",
    "group-folder without record",
    "group-folder of another class",
    "group-folder in another case",
    "port group of our name",
    "port group with another VLAN",
    "port group on another switch",
    "port group in another case",
    "port group with our VLAN",
    "port group on another host",
    "line for our port",
    "line for our address",
    "our very line",
    "line for another port",
    "lines of another interface",
)
"""What somebody may have: every way in which a thing can look like ours without being ours."""
IN_THE_WAY = {
    "our marks in our folder", "our uuid in our folder",
    "name here", "files in our folder", "our marks", "our uuid", "our marks and uuid",
    "folder without owner file", "folder of another class", "folder of another machine",
    "group-folder without record",
    "port group of our name", "port group with another VLAN", "port group on another switch",
    "line for our port", "line for our address",
}  # fmt: skip
"""Those that have the place of something of ours: the group is refused, and told why."""
IN_DOUBT = {
    "our marks", "our marks and uuid", "our marks in our folder", "marks of another group",
    "a disk in our folder",
}  # fmt: skip
"""Those for which a teardown refuses their group: it cannot tell what is whose, or would take it along."""


@dataclass(frozen=True)
class NearMiss:
    """One foreign thing: its kind, which group and machine it resembles, and what makes it differ."""

    kind: str
    place: int
    tail: str
    powered_on: bool


def near_misses(most=6):
    """A handful of foreign things."""
    tails = st.sampled_from(["2", "-old", "x", " ", "-g01", "0"]) | st.text(
        "ab-_ 019é.", min_size=1, max_size=4
    )
    one = st.builds(NearMiss, st.sampled_from(KINDS), st.integers(0, 30), tails, st.booleans())
    return st.lists(one, min_size=1, max_size=most, unique_by=lambda miss: (miss.kind, miss.place % 10))


class Others:
    """Plants foreign things into a world, and tells afterwards whether each is as it was."""

    def __init__(self, world):
        self.world = world
        self.specs = world.drawn.load()
        self._planted = []
        self._count = 0

    def plant(self, miss):
        """Put it there, unless something has its place already."""
        spec = self.specs[miss.place % len(self.specs)]
        machine = spec.machines[miss.place % len(spec.machines)]
        part = "router" if "line" in miss.kind else miss.kind.split()[0]
        plant = {"router": self._line, "port": self._port_group, "group-folder": self._group_folder}.get(part)
        if plant:
            plant(miss, spec)
        elif part in {"folder", "copy"}:
            self._folder(miss, spec, machine)
        else:
            self._machine(miss, spec, machine)

    @property
    def planted(self):
        """How many things there are."""
        return len(self._planted)

    def changed(self):
        """The foreign things that are not as they were planted."""
        return [what for what, now, then in self._planted if now() != then]

    def _keep(self, what, table, key, value):
        if key in table:
            return
        table[key] = value
        self._planted.append((f"{what} {key}", lambda: table.get(key), value))

    def _machine(self, miss, spec, machine):
        self._count += 1
        host, site = spec.site.server.host, spec.site
        owner = Owner(spec.group, machine.key)
        inventory_folder = "" if host in self.world.vsphere.world.lone_esxi else spec.group.folder_name
        vm = Vm(
            moref=f"vm-{900 + self._count}",
            server=host,
            name=f"{machine.vm_name}{miss.tail}",
            datastore=site.datastore,
            folder=f"{machine.folder}{miss.tail}",
            host=site.esxi,
            uuid=f"foreign-{self._count}",
            hardware=Hardware(),
            nics=((f"00:0c:29:00:00:{self._count:02x}", site.staging, True),),
            powered_on=miss.powered_on,
        )
        other_class = GroupId(f"{spec.group.class_name}{miss.tail.strip() or 'x'}", spec.group.number)
        differences = {
            "name elsewhere": {"name": machine.vm_name, "inventory_folder": f"{inventory_folder}{miss.tail}"},
            "name here": {"name": machine.vm_name, "inventory_folder": inventory_folder},
            "name in another case": {
                "name": machine.vm_name.swapcase(),
                "inventory_folder": inventory_folder,
            },
            "files in our folder": {"folder": machine.folder},
            "our marks": {"marks": owner},
            "our uuid": {"uuid": owner.instance_uuid},
            "our marks and uuid": {"marks": owner, "uuid": owner.instance_uuid},
            "our marks in our folder": {"marks": owner, "folder": machine.folder},
            "our uuid in our folder": {"uuid": owner.instance_uuid, "folder": machine.folder},
            "marks of another class": {
                "marks": Owner(other_class, machine.key),
                "inventory_folder": inventory_folder,
            },
            "marks of another group": {"marks": Owner(replace(spec.group, number=77), machine.key)},
            "a disk in our folder": {
                "disks": (f"[{site.datastore}] {machine.folder}/{machine.vm_name}.vmdk",)
            },
        }
        self._keep(
            miss.kind, self.world.vsphere.world.machines, vm.moref, replace(vm, **differences[miss.kind])
        )

    def _folder(self, miss, spec, machine):
        owner = Owner(spec.group, machine.key)
        other_class = replace(owner, group=replace(spec.group, class_name=f"{spec.group.class_name}-b"))
        path, directory = {
            "folder without owner file": (machine.folder, Directory(foreign=True)),
            "folder of another class": (machine.folder, Directory(other_class, "complete")),
            "folder of another machine": (
                machine.folder,
                Directory(replace(owner, machine="srvweb9"), copied=True),
            ),
            "folder in another case": (machine.folder.swapcase(), Directory(foreign=True)),
            "folder inside ours": (f"{spec.group.folder_name}/{miss.tail}", Directory(foreign=True)),
            "copy of our folder": (f"{machine.folder}{miss.tail}", Directory(owner, "complete", copied=True)),
        }[miss.kind]
        key = (spec.site.server.host, spec.site.datastore, path)
        if path != machine.folder or miss.kind.startswith("folder"):
            self._keep(miss.kind, self.world.vsphere.world.directories, key, directory)

    def _group_folder(self, miss, spec):
        world, group = self.world.vsphere.world, spec.group
        where = (spec.site.server.host, spec.site.datastore)
        if miss.kind == "group-folder of another class":
            other = replace(group, class_name=f"{group.class_name}-{group.label}")
            self._keep(miss.kind, world.group_folders, (*where, other), GroupRecord(other, spec.site))
            return
        name = group.folder_name if miss.kind == "group-folder without record" else group.folder_name.upper()
        if (*where, group) not in world.group_folders:
            self._keep(miss.kind, world.directories, (*where, name), Directory(foreign=True))

    def _port_group(self, miss, spec):
        ours = spec.inside if miss.place % 2 else spec.outside
        there = PortGroup(ours.port_group, ours.vlan, spec.site.vswitch)
        site = spec.site
        if miss.kind == "port group on another host":
            site = replace(site, esxi=f"{site.esxi}-b")
        there = {
            "port group with another VLAN": replace(there, vlan=there.vlan + 1),
            "port group on another switch": replace(there, vswitch="vSwitch1"),
            "port group in another case": replace(there, name=there.name.upper()),
            "port group with our VLAN": replace(there, name=there.name + miss.tail),
        }.get(miss.kind, there)
        record = self.world.vsphere.world.group_folders.get((site.server.host, site.datastore, spec.group))
        if record and there in record.port_groups:
            return  # a run died between recording and making it: it bears no mark, as promise 1 says
        table = self.world.vsphere.world.port_groups.setdefault(host_key(site), {})
        self._keep(miss.kind, table, there.name, there)

    def _line(self, miss, spec):
        router = spec.router
        if router is None:
            return
        outside, port = router.outside_interface, router.outside_port
        mine = str(spec.part(ClusterSpec).addresses[0].ip)
        line = {
            "line for our port": f"{STATIC} tcp 10.9.9.9 80 interface {outside} {port}",
            "line for our address": f"{STATIC} tcp 10.9.9.9 80 {router.outside_address.ip} {port}",
            "our very line": f"{STATIC} tcp {mine} 80 interface {outside} {port}",
            "line for another port": f"{STATIC} tcp {mine} 80 interface {outside} {port + 1000 + miss.place}",
            "lines of another interface": f"interface Loopback{miss.place}",
        }[miss.kind]
        config = self.world.routers.configs.setdefault(router.address.host, list(FACTORY))
        if line not in config:
            config.append(line)
            self._planted.append(
                (f"{miss.kind} {line}", lambda: config_of(self.world, router).count(line), 1)
            )


FACTORY = (
    "interface FastEthernet0/0",
    " no ip address",
    " shutdown",
    "interface FastEthernet0/1",
    " no ip address",
    " shutdown",
)


def config_of(world, router):
    """The lines of a router as they stand."""
    return world.routers.configs[router.address.host]
