"""Questions of detail by the API: tasks, wiring, memory, privileges; each reads the server now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.asked import Drives, Memory, Pending, Uplinks, Wiring
from esxlab.backends.vsphere.devices import ethernet_cards, network_name
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.session import members_spec
from esxlab.backends.vsphere.uplinks import vlans_seen
from esxlab.errors import LabError
from esxlab.foreign import visible_line
from esxlab.lab.machine import PortGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.backends.vsphere.seen import Place, SeenHost, SeenMachine
    from esxlab.backends.vsphere.session import Session

TASK_PATHS = ["info.descriptionId", "info.state"]
GOING_ON = frozenset({"queued", "running"})
DEVICE = vim.vm.device
NO_TOOLS = "guestToolsNotInstalled"
"""VirtualMachineToolsVersionStatus; it is remembered while the machine is off."""
MIB = 1024**2


def pending(session: Session) -> Iterator[Pending]:
    """The tasks of the whole server that wait or run."""
    manager = session.content.taskManager
    paths: dict[type, list[str]] = {vim.Task: TASK_PATHS}
    for task, seen in session.collect(members_spec(manager, "recentTask", paths), what="recentTask"):
        if seen.get("info.state") in GOING_ON:
            word = (seen.get("info.descriptionId") or "").rpartition(".")[2]
            yield Pending(task, moref(task), word.lower())


def tasks_of(session: Session, ref: Any, *, what: str) -> list[Any]:
    """The tasks of one object that wait or run now."""
    paths: dict[type, list[str]] = {type(ref): ["recentTask"]}
    recent = session.retrieve([ref], paths, what=what).get(ref, {}).get("recentTask") or ()
    states = _states(session, list(recent), what=what)
    return [task for task, seen in states.items() if seen.get("info.state") in GOING_ON]


def _states(session: Session, tasks: list[Any], *, what: str) -> dict[Any, dict[str, Any]]:
    """Of each task its state; one that the server has forgotten meanwhile is over."""
    if not tasks:
        return {}
    try:
        return session.retrieve(tasks, {vim.Task: TASK_PATHS}, what=what)
    except LabError as error:
        if error.code != "vsphere.gone":
            raise
    found: dict[Any, dict[str, Any]] = {}
    for task in tasks if len(tasks) > 1 else ():
        found |= _states(session, [task], what=what)
    return found


def wiring(session: Session, place: Place) -> Wiring:
    """The host's port groups, and on which of them its own adapters are."""
    system = place.host.network_system
    kinds = ["networkInfo.vnic", "networkInfo.consoleVnic"]
    paths: dict[type, list[str]] = {vim.host.NetworkSystem: ["networkInfo.portgroup", *kinds]}
    found = session.retrieve([system], paths, what=place.host.name).get(system, {})
    specs = [port_group.spec for port_group in found.get("networkInfo.portgroup") or ()]
    adapters = [(nic.device, nic.portgroup or "") for kind in kinds for nic in found.get(kind) or ()]
    return Wiring({s.name: PortGroup(s.name, s.vlanId, s.vswitchName) for s in specs}, adapters)


def users(session: Session, place: Place, name: str) -> list[str]:
    """Names of the host's machines with a card on this port group, powered on or not.

    A real host refuses the removal only while a running machine uses it; the cards are what counts.
    """
    light: dict[type, list[str]] = {vim.VirtualMachine: ["network"], vim.Network: ["name"]}
    spec = members_spec(place.host.ref, "vm", light, then=(vim.VirtualMachine, "network"))
    seen = dict(session.collect(spec, what=name))
    network = {found for found, values in seen.items() if values.get("name") == name}
    suspects = [found for found, values in seen.items() if network & set(values.get("network") or ())]
    if not suspects:
        return []
    paths: dict[type, list[str]] = {vim.VirtualMachine: ["name", "config.hardware"]}
    found = session.retrieve(suspects, paths, what=name).values()
    return sorted(
        machine.get("name") or "?"
        for machine in found
        if "config.hardware" in machine
        and any(network_name(card, {}) == name for card in ethernet_cards(machine["config.hardware"]))
    )


def uplinks(session: Session, hosts: Sequence[SeenHost]) -> Mapping[str, Uplinks]:
    """The vSwitches and physical cards of hosts."""
    systems = {host.name: host.network_system for host in hosts}
    paths: dict[type, list[str]] = {vim.host.NetworkSystem: ["networkInfo.vswitch", "networkInfo.pnic"]}
    told = session.retrieve(list(set(systems.values())), paths, what="networkInfo")
    found = {}
    for name, system in systems.items():
        seen = told.get(system, {})
        cards = tuple(seen.get("networkInfo.pnic") or ())
        found[name] = Uplinks(tuple(seen.get("networkInfo.vswitch") or ()), cards)
    return found


def overheard(session: Session, system: Any, devices: Sequence[str]) -> frozenset[int]:
    """HostNetworkSystem.QueryNetworkHint; a server that does not answer has no hints."""
    try:
        told = session.read(lambda: system.QueryNetworkHint(device=list(devices)), what="QueryNetworkHint")
    except LabError:
        return frozenset()
    return vlans_seen(told or ())


def memory(session: Session, hosts: Sequence[SeenHost]) -> Mapping[str, Memory]:
    """Of each host that tells it."""
    paths: dict[type, list[str]] = {
        vim.HostSystem: ["hardware.memorySize", "summary.quickStats.overallMemoryUsage"]
    }
    found = session.retrieve([h.ref for h in hosts], paths, what="memory") if hosts else {}
    told = {host.name: found.get(host.ref, {}) for host in hosts}
    used = "summary.quickStats.overallMemoryUsage"
    return {
        name: Memory(seen["hardware.memorySize"] // MIB, seen.get(used) or 0)
        for name, seen in told.items()
        if seen.get("hardware.memorySize")
    }


def drives(session: Session, model: SeenMachine) -> Drives:
    """Its Tools, and the images in its CD-ROM drives."""
    names = ["config.hardware.device", "guest.toolsVersionStatus2"]
    paths: dict[type, list[str]] = {vim.VirtualMachine: names}
    found = session.retrieve([model.ref], paths, what=model.name).get(model.ref, {})
    isos = tuple(_isos_at_power_on(found.get("config.hardware.device") or ()))
    return Drives(found.get("guest.toolsVersionStatus2") == NO_TOOLS, isos)


def _isos_at_power_on(devices: Any) -> Iterator[str]:
    """The images of CD-ROM drives that are connected whenever the machine is powered on."""
    for drive in (device for device in devices if isinstance(device, DEVICE.VirtualCdrom)):
        connected = drive.connectable is not None and drive.connectable.startConnected
        if connected and isinstance(drive.backing, DEVICE.VirtualCdrom.IsoBackingInfo):
            yield visible_line(drive.backing.fileName or "?")


def granted(session: Session, objects: Sequence[Any], names: Sequence[str]) -> set[tuple[str, str]]:
    """AuthorizationManager.HasPrivilegeOnEntities, of this session."""
    manager, sessions = session.content.authorizationManager, session.content.sessionManager
    seen = session.retrieve([sessions], {vim.SessionManager: ["currentSession"]}, what="currentSession")
    if (mine := seen.get(sessions, {}).get("currentSession")) is None:
        raise LabError("vsphere.session", where=session.server.host)
    key = mine.key
    answers = session.read(
        lambda: manager.HasPrivilegeOnEntities(list(objects), key, list(names)), what="HasPrivilegeOnEntities"
    )
    return {
        (moref(answer.entity), privilege.privId)
        for answer in answers
        for privilege in answer.privAvailability
        if privilege.isGranted
    }
