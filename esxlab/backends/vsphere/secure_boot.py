"""Secure boot of a model and of its copies: the one thing here that vSphere 6.0's API does not know.

VirtualMachineBootOptions.efiSecureBootEnabled is of vSphere API 6.5: a server tells it, and takes it, only in
a call of that version or a later one. Such calls are made here and nowhere else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim, vmodl

if TYPE_CHECKING:
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.backends.vsphere.session import Session

SINCE = (6, 5)
API_VERSION = "vim.version.version11"
"""vSphere 6.5's."""
OPTIONS = "config.bootOptions"


def starts_securely(session: Session, model: SeenMachine) -> bool:
    """Whether this machine's firmware takes signed loaders only; of a BIOS or an older server nobody asks."""
    if model.firmware != "efi" or not knows_secure_boot(str(session.content.about.apiVersion or "")):
        return False
    query = vmodl.query.PropertyCollector
    spec = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=model.ref)],
        propSet=[query.PropertySpec(type=vim.VirtualMachine, pathSet=[OPTIONS])],
    )

    def ask() -> Any:
        collector = session.in_version(session.content.propertyCollector, API_VERSION)
        return collector.RetrievePropertiesEx([spec], query.RetrieveOptions())

    page = session.read(ask, what=model.name)
    options = [told.val for found in (page.objects if page else ()) for told in found.propSet]
    return any(option.efiSecureBootEnabled is True for option in options if option is not None)


def start_securely(session: Session, spec: Any, folder: Any) -> Any:
    """Ask for it in a ConfigSpec; the folder to create the machine in, spoken to so that it is understood."""
    spec.bootOptions = vim.vm.BootOptions(efiSecureBootEnabled=True)
    return session.in_version(folder, API_VERSION)


def knows_secure_boot(api_version: str) -> bool:
    """Of AboutInfo.apiVersion: 6.0, 6.7.3, 8.0.2.0."""
    numbers = re.match(r"(\d{1,4})\.(\d{1,4})", api_version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= SINCE
