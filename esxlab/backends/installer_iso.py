"""The installer's ISO: what it is, and the same one with our answers in it, which asks nobody anything.

Only files on this computer; pycdlib (the extra `esxlab[model]`) reads and writes them.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, brief_line, open_ordinary
from esxlab.plain import last_words

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1024 * 1024
INFO = re.compile(
    r'^Debian GNU/Linux (?P<number>\d+)[\d.]* "(?P<name>[A-Za-z]+)" - (?:Official )?(?P<kind>.*?)'
    r"(?P<arch>i386|amd64) (?P<medium>[A-Z]\S*)"
)
"""`.disk/info` of Debian's images, written by debian-cd: Debian GNU/Linux 9.13.0 "Stretch" - Official i386
NETINST 20200718-11:07."""
INFO_FILE = "/.disk/info"
MENU_FILE = "/isolinux/isolinux.cfg"
PRESEED = "preseed.cfg"
KERNELS = {"i386": "/install.386", "amd64": "/install.amd"}
"""Directory of the installer's kernel and initrd (Debian's installation guide, 5.1.5)."""
MENU = """\
default a
prompt 0
timeout 1
label a
kernel {kernels}/vmlinuz
append initrd={kernels}/initrd.gz auto=true priority=critical file=/cdrom/preseed.cfg \
locale={locale} keymap={keymap} --- quiet
"""
"""No menu, no key: the first label after a tenth of a second (syslinux, doc/menu.txt). Locale and keyboard
are asked before a file on the CD is read, unless they are on this line (installation guide, B.2.4)."""


@dataclass(frozen=True, slots=True)
class InstallerImage:
    """What an ISO says of itself: 9, stretch, i386, NETINST."""

    number: int
    release: str
    architecture: str
    medium: str


def sha256_of(path: Path) -> str:
    """64 hex digits. LabError model.iso_unread."""
    digest = hashlib.sha256()
    try:
        with open_ordinary(path) as file:
            while block := file.read(CHUNK):
                digest.update(block)
    except OSError as error:
        raise LabError("model.iso_unread", where=str(path), detail=error.strerror or str(error)) from error
    except Unreadable as error:
        raise LabError("model.iso_unread", where=str(path), detail=str(error)) from error
    return digest.hexdigest()


def check_sha256(path: Path, wanted: str) -> None:
    """LabError model.iso_sha256 when it is another file than the one that was meant."""
    if (found := sha256_of(path)) != wanted.lower():
        raise LabError("model.iso_sha256", where=str(path), found=found, wanted=wanted.lower())


def check_image(path: Path, *, sha256: str, release: str, mirror: str) -> InstallerImage:
    """The image, when it is the one that is meant.

    LabError model.iso_*; model.no_sha256; model.iso_release; model.no_mirror: its packages are elsewhere.
    """
    if not sha256:
        raise LabError("model.no_sha256", where=str(path), found=sha256_of(path))
    check_sha256(path, sha256)
    image = look_at(path)
    if image.release != release:
        raise LabError("model.iso_release", where=str(path), found=image.release, wanted=release)
    if image.medium.startswith("NETINST") and not mirror:
        raise LabError("model.no_mirror", where=str(path))
    return image


def look_at(path: Path) -> InstallerImage:
    """What image this is. LabError model.iso_unread, model.iso_kind (no installer of Debian's)."""
    with _Opened(path) as image:
        text = image.text(INFO_FILE)
        found = INFO.match(text)
        if not found or not image.has(MENU_FILE) or not image.has(f"{KERNELS[found['arch']]}/vmlinuz"):
            raise LabError("model.iso_kind", where=str(path), said=brief_line(text.strip() or "-", 100))
    return InstallerImage(int(found["number"]), found["name"].lower(), found["arch"], found["medium"])


def remaster(path: Path, target: Path, *, preseed: str, locale: str, keymap: str) -> None:
    """Write the ISO that installs by itself: the same, with these answers and another boot menu.

    The target is written under a temporary name and renamed. LabError model.iso_*, local.unwritten.
    """
    kernels = KERNELS[look_at(path).architecture]
    menu = MENU.format(kernels=kernels, locale=locale, keymap=keymap)
    part = target.with_name(f"{target.name}.part")
    with _Opened(path) as image:
        image.put(MENU_FILE, menu.encode())
        image.put(f"/{PRESEED}", preseed.encode())
        try:
            image.write(part)
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise LabError(
                "local.unwritten", where=str(target), detail=error.strerror or str(error)
            ) from error


class _Opened:
    """An ISO that is open; every exception of pycdlib's becomes model.iso_unread here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._iso: Any = None

    def __enter__(self) -> Self:
        try:
            import pycdlib  # noqa: PLC0415 - slow, and an extra
        except ImportError as error:
            raise LabError("model.not_installed") from error
        self._iso = pycdlib.PyCdlib()
        self._told(lambda: self._iso.open(str(self._path)))
        if not self._iso.has_rock_ridge():
            raise LabError("model.iso_kind", where=str(self._path), said="-")
        return self

    def __exit__(self, *_: object) -> None:
        self._iso.close()

    def has(self, name: str) -> bool:
        """Whether there is such a file, by its Rock Ridge name."""
        from pycdlib.pycdlibexception import PyCdlibException  # noqa: PLC0415 - as above

        try:
            self._iso.get_record(rr_path=name)
        except PyCdlibException:
            return False
        return True

    def text(self, name: str) -> str:
        """Its content; empty when it is not there."""
        if not self.has(name):
            return ""
        out = io.BytesIO()
        self._told(lambda: self._iso.get_file_from_iso_fp(out, rr_path=name))
        return out.getvalue().decode(errors="replace")

    def put(self, name: str, content: bytes) -> None:
        """Write a file, in place of an older one, under all of the image's names for it.

        Its ISO 9660 name has capitals, as the standard has it and pycdlib demands; the others may have small
        letters (xorriso 1.5.4 was seen to give them where a BIOS alone boots the image).
        """
        directory, _, base = name.rpartition("/")
        joliet = {"joliet_path": name} if self._iso.has_joliet() else {}
        if self.has(name):
            older = self._plain(name)
            self._told(lambda: self._iso.rm_hard_link(iso_path=older))
            if joliet:
                self._told(lambda: self._iso.rm_hard_link(**joliet))
        stem, _, end = base.upper().rpartition(".")
        plain = f"{self._plain(directory) if directory else ''}/{stem}.{end};1"
        size = len(content)
        self._told(lambda: self._iso.add_fp(io.BytesIO(content), size, plain, rr_name=base, **joliet))

    def _plain(self, name: str) -> str:
        """The ISO 9660 path of what has this Rock Ridge path."""
        return str(self._told(lambda: self._iso.full_path_from_dirrecord(self._iso.get_record(rr_path=name))))

    def write(self, path: Path) -> None:
        """Write the whole image. OSError."""
        self._told(lambda: self._iso.write(str(path)))

    def _told(self, act: Any) -> Any:
        """Its parsers raise what they meet, without a base: struct.error, IndexError and others."""
        try:
            return act()
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise LabError(
                "model.iso_unread", where=str(self._path), detail=last_words(str(error))
            ) from error
