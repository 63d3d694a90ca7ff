"""The groups' secrets: phrases and generated passwords, computed from one root of this user's.

Functions rather than lists: a phrase follows from the root, the class, the group and a generation, so that
a run that is killed loses none, and a colleague who is given the file computes the same ones.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from esxlab.cli.secrets_file import SecretsFile
from esxlab.errors import LabError
from esxlab.lab.password import PasswordName
from esxlab.plain import keep_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from esxlab.cli.secrets_file import Kept
    from esxlab.lab.identity import GroupId
    from esxlab.local.unwritten import Unwritten

LETTERS = "bcdefghijklnoprstuvx"
"""Letters that are in the same place on English, French and German keyboards: a console may have any."""
LENGTH = 16  # 69 bits


@dataclass(frozen=True)
class GroupSecrets:
    """What this user's secrets file gives each group; the file is made when the first one is asked for.

    `ahead` are groups of which the generation is taken to be another than the file's: a rotation that is
    only planned. `unwritten` hears when the file can be neither read nor made, and looking goes on with
    secrets of this moment; None: that is an error.
    """

    directory: Path
    ahead: Mapping[GroupId, int] = field(default_factory=dict)
    unwritten: Unwritten | None = None

    @cached_property
    def _kept(self) -> Kept:
        return SecretsFile(self.directory, self.unwritten).read()

    @property
    def are_new(self) -> bool:
        """Whether this very command has made what it gave: what stands was made with others."""
        return "_kept" in self.__dict__ and self._kept.new

    def generation(self, group: GroupId) -> int:
        """How often the group's secrets were rotated."""
        return self.ahead.get(group, self._kept.generations.get(_key(group), 0))

    def phrase(self, group: GroupId, name: str) -> str:
        """The group's secret of this name, 40 hex digits; empty without a name. LabError secret.file."""
        return keep_secret(self._derive(name, group, self.generation(group)).hex()[:40]) if name else ""

    def password_name(self, group: GroupId) -> PasswordName:
        """The name of the group's password as it should be now."""
        return PasswordName(group, self.generation(group), self._root)

    def password(self, name: PasswordName) -> str:
        """The generated password of this name; empty when another root made it."""
        if name.group is None or name.root != self._root:
            return ""
        number = int.from_bytes(self._derive("guest", name.group, name.generation))
        letters = (LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))
        return keep_secret("".join(letters))

    def is_begun(self, group: GroupId) -> bool:
        """Whether a rotation was begun whose end nobody has noted."""
        return _key(group) in self._kept.begun

    def rotated(self, groups: Mapping[GroupId, int]) -> GroupSecrets:
        """The same secrets as they will be with these generations; nothing is written."""
        return replace(self, ahead=dict(groups))

    def begin(self, groups: Mapping[GroupId, int]) -> None:
        """Write these generations down: from here on they are what is wanted. LabError secret.rotated."""
        known = {group: self._kept.generations.get(_key(group), 0) for group in groups}

        def change(kept: Kept) -> Kept:
            for group, generation in known.items():
                if kept.generations.get(_key(group), 0) != generation:
                    raise LabError("secret.rotated", where=str(group))
            new = {_key(group): generation for group, generation in groups.items()}
            return replace(kept, generations={**kept.generations, **new}, begun=kept.begun | new.keys())

        SecretsFile(self.directory).update(change)

    def finish(self, groups: Iterable[GroupId]) -> None:
        """Note that the rotation of these groups has reached its end."""
        done = {_key(group) for group in groups}
        SecretsFile(self.directory).update(lambda kept: replace(kept, begun=kept.begun - done))

    @property
    def _root(self) -> str:
        """Tells this root from another; 32 bits of a MAC, which reveal nothing of it."""
        return hmac.new(self._kept.root, b"root", hashlib.sha256).hexdigest()[:8]

    def _derive(self, what: str, group: GroupId, generation: int) -> bytes:
        place = f"@{generation}" if generation else ""  # the first one has had its name since before rotation
        name = f"{what}{place}/{_key(group)}".encode()
        return hmac.new(self._kept.root, name, hashlib.sha256).digest()


def _key(group: GroupId) -> str:
    return f"{group.class_name}/{group.number}"
