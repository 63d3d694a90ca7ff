"""Files with holes keep them when they are copied."""

from __future__ import annotations

import pytest

from esxlab.sim.sparse import BLOCK, copy_sparse

GIB = 1 << 30


@pytest.fixture
def thin(tmp_path):
    disk = tmp_path / "thin"
    with disk.open("wb") as file:
        file.truncate(4 * GIB)
        file.seek(GIB + 5)
        file.write(b"in the middle")
        file.seek(3 * GIB)
        file.write(bytes(3 * BLOCK))
    return disk


def allocated(file):
    return file.stat().st_blocks * 512


def test_a_copy_holds_the_same_bytes_and_as_many_holes(thin, tmp_path):
    target = tmp_path / "copy"
    copy_sparse(thin, target)
    assert target.stat().st_size == 4 * GIB
    assert allocated(target) <= 2 * BLOCK  # zeros that were written have become a hole too
    with target.open("rb") as file:
        file.seek(GIB + 5)
        assert file.read(13) == b"in the middle"


def test_a_partition_is_put_into_a_disk_without_touching_the_rest(tmp_path):
    partition, disk = tmp_path / "partition", tmp_path / "disk"
    partition.write_bytes(b"file system")
    disk.write_bytes(b"boot sector")
    copy_sparse(partition, disk, at=BLOCK, size=3 * BLOCK)
    content = disk.read_bytes()
    assert content.startswith(b"boot sector\0")
    assert content[BLOCK:].rstrip(b"\0") == b"file system"
    assert len(content) == 3 * BLOCK
