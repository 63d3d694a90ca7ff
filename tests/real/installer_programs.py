"""The Debian packages that `make test-model` lacks here: `python -m tests.real.installer_programs`."""

from __future__ import annotations

from esxlab.sim.qemu.programs import missing, packages
from tests.real.installer_image import LOADER
from tests.real.installer_initrd import IMAGES, PACKAGE

NEEDED = {
    "dpkg-deb": "dpkg",
    "dpkg-scanpackages": "dpkg-dev",
    "gpg": "gnupg",
    "socat": "socat",
    "unshare": "util-linux",
    "xorriso": "xorriso",
    **LOADER,
    str(IMAGES / "i386"): PACKAGE.format(architecture="i386"),
}

if __name__ == "__main__":
    print(packages(missing(NEEDED)))
