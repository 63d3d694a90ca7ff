"""Small images laid out as Debian's installers are, for whoever remasters or boots one."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

STRETCH = 'Debian GNU/Linux 9.13.0 "Stretch" - Official i386 NETINST 20200718-11:07'
BUSTER = 'Debian GNU/Linux 10.13.0 "Buster" - Official amd64 DVD Binary-1 20220910-13:07'
STRETCH_DVD = 'Debian GNU/Linux 9.13.0 "Stretch" - Official i386 DVD Binary-1 20200718-11:07'
BOOKWORM = 'Debian GNU/Linux 12.11.0 "Bookworm" - Official i386 NETINST 20250517-09:51'
KERNEL = b"K" * 5000
ISOLINUX = Path("/usr/lib/ISOLINUX")
DEBIAN_CD = [
    "xorriso", "-as", "mkisofs", "-r", "-checksum_algorithm_iso", "sha256,sha512", "-J", "-joliet-long",
    "-cache-inodes", "-isohybrid-mbr", str(ISOLINUX / "isohdpfx.bin"),
    "-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-boot-load-size", "4", "-boot-info-table",
    "-no-emul-boot",
]  # fmt: skip
EFI = [
    "-eltorito-alt-boot", "-e", "boot/grub/efi.img", "-no-emul-boot",
    "-isohybrid-gpt-basdat", "-isohybrid-apm-hfsplus",
]  # fmt: skip
"""How Debian's images are made, without jigdo's options: their /.disk/mkisofs says so, as
wiki.debian.org/RepackBootableISO shows it of debian-9.3.0-amd64-netinst.iso."""


def make_true_image(path, info, tree, *, kernels="install.386", efi=True):
    """An image that Debian's own command has made of `tree`, a directory that is filled for it."""
    for name in (".disk", "isolinux", kernels, "boot/grub", "dists/bookworm", "pool/main/l"):
        (tree / name).mkdir(parents=True)
    (tree / ".disk/info").write_text(info)
    (tree / "isolinux/isolinux.cfg").write_text("include menu.cfg\ndefault vesamenu.c32\ntimeout 0\n")
    shutil.copy(ISOLINUX / "isolinux.bin", tree / "isolinux")
    (tree / kernels / "vmlinuz").write_bytes(KERNEL)
    (tree / kernels / "initrd.gz").write_bytes(b"I" * 7000)
    (tree / "boot/grub/efi.img").write_bytes(bytes(1 << 20))
    (tree / "pool/main/l" / f"{'linux-headers-' * 5}common_6.1.140-1_all.deb").write_bytes(b"!<arch>\n")
    (tree / "dists/stable").symlink_to("bookworm")
    (tree / "debian").symlink_to(".")
    words = [*DEBIAN_CD, *(EFI if efi else []), "-V", "Debian 12.11.0 i386 n", "-o", str(path), str(tree)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return path


def contents(path, directory):
    """Rock Ridge name -> content, or a link's target, as xorriso itself reads the image.

    It warns that pycdlib's GPT names a block behind the last one: only USB sticks have a use for a GPT.
    """
    words = [
        "xorriso",
        "-return_with",
        "FAILURE",
        "32",
        "-osirrox",
        "on",
        "-indev",
        str(path),
        "-extract",
        "/",
        str(directory),
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    found = {}
    for name in sorted(directory.rglob("*")):
        if name.is_symlink() or name.is_file():
            content = str(name.readlink()) if name.is_symlink() else name.read_bytes()
            found[str(name.relative_to(directory))] = content
    return found


def make_image(path, info, *, kernels="install.386", joliet=3):
    """A small image laid out as debian-cd does: Rock Ridge, Joliet, El Torito with isolinux."""
    import pycdlib

    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, rock_ridge="1.09", joliet=joliet)
    files = {
        (".disk", "info"): info.encode(),
        ("isolinux", "isolinux.bin"): b"\0" * 24576,
        ("isolinux", "isolinux.cfg"): b"include menu.cfg\ndefault vesamenu.c32\ntimeout 0\n",
        (kernels, "vmlinuz"): KERNEL,
        (kernels, "initrd.gz"): b"I" * 7000,
    }
    for directory in dict.fromkeys(directory for directory, _ in files):
        iso.add_directory(
            plain(directory), rr_name=directory, **({"joliet_path": f"/{directory}"} if joliet else {})
        )
    for (directory, name), content in files.items():
        extra = {"joliet_path": f"/{directory}/{name}"} if joliet else {}
        where = f"{plain(directory)}/{name.upper()}{'' if '.' in name else '.'};1"
        iso.add_fp(io.BytesIO(content), len(content), where, rr_name=name, **extra)
    boot = {"joliet_bootcatfile": "/isolinux/boot.cat"} if joliet else {}
    iso.add_eltorito(
        "/ISOLINUX/ISOLINUX.BIN;1", bootcatfile="/ISOLINUX/BOOT.CAT;1", rr_bootcatname="boot.cat",
        boot_load_size=4, boot_info_table=True, **boot,
    )  # fmt: skip
    iso.write(str(path))
    iso.close()
    return path


def plain(directory):
    return f"/{directory.upper().lstrip('.').replace('.', '_')}"
