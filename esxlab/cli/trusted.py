"""Who is trusted, as the user has confirmed: certificates of servers, serials and logins of routers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table, texts_by_name
from esxlab.lab.router_logins import RouterLogins, read_router, write_router
from esxlab.local.files import write_private
from esxlab.local.formats import KEY, check_schema, schema
from esxlab.local.lock import held

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from esxlab.lab.lab import Lab
    from esxlab.lab.router import RouterAddress

FILE_NAME = "trust.json"
KIND = "trust"
UNWRITTEN = "trust.unwritten"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Host as the spec names it -> SHA-256 of the certificate, serial number, or how the router is dialled.

    A router's whole address is kept, as `--router` takes it: a teardown without spec dials no other one.
    """

    certificates: dict[str, str] = field(default_factory=dict)
    serials: dict[str, str] = field(default_factory=dict)
    routers: dict[str, str] = field(default_factory=dict)

    def logins(self) -> RouterLogins:
        """The routers that may be logged in to."""
        known = RouterLogins({host: read_router(written) for host, written in self.routers.items()})
        return known.with_more(self.pinned(address) for address in known.confirmed.values())

    def pinned(self, address: RouterAddress) -> RouterAddress:
        """The same address with the confirmed serial number, when it says none itself."""
        serial = address.serial_number or self.serials.get(address.host, "")
        return replace(address, serial_number=serial)

    def pin_routers(self, labs: Sequence[Lab]) -> tuple[Lab, ...]:
        """The same labs, whose routers must show the confirmed serial numbers; the spec's count more."""
        return tuple(self._pinned(lab) for lab in labs)

    def _pinned(self, lab: Lab) -> Lab:
        if lab.router is None or lab.router.address.serial_number:
            return lab
        return replace(lab, router=replace(lab.router, address=self.pinned(lab.router.address)))


def load_trusted(directory: Path) -> Trusted:
    """What was confirmed; nothing yet: empty. LabError trust.file when the file cannot be read."""
    path = directory / FILE_NAME
    try:
        content = table(read_json_file(path))
        check_schema(content, KIND, path)
        found = Trusted(
            texts_by_name(content.get("certificates")),
            texts_by_name(content.get("serials")),
            texts_by_name(content.get("routers", {})),  # none in the file of an older esxlab
        )
        found.logins()
    except FileNotFoundError:
        return Trusted()
    except Unreadable as error:
        raise LabError("trust.file", where=str(path), detail=str(error)) from error
    except LabError as error:
        if error.code == "format.newer":
            raise
        # somebody has edited a router's address
        raise LabError("trust.file", where=str(path), detail=error.brief) from error
    return found


def remember_routers(directory: Path, addresses: Iterable[RouterAddress]) -> None:
    """Keep how these routers are dialled, for a teardown without spec. LabError as save_trusted."""
    known = {address.host: write_router(address) for address in addresses}
    if not known.items() <= load_trusted(directory).routers.items():
        save_trusted(directory, Trusted(routers=known))


def save_trusted(directory: Path, news: Trusted) -> None:
    """Put these beside, or in place of, what is in the file. LabError trust.*, local.*."""
    path = directory / FILE_NAME
    with held(directory / f"{FILE_NAME}.lock", to_write=path, code=UNWRITTEN):
        there = load_trusted(directory)
        _write(
            path,
            Trusted(
                there.certificates | news.certificates,
                there.serials | news.serials,
                there.routers | news.routers,
            ),
        )


def _write(path: Path, trusted: Trusted) -> None:
    content = {
        KEY: schema(KIND),
        "certificates": dict(sorted(trusted.certificates.items())),
        "serials": dict(sorted(trusted.serials.items())),
        "routers": dict(sorted(trusted.routers.items())),
    }
    write_private(path, json.dumps(content, indent=1) + "\n", code=UNWRITTEN)
