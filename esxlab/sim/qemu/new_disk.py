"""Makes a disk that vcsim has created one that a machine can run from."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from esxlab.sim.inventory import GIB, descriptor

if TYPE_CHECKING:
    from pathlib import Path

EXTENT = re.compile(r'^RW (\d+) VMFS "', re.MULTILINE)
SECTOR = 512


def complete_disk(pair: Path, extent: Path) -> None:
    """Give a new disk its size: vcsim leaves its extent empty, and names a parent disk (CID 00000000).

    An ESXi's extent is as long as the disk, and ffffffff is no parent (VMware Virtual Disk Format 5.0).
    """
    if not extent.exists() or extent.stat().st_size:
        return
    text = pair.read_text(encoding="utf-8")
    sectors = int(EXTENT.findall(text)[0])
    os.truncate(extent, sectors * SECTOR)
    pair.write_text(descriptor(pair.stem, gib=sectors * SECTOR // GIB), encoding="utf-8")
