"""An ISO of an installer as Debian lays it out: isolinux, kernel, initrd; the network's installer on it.

xorriso(1) makes it, which makes Debian's; ISOLINUX boots it, with the menu that `model build` puts there.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from esxlab.sim.qemu.model import KERNEL_ARGUMENTS
from tests.real import installer_initrd
from tests.real.installer_initrd import installer, with_files
from tests.real.installer_recipe import OWN_SUITE, SPEED
from tests.real.installer_suite import SUITE, Archive, cdrom_modules, kernel_of, publish, said

if TYPE_CHECKING:
    from pathlib import Path

KEYRING = "usr/share/keyrings/debian-archive-keyring.gpg"
LOADER = {
    "/usr/lib/ISOLINUX/isolinux.bin": "isolinux",
    "/usr/lib/syslinux/modules/bios/ldlinux.c32": "syslinux-common",
}
"""ISOLINUX, and the packages that bring it."""
KERNELS = {"i386": "install.386", "amd64": "install.amd"}
NOT_HERE = ("root=", "rootfstype=", "rw", "quiet")
INFO = 'Debian GNU/Linux 12 "Bookworm" - esxlab test {architecture} NETINST 20230607-00:00\n'
MENU = "default a\nprompt 0\ntimeout 0\nlabel a\nkernel {at}/vmlinuz\nappend initrd={at}/initrd.gz\n"
"""It waits for a key, as Debian's does."""
ARGUMENTS = """
# not esxlab's: a kernel's arguments for emulated machines
d-i debian-installer/add-kernel-opts string {arguments}
"""


def make_image(target: Path, archive: Archive, scratch: Path, own: Path) -> Path:
    """The ISO, `target`; the suite that its installer fetches its parts from is published below `own`."""
    found = installer(archive.architecture)
    there = installer_initrd.files_of(found.initrd)
    kernel = kernel_of(there)
    files = {
        "preseed.cfg": _answers(),
        KEYRING: there[KEYRING] + publish(archive, kernel, own),
        "lib/debian-installer-startup.d/S29cdrom-standin": said("cdrom-detect"),
        "cdrom/.standin": b"",
        **cdrom_modules(archive, kernel),
    }
    kernels = KERNELS[archive.architecture]
    tree = scratch / "iso"
    for name in ("isolinux", kernels, ".disk"):
        (tree / name).mkdir(parents=True)
    for file in LOADER:
        shutil.copy(file, tree / "isolinux")
    (tree / "isolinux/isolinux.cfg").write_text(MENU.format(at=f"/{kernels}"), encoding="ascii")
    (tree / ".disk/info").write_text(INFO.format(architecture=archive.architecture), encoding="ascii")
    shutil.copy(found.kernel, tree / kernels / "vmlinuz")
    with_files(found.initrd, tree / kernels / "initrd.gz", files)
    words = ["xorriso", "-as", "mkisofs", "-quiet", "-r", "-J", "-V", "esxlab test", "-o", str(target)]
    words += ["-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot"]
    words += ["-boot-load-size", "4", "-boot-info-table", str(tree)]
    subprocess.run(words, check=True, timeout=120, capture_output=True)
    return target


def _answers() -> bytes:
    """Only what this test must say besides: where the installer's parts are, and what an emulation needs."""
    arguments = [word for word in KERNEL_ARGUMENTS.split() if not word.startswith(NOT_HERE)]
    told = ARGUMENTS.format(arguments=" ".join(arguments))
    return f"{SPEED}{OWN_SUITE.format(suite=SUITE)}{told}".encode()
