"""What of a group and of its router's address is written into a record, and the words it is known by."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId
    from esxlab.lab.router import RouterAddress


def group_words(group: GroupId) -> str:
    """What is in every record of this group, to the letter."""
    return json.dumps({"group": written_group(group)}, indent=1)[2:-2] + ","


def written_group(group: GroupId) -> dict[str, Any]:
    """A group without an origin as earlier versions wrote it."""
    return {name: value for name, value in asdict(group).items() if value or name != "origin"}


def written_address(address: RouterAddress) -> dict[str, Any]:
    """Without the path of a key, which is this computer's own affair."""
    return {name: value for name, value in asdict(address).items() if name != "key"}
