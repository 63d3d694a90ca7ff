"""Plays Debian's installer: reads the answers on its image, says in its log what it does, and ends as told.

Sources: Debian's installation guide, 5.1.5, B.2 and B.4; main-menu.c (words of the log); isolinux waits for a
key when its timeout is 0 (syslinux, doc/menu.txt). What it asks when an answer lacks is asked by the real one
too, as the guide's example has it; it asks far more.
"""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from esxlab.sim.light.disk import Node, save_disk
from esxlab.sim.light.model_disk import RELEASES, model_disk

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.contracts import SimVm
    from esxlab.sim.light.clock import Clock

End = Literal["off", "asks", "stands"]
INFO = re.compile(r'Debian GNU/Linux (\d+)[^"]*"(\w+)"')
WRITES = re.compile(r"printf '%s\\n' '([^']*)' > (\S+)")
MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("localechooser", ()),
    ("console-setup-udeb", ()),
    ("cdrom-detect", ()),
    ("load-cdrom", ()),
    ("netcfg", ("netcfg/get_hostname", "netcfg/get_nameservers")),
    ("user-setup-udeb", ("passwd/root-password-crypted", "passwd/make-user")),
    ("partman-base", ("partman-auto/method", "partman-auto/choose_recipe", "partman/confirm")),
    ("bootstrap-base", ()),
    ("apt-setup-udeb", ("apt-setup/cdrom/set-first",)),
    ("pkgsel", ("pkgsel/include",)),
    ("grub-installer", ("grub-installer/only_debian", "grub-installer/bootdev")),
    ("finish-install", ("finish-install/reboot_in_progress",)),
)
"""Items of the menu in their order on a CD, with what each asks when nobody has answered it before."""
FAILS_AT = "pkgsel"


@dataclass(frozen=True, slots=True)
class Image:
    """What there is on an image; no answers: its menu waits for a key, or it asks everything."""

    debian: int
    answers: dict[str, str]


def read_image(path: Path) -> Image | None:
    """The image in a drive; None when it is no Debian installer, or cannot be read."""
    import pycdlib  # noqa: PLC0415 - esxlab[model], which has put the image there
    from pycdlib.pycdlibexception import PyCdlibException  # noqa: PLC0415 - as above

    iso = pycdlib.PyCdlib()
    try:
        iso.open(str(path))
    except (PyCdlibException, OSError):
        return None
    try:
        found = INFO.match(_text(iso, "/.disk/info"))
        menu = _text(iso, "/isolinux/isolinux.cfg")
        named = re.search(r"file=/cdrom(/\S+)", menu)
        by_itself = re.search(r"^timeout [1-9]", menu, re.MULTILINE) and named
        answers = _answers(_text(iso, named[1])) if by_itself and named else {}
    except PyCdlibException:
        return None
    finally:
        iso.close()
    return Image(int(found[1]), answers) if found else None


def _text(iso: Any, name: str) -> str:
    out = io.BytesIO()
    iso.get_file_from_iso_fp(out, rr_path=name)
    return out.getvalue().decode()


def _answers(preseed: str) -> dict[str, str]:
    """Question -> answer: `owner question type value`, a backslash goes on in the next line."""
    lines = preseed.replace("\\\n", " ").splitlines()
    parts = (line.split(None, 3) for line in lines if line.strip() and not line.startswith("#"))
    return {p[1]: p[3].strip() if len(p) > 3 else "" for p in parts if len(p) > 2}  # noqa: PLR2004 - its columns


@dataclass(slots=True)
class Installer:
    """One installation, on the guests' clock; `faults` are those of the machine."""

    vm: SimVm
    faults: set[Any]
    clock: Clock
    seconds: float

    async def run(self) -> End:
        """To its end: off, or it stands still."""
        image = await asyncio.to_thread(read_image, self.vm.image) if self.vm.image else None
        if image is None:
            return "stands"
        told = "/dev/ttyS0" in image.answers.get("preseed/early_command", "")
        self._say("", fresh=True)
        for item, questions in MENU:
            if told:
                self._say(f"main-menu[310]: INFO: Menu item '{item}' selected")
            await self.clock.sleep(self.seconds / len(MENU))
            end = self._trouble(item)
            if any(question not in image.answers for question in questions):
                end = "stands"
            if end:
                return end
        await asyncio.to_thread(self._install, image)
        return "off" if image.answers.get("debian-installer/exit/poweroff") == "true" else "stands"

    def _trouble(self, item: str) -> End | None:
        if item != FAILS_AT:
            return None
        if "install_is_cut" in self.faults:
            return "off"
        if "install_fails" in self.faults:
            self._say(f"main-menu[310]: WARNING **: Configuring '{item}' failed with error code 1")
            self._say(f"main-menu[310]: WARNING **: Menu item '{item}' failed.")
            return "stands"
        if "install_asks" in self.faults:
            return "asks"
        return "stands" if "install_hangs" in self.faults else None

    def _install(self, image: Image) -> None:
        answers, release = image.answers, image.debian if image.debian in RELEASES else max(RELEASES)
        hostname = answers["netcfg/get_hostname"]
        packages = answers["pkgsel/include"].split()
        disk = model_disk("", debian=release, hostname=hostname, more=packages)
        shadow = f"root:{answers['passwd/root-password-crypted']}:19000:0:99999:7:::\n"
        disk.nodes["/etc/shadow"].content = shadow.encode()
        for text, path in WRITES.findall(answers.get("preseed/late_command", "")):
            if path.startswith("/target/"):
                disk.nodes[path.removeprefix("/target")] = Node(content=f"{text}\n".encode())
            elif path == "/dev/ttyS0":
                self._say(text)
        save_disk(self.vm.disk, disk)

    def _say(self, line: str, *, fresh: bool = False) -> None:
        """Into the file behind the serial port, where the answers send the log."""
        if self.vm.serial is None:
            return
        with self.vm.serial.open("w" if fresh else "a", encoding="utf-8") as log:
            log.write(f"{line}\n" if line else "")
