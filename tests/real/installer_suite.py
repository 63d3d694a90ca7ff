"""A suite of one's own for an installer: its real parts where the mirror has them, else stand-ins.

It is signed by a key made for it alone; the base system's own suite stays Debian's, with Debian's signatures.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.installer_run import DISK_GIB

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STANDINS = Path(__file__).parent / "standins"
SUITE = "bookworm-di"
BASE = "bookworm"
VERSION = "0+standin"
DISK_PARTS = ("created-fstab", "made-filesystems", "mounted-partitions", "partitioned-harddrives")
LIBRARIES = ("libext2fs.so.2", "libe2p.so.2", "libcom_err.so.2", "libblkid.so.1", "libuuid.so.1")
MODULES = ("fs/ext4", "fs/jbd2", "fs/mbcache.ko", "drivers/scsi/vmw_pvscsi.ko", "drivers/scsi/sd_mod.ko")
CDROM_MODULES = (
    "drivers/ata/libata.ko", "drivers/ata/libahci.ko", "drivers/ata/ahci.ko",
    "drivers/cdrom/cdrom.ko", "drivers/scsi/sr_mod.ko", "fs/isofs/isofs.ko",
)  # fmt: skip
DISK_SECTORS = DISK_GIB << 21
FIRST, SWAP = 2048, 2 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One .udeb that is made here. `files` and `control` are name -> content."""

    name: str
    files: Mapping[str, bytes]
    control: Mapping[str, bytes]
    item: int = 0
    provides: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    kernel: str = ""


GREP = "sbin/grep"
"""Without pkgdetails, debootstrap looks through Debian's whole index some twenty times; busybox's is slow.

In /sbin: since its first chroot debootstrap's PATH is /sbin:/usr/sbin:/bin:/usr/bin (functions,
in_target_nofail: an assignment before eval stays), and busybox's, in /bin, does not know --perl-regexp.
"""


def said(name: str) -> bytes:
    """A stand-in's script."""
    return (STANDINS / f"{name}.sh").read_bytes()


class Archive:
    """Debian's packages of one architecture, by the mirror's index."""

    def __init__(self, architecture: str, find: Callable[[str], Path | None], scratch: Path) -> None:
        self.architecture, self._find, self._scratch = architecture, find, scratch
        self._known = {
            kind: self._index(f"dists/{BASE}/main/{where}binary-{architecture}/Packages.xz")
            for kind, where in (("deb", ""), ("udeb", "debian-installer/"))
        }

    def _index(self, path: str) -> dict[str, dict[str, str]]:
        file = self._find(path)
        assert file is not None, f"the mirror has no {path}"
        found: dict[str, dict[str, str]] = {}
        for paragraph in lzma.decompress(file.read_bytes()).decode().split("\n\n"):
            lines = (line.partition(": ") for line in paragraph.splitlines() if not line.startswith(" "))
            fields = {key: value for key, _, value in lines}
            if fields:
                found[fields["Package"]] = fields
        return found

    def get(self, name: str, kind: str = "deb") -> Path:
        """The package's file, checked by the index. AssertionError when the mirror has none."""
        fields = self._known[kind][name]
        file = self._find(fields["Filename"])
        assert file is not None, f"the mirror has not {name}"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == fields["SHA256"], name
        return file

    def unpacked(self, name: str, kind: str = "deb", *, control: bool = False) -> Path:
        """A directory with what is in it."""
        target = self._scratch / f"{name}.{self.architecture}.{kind}{'.control' if control else ''}"
        if not target.exists():
            words = ["dpkg-deb", "-e" if control else "-x", str(self.get(name, kind)), str(target)]
            subprocess.run(words, check=True, timeout=120, capture_output=True)
        return target


def content_of(directory: Path, names: tuple[str, ...] = ("",)) -> dict[str, bytes]:
    """name -> content of the files below these names; a link is what it leads to."""
    found = {}
    for name in names:
        top = directory / name
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        found |= {
            str(file.relative_to(directory)): file.read_bytes() for file in files if file.resolve().is_file()
        }
    return found


def kernel_of(there: Mapping[str, bytes]) -> str:
    """The version of the kernel whose modules are among these files."""
    modules = (name for name in there if name.startswith("lib/modules/") and name.endswith(".ko"))
    return next(modules).split("/")[2]


def cdrom_modules(archive: Archive, kernel: str) -> dict[str, bytes]:
    """What an installer that was made for the network lacks to read its CD."""
    tree = archive.unpacked(f"linux-image-{kernel}")
    found = content_of(tree, tuple(f"lib/modules/{kernel}/kernel/{name}" for name in CDROM_MODULES))
    return {f"opt/standin/modules/{Path(name).name}": content for name, content in found.items()}


def parts(archive: Archive, kernel: str) -> list[Part]:
    """All that stands in, for an installer whose kernel is this one (6.1.0-50-686)."""
    hooks = "usr/lib/finish-install.d"
    found = [
        Part(
            name="kernel-modules-standin-di",
            files=_modules(archive, kernel),
            control={"postinst": said("kernel-modules")},
            kernel=kernel,
        ),
        Part(
            name="partman-base",
            files=_file_system_maker(archive),
            control={"postinst": said("partman-base")},
            item=4200,
            provides=(*DISK_PARTS, "harddrive-detection"),
        ),
        Part(name="di-utils-mapdevfs", files={"usr/bin/mapdevfs": said("mapdevfs")}, control={}),
        Part(name="debootstrap-udeb", files=_debootstrap(archive), control={}),
        Part(
            name="apt-setup-udeb",
            files={},
            control={"postinst": said("apt-setup-udeb")},
            item=7000,
            depends=("installed-base",),
        ),
        Part(name="user-setup-udeb", files={f"{hooks}/06user-setup": said("user-setup")}, control={}),
        Part(name="tools-standin", files={f"{hooks}/06tools": said("tools")}, control={}),
        Part(name="clock-setup", files={f"{hooks}/10clock-setup": said("clock-setup")}, control={}),
        Part(
            name="grub-installer",
            files={},
            control={"postinst": said("grub-installer")},
            item=7400,
            provides=("bootable-system",),
            depends=("kernel-installer", "created-fstab"),
        ),
        Part(
            name="finish-install",
            files={},
            control={"postinst": said("finish-install")},
            item=7800,
            depends=("installed-base", "created-fstab", "bootable-system"),
        ),
    ]
    return found if archive.architecture == "amd64" else [*found, _bootstrap_base(archive)]


def _modules(archive: Archive, kernel: str) -> dict[str, bytes]:
    tree = archive.unpacked(f"linux-image-{kernel}")
    return content_of(tree, tuple(f"lib/modules/{kernel}/kernel/{name}" for name in MODULES))


def partition_table(sectors: int) -> bytes:
    """A disk's first sector: the root, bootable, and 1 GiB of swap behind it."""
    root = sectors - SWAP - FIRST
    entries = ((0x80, 0x83, FIRST, root), (0, 0x82, FIRST + root, SWAP))
    anywhere = b"\xfe\xff\xff"  # cylinder, head, sector: nobody reads them, LBA counts
    told = b"".join(
        struct.pack("<B3sB3sII", flag, anywhere, kind, anywhere, begin, size)
        for flag, kind, begin, size in entries
    )
    return bytes(446) + told.ljust(64, b"\0") + b"\x55\xaa"


def _file_system_maker(archive: Archive) -> dict[str, bytes]:
    maker = archive.unpacked("e2fsprogs")
    found = {
        "opt/standin/mke2fs": (maker / "sbin/mke2fs").read_bytes(),
        "opt/standin/table": partition_table(DISK_SECTORS),
        "opt/standin/sectors": f"{DISK_SECTORS}\n".encode(),
        "opt/standin/mke2fs.conf": (maker / "etc/mke2fs.conf").read_bytes(),
    }
    for package in ("libext2fs2", "libcom-err2", "libblkid1", "libuuid1"):
        for file in archive.unpacked(package).rglob("lib*.so.*"):
            if file.name in LIBRARIES:
                found[f"opt/standin/lib/{file.name}"] = file.read_bytes()
    return found


def _debootstrap(archive: Archive) -> dict[str, bytes]:
    found = content_of(archive.unpacked("debootstrap"), ("usr/sbin/debootstrap", "usr/share/debootstrap"))
    if archive.architecture == "amd64":
        return found
    grep = (archive.unpacked("grep") / "bin/grep").read_bytes()
    return found | content_of(archive.unpacked("perl-base"), ("usr/bin/perl",)) | {GREP: grep}


def _bootstrap_base(archive: Archive) -> Part:
    """The scripts in amd64's part are Debian's for every architecture; its two programs are not."""
    there = Archive("amd64", archive._find, archive._scratch)
    control = content_of(there.unpacked("bootstrap-base", "udeb", control=True))
    return Part(
        name="bootstrap-base",
        files={
            "usr/sbin/run-debootstrap": said("run-debootstrap"),
            "usr/lib/base-installer/kernel.sh": said("kernel"),
        },
        control={name: control[name] for name in ("postinst", "templates", "isinstallable")},
        item=6500,
        provides=("installed-base", "kernel-installer"),
        depends=("mounted-partitions", "created-fstab", "base-installer", "debootstrap-udeb"),
    )


def build(part: Part, architecture: str, directory: Path) -> Path:
    """The .udeb."""
    tree = directory / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    title = f"debian-installer/{part.name}/title"
    control = {"templates": f"Template: {title}\nType: text\nDescription: {part.name}\n".encode()}
    control |= dict(part.control)
    fields = {
        "Package": part.name,
        "Version": VERSION,
        "Architecture": architecture,
        "Maintainer": "esxlab's tests <nobody@example.org>",
        "Section": "debian-installer",
        "Priority": "standard",
        "Installer-Menu-Item": str(part.item or ""),
        "Kernel-Version": part.kernel,
        "Provides": ", ".join(part.provides),
        "Depends": ", ".join(part.depends),
        "Description": "stand-in of esxlab's tests, not Debian's",
    }
    control["control"] = "".join(f"{key}: {value}\n" for key, value in fields.items() if value).encode()
    whole = {**part.files, **{f"DEBIAN/{name}": content for name, content in control.items()}}
    for name, content in whole.items():
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o755 if content[:2] == b"#!" or content[:4] == b"\x7fELF" else 0o644)
    target = directory / f"{part.name}_{VERSION}_{architecture}.udeb"
    words = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "-b", str(tree), str(target)]
    subprocess.run(words, check=True, timeout=120, capture_output=True)
    shutil.rmtree(tree)
    return target


def publish(archive: Archive, kernel: str, own: Path) -> bytes:
    """The whole suite below `own`, signed; its key, as gpgv reads it."""
    real = ["base-installer", "pkgsel", *(["bootstrap-base"] if archive.architecture == "amd64" else [])]
    pool = own / "pool-di"
    pool.mkdir(parents=True, exist_ok=True)
    for name in real:
        shutil.copy(archive.get(name, "udeb"), pool)
    for part in parts(archive, kernel):
        build(part, archive.architecture, pool)
    index = own / "dists" / SUITE / f"main/debian-installer/binary-{archive.architecture}"
    index.mkdir(parents=True, exist_ok=True)
    words = ["dpkg-scanpackages", "--type", "udeb", "--multiversion", "pool-di"]
    listed = subprocess.run(words, cwd=own, check=True, timeout=120, capture_output=True).stdout
    (index / "Packages.gz").write_bytes(gzip.compress(listed, mtime=0))
    release = own / "dists" / SUITE / "Release"
    lines = [f"Suite: {SUITE}", f"Codename: {SUITE}", f"Architectures: {archive.architecture}"]
    lines += ["Components: main", "SHA256:"]
    for file in [index / "Packages.gz"]:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        lines.append(f" {digest} {file.stat().st_size} {file.relative_to(release.parent)}")
    release.write_text("\n".join(lines) + "\n", encoding="ascii")
    return _sign(release, own / "gnupg")


def _sign(release: Path, home: Path) -> bytes:
    """`Release.gpg` beside it, by a key made for it."""
    home.mkdir(mode=0o700, exist_ok=True)
    gpg = [
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--yes",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "",
    ]
    environment = {**os.environ, "LC_ALL": "C"}

    def run(*words: str) -> bytes:
        whole = [*gpg, *words]
        done = subprocess.run(whole, env=environment, check=True, timeout=300, capture_output=True)
        return done.stdout

    run("--quick-gen-key", "esxlab test suite", "rsa2048", "sign", "never")
    run("--armor", "--detach-sign", "--output", f"{release}.gpg", str(release))
    key = run("--export")
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, timeout=60)
    return key
