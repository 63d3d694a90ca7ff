"""What lies below a directory while files come and go: a datastore's, while others copy and delete."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(directory: Path) -> Iterator[Path]:
    """Every path below; what has vanished is not there (Path.rglob of Python 3.11 raises then)."""
    for place, directories, files in os.walk(directory):
        yield from (Path(place, name) for name in (*directories, *files))
