"""The configuration file of a model: as it is written for its installer or its disk, and as it is left; pure.

A drive with an image, and one without, as josenk/terraform-provider-esxi and ESXi's own files have them
(`cdrom-image`; `atapi-cdrom`, `emptyBackingString`, `clientDevice`); a serial port into a file as libvirt's
vmx.c documents it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from esxlab.backends.esxi import vmx
from esxlab.lab.model_build import MODEL_KEY, mark_of

if TYPE_CHECKING:
    from esxlab.backends.vsphere.seen import SeenNetwork
    from esxlab.lab.model_build import WantedModel

DRIVE, PORT = "ide1:0", "serial0"
STATIC = "00:50:56"


def bare(wanted: WantedModel, network: SeenNetwork) -> dict[str, str]:
    """One card, and no disk yet."""
    hardware = wanted.hardware
    return {
        **vmx.frame(wanted.name, hardware, uuid=wanted.instance_uuid),
        **vmx.firmware(wanted.firmware, wanted.name),
        **vmx.card_values(
            0,
            kind=hardware.nic_type,
            network=network.spelled or network.name,
            mac=mac_of(wanted),
            connected=True,
        ),
        MODEL_KEY: mark_of("installing", wanted.recipe),
    }


def for_installer(wanted: WantedModel, network: SeenNetwork, *, image: str, log: str) -> dict[str, str]:
    """The same with an empty disk, the ISO in its drive and a serial port into the log.

    A BIOS tries the disk first and then the drive: an empty disk falls through to the installer.
    """
    return {
        **bare(wanted, network),
        **vmx.disk(wanted.hardware.scsi_type, f"{wanted.name}.vmdk"),
        f"{DRIVE}.present": "TRUE",
        f"{DRIVE}.deviceType": "cdrom-image",
        f"{DRIVE}.fileName": image,
        f"{DRIVE}.startConnected": "TRUE",
        f"{PORT}.present": "TRUE",
        f"{PORT}.fileType": "file",
        f"{PORT}.fileName": log,
        f"{PORT}.yieldOnMsrRead": "TRUE",
        f"{PORT}.startConnected": "TRUE",
    }


def finished(wanted: WantedModel, text: str) -> str:
    """The drive empty and not connected at power-on, as the sheet has it; no serial port; the mark."""
    gone = dict.fromkeys(
        (f"{PORT}.fileType", f"{PORT}.fileName", f"{PORT}.yieldOnMsrRead", f"{PORT}.startConnected"), ""
    )
    return vmx.changed(
        text,
        {
            f"{DRIVE}.deviceType": "atapi-cdrom",
            f"{DRIVE}.fileName": "emptyBackingString",
            f"{DRIVE}.clientDevice": "TRUE",
            f"{DRIVE}.startConnected": "FALSE",
            f"{PORT}.present": "FALSE",
            **gone,
            MODEL_KEY: mark_of("built", wanted.recipe),
        },
    )


def attached(wanted: WantedModel, text: str) -> str:
    """The imported disk on its controller, and the mark."""
    disk = vmx.disk(wanted.hardware.scsi_type, f"{wanted.name}.vmdk")
    return vmx.changed(text, {**disk, MODEL_KEY: mark_of("built", wanted.recipe)})


def mac_of(wanted: WantedModel) -> str:
    """An address of VMware's static range (lab/identity.py), the same at each run, another on each host.

    A generated one is in the file only after the first power-on, and an imported model has none.
    """
    place = f"model/{wanted.site.server.host}/{wanted.name}"
    tail = int.from_bytes(hashlib.sha256(place.encode()).digest()[:3], "big") & 0x3FFFFF
    return f"{STATIC}:{tail >> 16:02x}:{tail >> 8 & 0xFF:02x}:{tail & 0xFF:02x}"
