"""The difference between what is wanted inside a machine and what was found there; no I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.guest import RELEASE_TOKEN, GuestChange

if TYPE_CHECKING:
    from esxlab.lab.guest import FileState, Guest, GuestFile, GuestState, Service


def diff_guest(wanted: Guest, found: GuestState) -> GuestChange:
    """What has to be done inside the machine; empty when nothing.

    Files come back with their NIC tokens: the backend fills them in. A file that names a
    card which the guest does not show (yet) counts as different. When something is to be installed, all
    services are set: Debian enables and starts a service at its installation.
    """
    files = {file.path: file for file in found.files}
    services = {service.name: service for service in found.services}
    settings = dict(found.sysctl)
    names = dict(found.nic_names)
    wanted_files = (_for_release(file, found.release) for file in wanted.files)
    install = tuple(name for name in wanted.packages if name not in found.packages)
    return GuestChange(
        hostname="" if found.hostname == wanted.hostname else wanted.hostname,
        install=install,
        write=tuple(file for file in wanted_files if not _stands(file, files.get(file.path), names)),
        remove=tuple(path for path in wanted.absent_files if path in files and files[path].sha256),
        services=tuple(s for s in wanted.services if install or not _runs(s, services.get(s.name))),
        sysctl=tuple((key, value) for key, value in wanted.sysctl if settings.get(key) != value),
        new_identity=not found.own_identity,
        password=None if found.password == wanted.password else wanted.password,
        copied_ids=() if found.own_identity else wanted.copied_ids,
    )


def _for_release(file: GuestFile, release: str) -> GuestFile:
    if RELEASE_TOKEN not in file.content:
        return file
    return replace(file, content=file.content.replace(RELEASE_TOKEN, release))


def _stands(wanted: GuestFile, found: FileState | None, names: dict[str, str]) -> bool:
    try:
        return wanted.resolved(names).state == found
    except KeyError:
        return False


def _runs(wanted: Service, found: Service | None) -> bool:
    """Whether the service is as wanted; `running` None: either will do."""
    if found is None or found.enabled != wanted.enabled:
        return False
    return wanted.running is None or found.running == wanted.running
