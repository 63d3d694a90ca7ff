"""Compares pictures of a school: exactly, or without what every provision makes anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.classroom import Picture

if TYPE_CHECKING:
    from collections.abc import Collection

FRESH = re.compile(r"(?:vm|group)-\w+|SHA256:[\w+/=]+|\d{4}-\d\d-\d\d[T ][^']*")
"""What every provision makes anew: references, host keys, boot times."""
SHOWN = 6


def shape(picture: Picture, class_name: str, groups: Collection[int], *, besides: Collection[str]) -> Picture:
    """A picture where these groups' references, keys and files' contents do not matter; all else does.

    `besides` are files that were there before: other people's, whatever their names.
    """
    group_folders = dict.fromkeys(f"esxlab-{class_name}-g{group:02d}" for group in groups)
    prefixes = tuple(f"g{group:02d}-" for group in groups)
    marks = [f"('esxlab.group', '{group}')" for group in groups]

    def is_ours(name: str) -> bool:
        parts = set(name.split("/"))
        return bool(parts & group_folders.keys()) or any(part.startswith(prefixes) for part in parts)

    files = {
        name: "" if is_ours(name) and name not in besides else digest
        for name, digest in picture.files.items()
    }

    def masked(key: str, value: str) -> str:
        ours = key.removeprefix("folder ") in group_folders or any(mark in value for mark in marks)
        return FRESH.sub("*", value) if ours else value

    inventory = {
        host: {key: sorted(masked(key, value) for value in values) for key, values in found.items()}
        for host, found in picture.inventory.items()
    }
    return Picture(files, inventory, picture.routers)


def compare(when: str, found: Picture, wanted: Picture) -> None:
    """AssertionError with the first facts that are too many or missing."""
    for part, here, there in zip(Picture._fields, found, wanted, strict=True):
        if here != there:
            flat_here, flat_there = flat(here), flat(there)
            more = sorted(map(str, flat_here - flat_there))[:SHOWN]
            less = sorted(map(str, flat_there - flat_here))[:SHOWN]
            raise AssertionError(f"{when}, {part} differ; there are {more}, and there should be {less}")


def flat(content) -> set[tuple[str, str]]:
    """Every fact of one part of a picture: a file, an object, a line of a configuration."""
    return {
        (str(key), line)
        for key, kept in content.items()
        for line in (sorted(objects_of(kept)) if isinstance(kept, dict) else lines_of(kept))
    }


def objects_of(inventory) -> list[str]:
    return [f"{key}: {value}" for key, values in inventory.items() for value in values]


def lines_of(kept) -> list[str]:
    texts = kept if isinstance(kept, tuple) else (kept,)
    return [f"{n}: {line}" for n, text in enumerate(texts) for line in str(text).splitlines() or [""]]
