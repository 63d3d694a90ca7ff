"""What a server holds, read in a few calls, as plain frozen nouns; and where a Site's names lead."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from esxlab.backends.vsphere.register import Register
from esxlab.backends.vsphere.seen import (
    Place,
    SeenDatacenter,
    SeenDatastore,
    SeenHost,
    SeenMachine,
    SeenNetwork,
    store_of,
)
from esxlab.backends.vsphere.store import Store, split_path
from esxlab.errors import LabError
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.ownership import Volume, is_namesake

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Network, Site

FEW = 8
NEAREST = 5
MOST_SIGNS = 80  # of a name in vSphere
T = TypeVar("T")
K = TypeVar("K", bound="Hashable")


@dataclass(slots=True)
class Inventory:
    """One look at a server. The machines and folders follow what this process does itself afterwards."""

    is_vcenter: bool
    datacenters: dict[str, SeenDatacenter]
    hosts: dict[str, SeenHost]
    datastores: dict[str, SeenDatastore]
    networks: dict[str, SeenNetwork]
    folders: dict[tuple[str, str], Any]  # (parent's id, name) -> folder of machines
    machines: dict[str, SeenMachine]
    lock: threading.Lock = field(default_factory=threading.Lock)
    register: Register = field(init=False)
    _hosts: dict[str, list[str]] = field(init=False)  # ids, by datacenter
    _named_hosts: dict[tuple[str, str], list[str]] = field(init=False)  # ids, by datacenter and name
    _stores: dict[str, list[SeenDatastore]] = field(init=False)  # by name
    _networks: dict[str, list[SeenNetwork]] = field(init=False)  # by name

    def __post_init__(self) -> None:
        """Machines come and go; hosts, datastores and networks stay as they were read."""
        self.register = Register(self.machines)
        self._hosts = _grouped(self.hosts, lambda moref: self.hosts[moref].datacenter)
        self._named_hosts = _grouped(
            self.hosts, lambda moref: (self.hosts[moref].datacenter, self.hosts[moref].name)
        )
        self._stores = _grouped(self.datastores.values(), lambda store: store.name)
        self._networks = _grouped(self.networks.values(), lambda network: network.name)

    def place(self, site: Site) -> Place:
        """Where this site is; LabError vsphere.datacenter_missing, host_missing, datastore_missing."""
        datacenter = self._datacenter(site)
        host = self._host(site, datacenter)
        return Place(datacenter, host, self.datastore(site.datastore, datacenter, host))

    def datastore(self, name: str, datacenter: SeenDatacenter, host: SeenHost) -> SeenDatastore:
        """A datastore that the host mounts."""
        for found in self._stores.get(name, ()):
            if found.moref in host.datastores and found.datacenter == datacenter.moref:
                return found
        mounted = (d.name for d in self.datastores.values() if d.moref in host.datastores)
        raise _missing("vsphere.datastore_missing", name, mounted, host=host.name)

    def file(self, path: str, place: Place) -> tuple[Store, str]:
        """The datastore of `[datastore1] modeleD9/modeleD9.vmdk`, as the place's host has it, and its path.

        Raises:
            LabError: vsphere.datastore_missing when the host does not mount it.
        """
        name, inside = split_path(path)
        return store_of(self.datastore(name, place.datacenter, place.host), place.datacenter), inside

    def stores(self, place: Place) -> dict[str, Store]:
        """Every datastore that the place's host mounts and can use, by its id."""
        centre = place.datacenter
        known = (self.datastores.get(moref) for moref in sorted(place.host.datastores))
        mounted = [d for d in known if d is not None and d.accessible]
        return {d.moref: store_of(d, centre) for d in mounted}

    def volume(self, store: Store) -> Volume:
        """A datastore as it is known by name and locator, beside the others of its hosts."""
        own = next((d for d in self.datastores.values() if d.browser == store.browser), None)
        if own is None:
            return Volume(store.name)
        beside = {
            key for host in self.hosts.values() if own.moref in host.datastores for key in host.datastores
        }
        others = (self.datastores.get(key) for key in beside - {own.moref})
        return Volume(own.name, own.url, frozenset(d.name for d in others if d))

    def model(self, site: Site, place: Place) -> SeenMachine:
        """The model: of several one that the host reaches, best on the site's datastore.

        Raises:
            LabError: vsphere.model_missing, vsphere.model_in_other_datacenter.
        """
        here = self.register.unmarked(site.model, place.datacenter.moref)
        if not here:
            raise self._no_model(site.model, place)
        host = place.host.ref._GetMoId()  # noqa: SLF001 - pyVmomi has no public name for it
        stores = (self.datastores.get(moref) for moref in place.host.datastores)
        mounted = {store.name for store in stores if store is not None}
        order = lambda m: (m.place[0] not in mounted, m.place[0] != site.datastore, m.host != host, m.moref)  # noqa: E731
        return min(here, key=order)

    def network(self, wanted: Network, place: Place) -> SeenNetwork:
        """The one network of this name, and kind if it says one, that a machine on this host can use.

        Raises:
            LabError: vsphere.network_missing, network_kind (it is of the other kind), network_off_host (of a
                distributed switch that the host is no member of), network_ambiguous.
        """
        named = list(self._named_networks(wanted.name, place))
        fit = [network for network in named if wanted.kind in {"", network.kind}]
        if len(fit) == 1:
            return fit[0]
        facts = {"name": wanted.name, "host": place.host.name}
        if fit:
            raise LabError("vsphere.network_ambiguous", **facts, found=", ".join(n.told for n in fit))
        if named:
            raise LabError("vsphere.network_kind", **facts, found=named[0].told, wanted=wanted.kind)
        elsewhere = (n for n in self._networks.get(wanted.name, ()) if n.datacenter == place.datacenter.moref)
        if beyond := next((network for network in elsewhere if network.key), None):
            raise LabError("vsphere.network_off_host", **facts, switch=beyond.switch)
        names = {self.networks[n].name for n in place.host.networks if n in self.networks}
        names |= {plain_name(name) for name in place.host.port_groups}
        raise LabError("vsphere.network_missing", **facts, known=nearest(wanted.name, names))

    def _named_networks(self, name: str, place: Place) -> Iterator[SeenNetwork]:
        """Those of the host: its distributed port groups, and the one of its own switches, if any."""
        here = [n for n in self._networks.get(name, ()) if n.moref in place.host.networks]
        yield from (network for network in here if network.key)
        standard = next((network for network in here if not network.key), None)
        own = next((known for known in place.host.port_groups if plain_name(known) == name), "")
        if own:
            seen = standard or SeenNetwork("", name, place.datacenter.moref)
            port_group = place.host.port_groups[own]
            yield replace(seen, spelled=own, vlan=str(port_group.vlan), switch=port_group.vswitch)
        elif standard:
            yield standard

    def with_uuid(self, uuid: str) -> SeenMachine | None:
        """The machine with this instanceUuid, as last seen."""
        return next(iter(self.register.with_uuid(uuid)), None)

    def marked(self, owner: Owner) -> list[SeenMachine]:
        """Every machine that carries this owner mark; more than one is a clone made by hand.

        Those of a group of the same name and number that has another origin are another class's.
        """
        marked = self.register.marked(owner)
        return [machine for machine in marked if not is_namesake(machine, owner)]

    def note(self, machine: SeenMachine) -> None:
        """Remember what this process has made or read."""
        with self.lock:
            self.machines[machine.moref] = machine
            self.register.note(machine)

    def forget(self, moref: str) -> None:
        """A machine is gone."""
        with self.lock:
            self.machines.pop(moref, None)
            self.register.forget(moref)

    def _no_model(self, name: str, place: Place) -> LabError:
        known = self.register.marked(None)
        elsewhere = {m.datacenter for m in known if m.name == name}
        if centres := [self.datacenters[moref] for moref in elsewhere if moref in self.datacenters]:
            there = ", ".join(sorted(plain_name(centre.path) for centre in centres))
            facts = {"name": name, "datacenter": place.datacenter.name, "there": there}
            return LabError("vsphere.model_in_other_datacenter", **facts)
        return _missing("vsphere.model_missing", name, (m.name for m in known))

    def _datacenter(self, site: Site) -> SeenDatacenter:
        found = list(self.datacenters.values())
        if not self.is_vcenter or (not site.datacenter and len(found) == 1):
            return found[0]
        for datacenter in found:
            if site.datacenter and site.datacenter in {datacenter.name, plain_name(datacenter.path)}:
                return datacenter
        raise _missing("vsphere.datacenter_missing", site.datacenter, (d.name for d in found))

    def _host(self, site: Site, datacenter: SeenDatacenter) -> SeenHost:
        """On a lone ESXi there is one host, whatever it calls itself (often localhost.localdomain)."""
        here = self._hosts.get(datacenter.moref, [])
        alone = len(here) == 1 and not (self.is_vcenter and site.esxi)
        if not alone:
            here = self._named_hosts.get((datacenter.moref, site.esxi), [])
        if not here:
            known = (self.hosts[moref].name for moref in self._hosts.get(datacenter.moref, ()))
            raise _missing("vsphere.host_missing", site.esxi, known)
        return self.hosts[here[0]]


def _missing(code: str, name: str, known: Iterable[str], *, host: str = "") -> LabError:
    return LabError(code, name=name or "-", known=nearest(name, known), host=host)


def nearest(name: str, known: Iterable[str]) -> str:
    """The names that there are; of many those that are most like the wanted one, and how many there are."""
    names = sorted(set(known))
    if len(names) <= FEW:
        return ", ".join(names) or "-"
    by_lower = {each.lower(): each for each in names}
    near = get_close_matches(name.lower()[:MOST_SIGNS], by_lower, n=NEAREST, cutoff=0.0)
    return f"{', '.join(by_lower[each] for each in near)}, ... ({len(names)})"


def _grouped(things: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return dict(groups)
