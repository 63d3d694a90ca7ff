"""What a model is built by: the answers for Debian's installer, and the proof that they were carried out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from esxlab.exercises.seeds import Seeds

TEMPLATE = "model-preseed.cfg"
PROOF_FILE = "/etc/esxlab-model.json"
"""Written last, and only when all before it went well."""
NEEDED = ("openssh-server", "open-vm-tools", "ifupdown", "isc-dhcp-client", "iputils-ping")
"""What esxlab needs of every guest, whatever its exercise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecipe:
    """The sheet's model. `root_password` is a crypted one; an empty mirror: packages are the ISO's own.

    `name_server` is for a network whose DHCP tells none: there the installer asks for one.
    """

    release: str
    hostname: str
    root_password: str = field(repr=False)
    packages: tuple[str, ...] = ()
    mirror: str = ""
    name_server: str = ""
    locale: str = "fr_FR.UTF-8"
    keymap: str = "fr"
    timezone: str = "Europe/Paris"

    @property
    def digest(self) -> str:
        """16 hex digits by which a model tells from what it was built; the password takes no part."""
        said = {key: value for key, value in asdict(self).items() if key != "root_password"}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def proof(self) -> str:
        """The content of PROOF_FILE."""
        return json.dumps({"recipe": self.digest})

    def render(self, seeds: Seeds) -> str:
        """The preseed. LabError seeds.missing, seeds.broken."""
        mirror = urlsplit(self.mirror)
        return seeds.render(
            TEMPLATE,
            release=self.release,
            hostname=self.hostname,
            root_password=self.root_password,
            packages=" ".join(dict.fromkeys((*NEEDED, *self.packages))),
            mirror_host=mirror.netloc,
            mirror_directory=mirror.path or "/",
            name_server=self.name_server,
            locale=self.locale,
            keymap=self.keymap,
            timezone=self.timezone,
            proof=self.proof,
            proof_file=PROOF_FILE,
        )
