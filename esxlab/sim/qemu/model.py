"""modeleD9 for real: built once with mmdebstrap from Debian's packages, kept in the user's cache.

Of which kind it is says kind.py; each kind has a directory of its own in the cache.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import struct
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sim.build import alone, cache_directory
from esxlab.sim.inventory import GIB, MODEL_DISK_GIB, descriptor
from esxlab.sim.qemu.kind import KINDS, chosen_kind, own_mirror
from esxlab.sim.qemu.programs import for_building, is_root, require, search_path
from esxlab.sim.sparse import copy_sparse

if TYPE_CHECKING:
    from esxlab.sim.qemu.kind import ModelKind

RECIPE = Path(__file__).parent / "model"
NAME = "modeleD9"
BUILD_LIMIT_S = 1800.0
SECTOR = 512
FIRST_SECTOR = 2048
SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
"""Where this machine gets its own Debian packages from: the model's come from there too."""
ANY_AGE = 'Acquire::Check-Valid-Until "false"'
"""A mirror that is a copy of some day has lists of testing that have run out; signatures still count."""
GRUB = Path("/usr/lib/grub/i386-pc")
GRUB_MODULES = ("biosdisk", "part_msdos", "ext2", "linux")
KERNEL_ARGUMENTS = (
    "root=/dev/sda1 rw rootfstype=ext4 quiet console=ttyS0 systemd.show_status=0 mitigations=off audit=0 "
    "ipv6.disable=1 clocksource=hpet tsc=unstable noapictimer no_timer_check norandmaps"
)
"""The clock is the HPET, whose frequency is known: TSC and APIC timer are measured at boot, and on a busy
computer an emulated machine measures them wrongly (clocks five times too fast were seen).

norandmaps: what QEMU has translated is found again at the same address only. With random ones a program is
translated anew whenever it is started: 74 s for a server's packages instead of 34.
"""
GRUB_SCRIPT = f"""\
set root=(hd0,msdos1)
linux /boot/vmlinuz.school {KERNEL_ARGUMENTS}
initrd /boot/initrd.school
boot
"""


def model_pair() -> Path:
    """The descriptor of the model disk, `modeleD9.vmdk`, its extent beside it; built if it has to be.

    Raises:
        LabError: sim.model_kind, sim.programs, sim.not_linux, sim.no_sources, sim.model_failed.
    """
    kind = chosen_kind()
    directory = cache_directory() / f"{NAME}-{_digest(kind)}"
    pair = directory / f"{NAME}.vmdk"
    if not pair.exists():
        require(for_building() | kind.programs)
        with alone(directory.with_suffix(".lock")):
            if not pair.exists():
                directory.mkdir(exist_ok=True)
                _build(directory, kind)
    return pair


def extent_of(pair: Path) -> Path:
    """The file with the disk's bytes."""
    return pair.with_name(f"{pair.stem}-flat.vmdk")


def recipe() -> dict[str, Any]:
    """What the model is made of (model/packages.toml)."""
    return tomllib.loads((RECIPE / "packages.toml").read_text(encoding="utf-8"))


def _digest(kind: ModelKind) -> str:
    """The default model's depends on nothing that only other kinds have."""
    content = hashlib.sha256(GRUB_SCRIPT.encode())
    for file in sorted(path for path in RECIPE.rglob("*") if path.is_file()):
        content.update(str(file.relative_to(RECIPE)).encode() + b"\0" + file.read_bytes())
    if not kind.is_default:
        packages = kind.installed(recipe()["installed"])
        own = [(KINDS / step).read_text(encoding="utf-8") for step in kind.hooks]
        content.update("\0".join((str(kind), *packages, *own)).encode())
    return content.hexdigest()[:16]


def _build(directory: Path, kind: ModelKind) -> None:
    wanted = recipe()
    with tempfile.TemporaryDirectory(prefix="esxlab-model-") as name:
        scratch = Path(name)
        scratch.chmod(0o777)  # mmdebstrap's namespace has users of its own
        environment = {
            **os.environ,
            "PATH": search_path(),
            "MODEL": str(RECIPE),
            "SCRATCH": name,
            "CARRIED": " ".join(wanted["carried"]),
            "SIZE_MIB": str(wanted["size_mib"]),
            **kind.environment(),
        }
        _run(_debootstrap(wanted, scratch, kind), environment)
        as_root = [] if is_root() else ["unshare", "--map-root-user", "--map-auto"]
        _run([*as_root, "sh", str(RECIPE / "pack.sh")], environment)
        extent = directory / f"{NAME}-flat.vmdk"
        extent.unlink(missing_ok=True)
        copy_sparse(scratch / "root.img", extent, at=FIRST_SECTOR * SECTOR, size=MODEL_DISK_GIB * GIB)
        _make_bootable(extent, scratch, sectors=wanted["size_mib"] * 2**20 // SECTOR)
    (directory / f"{NAME}.vmdk").write_text(descriptor(NAME), encoding="ascii")


def _debootstrap(wanted: dict[str, Any], scratch: Path, kind: ModelKind) -> list[str]:
    sources = next((file for file in SOURCES if file.exists()), None)
    if sources is None:
        raise LabError("sim.no_sources", where=str(SOURCES[0]))
    hooks = ['sh "$MODEL/customize.sh" "$1"']
    if not kind.is_default:
        own = own_mirror(sources.read_text(encoding="utf-8"), kind.release)
        sources = scratch / f"mirror{sources.suffix}"
        sources.write_text(own, encoding="utf-8")
        kept = 'mkdir "$SCRATCH/languages" && cp -R "$1/usr/share/locale/fr" "$SCRATCH/languages/"'
        first, *last = [f'sh {shlex.quote(str(KINDS / name))} "$1"' for name in kind.hooks]
        hooks = [first, kept, *hooks, *last]
    return [
        "mmdebstrap",
        "--variant=minbase",
        "--skip=cleanup/apt/lists",  # those of the model's own mirror
        f"--architectures={kind.architecture}",
        f"--include={','.join(kind.installed(wanted['installed']))}",
        *(f"--customize-hook={hook}" for hook in hooks),
        *([] if kind.is_default else [f"--aptopt={ANY_AGE}"]),
        kind.release,
        str(scratch / "root.tar"),
        str(sources),
    ]


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=BUILD_LIMIT_S,
    )
    if done.returncode:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise LabError("sim.model_failed", detail=words, command=Path(command[0]).name)


def _make_bootable(extent: Path, scratch: Path, *, sectors: int) -> None:
    """GRUB's boot sector, one partition, and GRUB's core image in the gap before it, from sector 1 on.

    This is what grub-install does on a BIOS disk, without a device: boot.img reads sector 1 of its own disk
    unless told otherwise, and grub-mkimage writes the core's length into its first sector.
    """
    script, core = scratch / "grub.cfg", scratch / "core.img"
    script.write_text(GRUB_SCRIPT, encoding="ascii")
    command = ["grub-mkimage", "-O", "i386-pc", "-p", "(hd0,msdos1)/boot/grub", "-c", str(script)]
    _run([*command, "-o", str(core), *GRUB_MODULES], {**os.environ, "PATH": search_path()})
    boot = bytearray((GRUB / "boot.img").read_bytes()[:SECTOR])
    unused = b"\xfe\xff\xff"  # cylinder, head, sector: nobody reads them, LBA counts
    boot[446:462] = struct.pack("<B3sB3sII", 0x80, unused, 0x83, unused, FIRST_SECTOR, sectors)
    boot[462:510] = bytes(48)
    boot[510:512] = b"\x55\xaa"
    with extent.open("r+b") as disk:
        disk.write(boot)
        disk.write(core.read_bytes())
