"""What is done inside a machine: look into it, have the difference told, and change only that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.actions.guest import AwaitGuest, ConfigureGuest
from esxlab.backends.power_watch import power_watch
from esxlab.backends.route_finding import RouteFinder
from esxlab.errors import LabError
from esxlab.lab.password import PasswordState
from esxlab.performing.base import perform
from esxlab.planning.guest_difference import diff_guest

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.backends.route_finding import FoundRoute
    from esxlab.lab.guest import Guest


@perform.register(ConfigureGuest)
def configure_guest(action: ConfigureGuest, backends: Backends) -> None:
    """One round trip to look, and only when something differs one batch and one script."""
    guest = action.machine.guest
    if guest is None:
        return
    finder = RouteFinder(backends, action.site)
    reached = finder.find(action.route, action.machine, guest, timeout_s=action.boot_timeout_s)
    with power_watch(lambda: _check_power(action, backends)):
        _configure(action, guest, reached, backends)


@perform.register(AwaitGuest)
def await_guest(action: AwaitGuest, backends: Backends) -> None:
    """One look into it, which is repeated until it answers; what it is like is not judged."""
    if action.machine.guest is not None:
        finder = RouteFinder(backends, action.site)
        finder.find(action.route, action.machine, action.machine.guest, timeout_s=action.boot_timeout_s)


def _check_power(action: ConfigureGuest, backends: Backends) -> None:
    for hop in action.route.hops:
        backends.vsphere.check_on(action.site, hop.owner)


def _configure(action: ConfigureGuest, guest: Guest, reached: FoundRoute, backends: Backends) -> None:
    route, found = reached
    if found.lacks:
        raise LabError("guest.no_ifupdown", programs=", ".join(found.lacks))
    if change := diff_guest(guest, found):
        state = PasswordState(found.password, change.password)
        keys = backends.guests.make_keys(route) if change.new_identity else ()
        if action.has_config_digest or keys or (change.password and state != action.password_state):
            # a run that dies from here on must leave no wrong digest, and all passwords and host keys that
            # may hold
            keys = keys or action.machine.host_keys
            without_digest = replace(
                action.machine, nics=(), config_digest="", password=state, host_keys=keys
            )
            backends.vsphere.reconfigure_machine(action.site, without_digest)
        backends.guests.apply(route, change, nic_names=dict(found.nic_names))
