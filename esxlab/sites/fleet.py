"""The centre's directory, made by `site keys`: its sites, their public keys, how messages travel.

fleet.yaml             sites and their public keys, the broker's address or a folder
centre/                the centre's own keys
sites/NAME/            what is carried to this site, once
broker/                what the broker's administrator puts into /etc/rabbitmq
ca.key                 signs certificates; stays here
"""

from __future__ import annotations

import errno
import io
import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text
from esxlab.local.files import CODE, write_private
from esxlab.local.lock import held
from esxlab.sites import keys
from esxlab.sites.broker import host_of
from esxlab.sites.broker_files import broker_files
from esxlab.sites.messages import CENTRE, SITE_NAME, SiteName
from esxlab.sites.own_file import load_own

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE, LOCK, BROKER, REACHED = "fleet.yaml", "fleet.lock", "broker", "reached"
SITE_FILE = """\
# {name}: what the centre may do here. Looking (status, doctor, plan, verify) needs no permission.
site: {name}
centre: {centre}
broker: {broker}
classes: {{}}
#  sio2:                      # the name of the class, as its spec has it
#    spec: sio2.yaml          # beside this file
#    allow: [provision]       # provision, teardown; nothing: the centre only looks
#    hours: "08:00-18:00"     # this computer's time
#    days: [mon, tue, wed, thu, fri]
"""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    centre: str
    broker: str = ""
    sites: dict[SiteName, str] = Field(default_factory=dict, max_length=1000)
    revoked: dict[SiteName, str] = Field(default_factory=dict, max_length=1000)


@dataclass(frozen=True, slots=True)
class Fleet:
    """`sites` and `revoked` are name -> public key; `broker` an amqps:// address, or empty."""

    directory: Path
    centre: str
    broker: str = ""
    sites: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Path:
        """Where the centre's keys are."""
        return self.directory / CENTRE

    @property
    def was_reached(self) -> bool:
        """Whether this broker was reached before: it is waited for when it is away; another is a mistake."""
        try:
            return not self.broker or read_text(self.own / REACHED).strip() == self.broker
        except (FileNotFoundError, Unreadable):
            return False

    def reached(self) -> None:
        """The broker answers."""
        if not self.was_reached:
            write_private(self.own / REACHED, f"{self.broker}\n")

    def chosen(self, names: str, *, everyone: bool) -> tuple[str, ...]:
        """The sites of a list `a,b`, or all. LabError site.unknown, site.revoked, site.which_sites."""
        if bool(names) == everyone:
            raise LabError("site.which_sites", sites=", ".join(self.sites))
        wanted = (
            tuple(self.sites)
            if everyone
            else tuple(filter(None, (name.strip() for name in names.split(","))))
        )
        for name in wanted:
            if name in self.revoked:
                raise LabError("site.revoked", name=name)
            if name not in self.sites:
                raise LabError("site.unknown", name=name, sites=", ".join(self.sites))
        if not wanted:
            raise LabError("site.which_sites", sites="-")
        return tuple(dict.fromkeys(wanted))


def load_fleet(directory: Path) -> Fleet:
    """From the centre's directory. LabError site.no_fleet, site.fleet_file."""
    found = load_own(directory / FILE, _File, missing="site.no_fleet", wrong="site.fleet_file")
    return Fleet(directory, found.centre, found.broker, dict(found.sites), dict(found.revoked))


def add_sites(directory: Path, names: Sequence[str], broker: str) -> Fleet:
    """Make keys for these sites, and what is missing of the centre's own; what is there stays.

    Raises:
        LabError: site.bad_name, site.known; site.fleet_file when it is gone and the keys are there;
            local.unwritten.
    """
    with held(directory / LOCK, to_write=directory / FILE, code=CODE):
        return _add_alone(directory, names, broker)


def _add_alone(directory: Path, names: Sequence[str], broker: str) -> Fleet:
    for name in names:
        if not re.fullmatch(SITE_NAME, name) or name == CENTRE:
            raise LabError("site.bad_name", name=name)
    if broker:
        host_of(broker)
    fleet = load_fleet(directory) if (directory / FILE).exists() else _found(directory, broker)
    if broker and broker != fleet.broker:
        fleet = replace(fleet, broker=broker)
        (directory / BROKER / "tls.key").unlink(missing_ok=True)  # its certificate names the host
    for name in names:
        if name in fleet.sites or name in fleet.revoked:
            raise LabError("site.known", name=name)
    authority = keys.Authority.load(directory / "ca.key", directory / "ca.pem")
    for name in names:
        key = keys.new_key()
        content = {
            "site.key": keys.pem_of(key),
            "ca.pem": authority.public(),
            **authority.issue(name),
            "site.yaml": SITE_FILE.format(
                name=name, centre=fleet.centre, broker=fleet.broker or '""'
            ).encode(),
        }
        _write(directory / "sites" / name, content)
        fleet = replace(fleet, sites={**fleet.sites, name: keys.public_of(key)})
    save_fleet(fleet, authority)
    return fleet


def renew(directory: Path, names: Sequence[str]) -> tuple[str, ...]:
    """New TLS certificates for these sites, and for whoever else's ends soon; who has got one.

    The authority that signs them and the keys that sign messages stay: nobody else has to be told.
    LabError as load_fleet, site.unknown, site.revoked, site.no_key.
    """
    with held(directory / LOCK, to_write=directory / FILE, code=CODE):
        fleet = load_fleet(directory)
        wanted = set(fleet.chosen(",".join(names), everyone=False)) if names else set()
        authority = keys.Authority.load(directory / "ca.key", directory / "ca.pem")
        renewed = [name for name, place in places_of(fleet).items() if name in wanted or _ends(place)]
        for name in renewed:
            host = host_of(fleet.broker) if name == BROKER else ""
            _write(places_of(fleet)[name], authority.issue(name, host=host))
    return tuple(renewed)


def places_of(fleet: Fleet) -> dict[str, Path]:
    """Where each certificate is, of the sites that are still here, the centre and the broker."""
    places = {CENTRE: fleet.own} | {name: fleet.directory / "sites" / name for name in fleet.sites}
    return places | ({BROKER: fleet.directory / BROKER} if fleet.broker else {})


def _ends(place: Path) -> str:
    return keys.ends_soon(place / "tls.pem")


def certificates_near_end(fleet: Fleet) -> dict[str, str]:
    """Whose certificate ends soon, or has ended, as far as it is here, and when."""
    return {name: end for name, place in places_of(fleet).items() if (end := _ends(place))}


def revoke(fleet: Fleet, name: str) -> Fleet:
    """The same without this site: its answers count no more, and the broker's new files do not know it."""
    with held(fleet.directory / LOCK, to_write=fleet.directory / FILE, code=CODE):
        return _revoke_alone(load_fleet(fleet.directory), name)


def _revoke_alone(fleet: Fleet, name: str) -> Fleet:
    fleet.chosen(name, everyone=False)
    key = fleet.sites[name]
    left = {site: public for site, public in fleet.sites.items() if site != name}
    changed = replace(fleet, sites=left, revoked={**fleet.revoked, name: key})
    save_fleet(changed, keys.Authority.load(fleet.directory / "ca.key", fleet.directory / "ca.pem"))
    return changed


def save_fleet(fleet: Fleet, authority: keys.Authority) -> None:
    """Write fleet.yaml, last, and what the broker is to know."""
    if fleet.broker:
        place = fleet.directory / BROKER
        files = broker_files(fleet.broker, tuple(fleet.sites))
        if not (place / "tls.key").exists():
            files |= authority.issue(BROKER, host=host_of(fleet.broker))
        _write(place, files | {"ca.pem": authority.public()})
    text = io.StringIO()
    content = {"centre": fleet.centre, "broker": fleet.broker, "sites": fleet.sites, "revoked": fleet.revoked}
    YAML(typ="safe", pure=True).dump(content, text)
    write_private(fleet.directory / FILE, text.getvalue())


def _found(directory: Path, broker: str) -> Fleet:
    """A new fleet: the centre's keys, and what signs certificates."""
    if (directory / CENTRE / "centre.key").exists():  # every site believes this key: it is not replaced
        raise LabError("site.fleet_file", where=str(directory / FILE), detail=os.strerror(errno.ENOENT))
    key, authority = keys.new_key(), keys.Authority.new()
    _write(directory, authority.files())
    own = {"ca.pem": authority.public(), **authority.issue(CENTRE), "centre.key": keys.pem_of(key)}
    _write(directory / CENTRE, own)
    fleet = Fleet(directory, keys.public_of(key), broker)
    save_fleet(fleet, authority)
    return fleet


def _write(directory: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        write_private(directory / name, content)
