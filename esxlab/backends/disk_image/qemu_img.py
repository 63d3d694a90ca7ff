"""Disks of other systems, by qemu-img where it is installed: qcow2, VDI, VHD, VHDX.

Source: qemu-img(1). Its format is always named: a raw file may hold the header of any other.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, brief_line, read_json, table, whole

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "qemu-img"
MAGIC = (
    (0, b"QFI\xfb", "qcow2"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"conectix", "vpc"),
    (64, b"\x7f\x10\xda\xbe", "vdi"),
)
"""(place, bytes, qemu's name): the documentation of each format."""
INFO_S, CONVERT_S = 60.0, 6 * 3600.0
MOST_BYTES = 2 * 1024**4


def kind_of(head: bytes) -> str:
    """What qemu calls the format; empty: none of these."""
    return next((name for at, magic, name in MAGIC if head[at : at + len(magic)] == magic), "")


def size_of(path: Path, kind: str) -> int:
    """The disk's bytes. LabError model.no_qemu_img, qemu_img, disk_delta, disk_encrypted."""
    said = _run(path, kind, "info", "--output=json", "-f", kind, str(path), limit_s=INFO_S)
    try:
        told = table(read_json(said))
    except Unreadable as error:
        raise LabError("model.qemu_img", where=str(path), detail=str(error)) from error
    if told.get("backing-filename"):
        raise LabError("model.disk_delta", where=str(path))
    if told.get("encrypted"):
        raise LabError("model.disk_encrypted", where=str(path))
    size = whole(str(told.get("virtual-size", "")), most=MOST_BYTES)
    if not size:
        raise LabError("model.qemu_img", where=str(path), detail=brief_line(said, 200))
    return size


def convert(path: Path, kind: str, target: Path) -> None:
    """Write it as a sparse VMDK: under another name, then renamed. LabError as `size_of`."""
    part = target.with_name(f"{target.name}.part")
    options = ("-O", "vmdk", "-o", "subformat=monolithicSparse,adapter_type=lsilogic")
    try:
        _run(path, kind, "convert", "-f", kind, *options, str(path), str(part), limit_s=CONVERT_S)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _run(path: Path, kind: str, *words: str, limit_s: float) -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise LabError("model.no_qemu_img", where=str(path), kind=kind)
    try:
        done = subprocess.run(
            [program, *words], capture_output=True, text=True, timeout=limit_s, check=False, errors="replace"
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LabError("model.qemu_img", where=str(path), detail=str(error)) from error
    if done.returncode:
        raise LabError("model.qemu_img", where=str(path), detail=brief_line(done.stderr.strip() or "-", 300))
    return done.stdout
