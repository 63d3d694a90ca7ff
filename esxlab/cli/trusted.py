"""Who is trusted, as the user has confirmed: certificates of servers, serial numbers of routers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table, texts_by_name
from esxlab.local.files import write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.lab.lab import Lab

FILE_NAME = "trust.json"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Host as the spec names it -> SHA-256 of the certificate, or serial number."""

    certificates: dict[str, str] = field(default_factory=dict)
    serials: dict[str, str] = field(default_factory=dict)

    def pin_routers(self, labs: Sequence[Lab]) -> tuple[Lab, ...]:
        """The same labs, whose routers must show the confirmed serial numbers; the spec's count more."""
        return tuple(self._pinned(lab) for lab in labs)

    def _pinned(self, lab: Lab) -> Lab:
        if lab.router is None or lab.router.address.serial_number:
            return lab
        address = lab.router.address
        address = replace(address, serial_number=self.serials.get(address.host, ""))
        return replace(lab, router=replace(lab.router, address=address))


def load_trusted(directory: Path) -> Trusted:
    """What was confirmed; nothing yet: empty. LabError trust.file when the file cannot be read."""
    path = directory / FILE_NAME
    try:
        content = table(read_json_file(path))
        return Trusted(*(texts_by_name(content.get(name)) for name in ("certificates", "serials")))
    except FileNotFoundError:
        return Trusted()
    except Unreadable as error:
        raise LabError("trust.file", where=str(path), detail=str(error)) from error


def save_trusted(directory: Path, trusted: Trusted) -> None:
    """Write the file (0600) whole or not at all. LabError trust.file."""
    content = {
        "schema": "esxlab/trust/1",
        "certificates": dict(sorted(trusted.certificates.items())),
        "serials": dict(sorted(trusted.serials.items())),
    }
    write_private(directory / FILE_NAME, json.dumps(content, indent=1) + "\n", code="trust.file")
