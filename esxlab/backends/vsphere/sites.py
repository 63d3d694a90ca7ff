"""Where things lie, as a Site, when no record says so, or none may be believed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.seen import store_of
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.machine import Site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.machine import Folder, Server


def usable_stores(inventory: Inventory) -> dict[str, Store]:
    """The datastores that can be used, by their ids."""
    datacenters = inventory.datacenters
    return {
        key: store_of(store, datacenters[store.datacenter])
        for key, store in inventory.datastores.items()
        if store.accessible and store.datacenter in datacenters
    }


def site_at(inventory: Inventory, store: Store, site: Site) -> Site:
    """The place of a datastore, on a host that can use it: the one that the site names, if it is one."""
    there = replace(site, datastore=store.name, datacenter=plain_name(store.datacenter_path))
    mounting = {d.moref for d in inventory.datastores.values() if d.browser == store.browser}
    hosts = [host.name for host in inventory.hosts.values() if host.datastores & mounting]
    return there if not hosts or site.esxi in hosts else replace(there, esxi=hosts[0])


def guess_site(
    server: Server,
    inventory: Inventory,
    *,
    folder_store: Store | None,
    folders: Mapping[Folder, Store],
    machines: Sequence[SeenMachine],
) -> Site:
    """Where the remains are, when the record is lost: enough for deleting them."""
    stores = [folder_store.name] if folder_store else []
    stores += [folder.datastore for folder in folders] + [m.place[0] for m in machines]
    references = [store.datacenter for store in folders.values()]
    references += [folder_store.datacenter] if folder_store else []
    morefs = [ref._GetMoId() for ref in references] + [m.datacenter for m in machines]  # noqa: SLF001
    datacenter = inventory.datacenters[morefs[0]]
    mounting = {d.moref for d in inventory.datastores.values() if d.name == stores[0]}
    hosts = [inventory.hosts[m.host] for m in machines if m.host in inventory.hosts]
    hosts += [h for h in inventory.hosts.values() if h.datacenter == morefs[0] and h.datastores & mounting]
    return Site(
        server=server,
        datastore=stores[0],
        model="",
        staging="",
        esxi=hosts[0].name if hosts else "",
        datacenter=plain_name(datacenter.path),
    )
