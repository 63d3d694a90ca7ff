"""Programs of the system that tests borrow, and the Debian package of each.

Where one is missing its tests are skipped, and say so. CI sets ESXLAB_ALL_TESTS: there they run, and fail.
`python -m tests.borrowed` names the packages of those that are missing.
"""

from __future__ import annotations

import locale
import os
import shutil
from pathlib import Path

import pytest

PACKAGES = {
    "ansible": "ansible-core",
    "ansible-inventory": "ansible-core",
    "bash": "bash",
    "busybox": "busybox",
    "chromium": "chromium",
    "curl": "curl",
    "dash": "dash",
    "dot": "graphviz",
    "dpkg": "dpkg",
    "flock": "util-linux",
    "gpg": "gnupg",
    "gpgv": "gpgv",
    "/usr/lib/ISOLINUX/isolinux.bin": "isolinux",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",  # what the board is shown in
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf": "fonts-dejavu-mono",
    "/usr/share/i18n/locales/fr_FR": "locales",  # what localedef, which libc-bin brings, reads
    "rabbitmq-server": "rabbitmq-server",
    "pdftotext": "poppler-utils",
    "qemu-img": "qemu-utils",
    "ping": "iputils-ping",
    "ssh": "openssh-client",
    "ssh-agent": "openssh-client",
    "sshd": "openssh-server",
    "sshpass": "sshpass",
    "xorriso": "xorriso",
}
ASKED = bool(os.environ.get("ESXLAB_ALL_TESTS"))
FRENCH = "fr_FR.UTF-8"


def find(program: str) -> str | None:
    """The path of a program, daemons included; a file that is named by its whole path."""
    if program.startswith("/"):
        return program if Path(program).exists() else None
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")


def borrows(*programs: str) -> pytest.MarkDecorator:
    """Skip where one of them is not installed."""
    return unless(all(map(find, programs)), f"not all installed here: {', '.join(programs)}")


def unless(there: bool, reason: str) -> pytest.MarkDecorator:
    """Skip where something of the system is not there."""
    return pytest.mark.skipif(not there and not ASKED, reason=reason)


def has_french() -> bool:
    """Whether the locale is there: `localedef -i fr_FR -f UTF-8 fr_FR.UTF-8` makes it."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, FRENCH)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return True


if __name__ == "__main__":
    print(" ".join(sorted({package for program, package in PACKAGES.items() if not find(program)})))
