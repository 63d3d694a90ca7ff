"""The .vmx file of a machine: read, changed and written, and the configuration that it stands for.

Sources: esxi-ssh.md ("Changing"); the .vmx that josenk/terraform-provider-esxi writes. Keys are the same in
any case; in a value `|22` is a quotation mark and `|0A` a line feed.
"""

from __future__ import annotations

import re

LINE = re.compile(r'^\s*([^#\s=][^=\s]*)\s*=\s*"(.*)"\s*$')
ESCAPES = {"|22": '"', "|0A": "\n", "|0D": "\r", "|7C": "|"}
ESCAPED = re.compile("|".join(re.escape(code) for code in ESCAPES), re.IGNORECASE)
HARDWARE = re.compile(
    r"^(scsi\d|ide\d|sata\d|nvme\d|ethernet\d|floppy\d|usb|vmci0|svga|mks|serial\d|parallel\d)[:.]",
    re.IGNORECASE,
)
NOT_EXTRA = frozenset(
    {
        ".encoding",
        "config.version",
        "virtualhw.version",
        "displayname",
        "guestos",
        "numvcpus",
        "memsize",
        "annotation",
        "uuid.bios",
        "uuid.location",
        "vc.uuid",
        "firmware",
    }
)
"""What has a place of its own in the configuration; all else is extraConfig."""


class Vmx:
    """A .vmx file's settings, in their order; keys are found in any case."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._settings = settings
        self._names = {key.lower(): key for key in settings}

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._names

    def __getitem__(self, key: str) -> str:
        """The value; empty when the key is not there."""
        return self._settings.get(self._names.get(key.lower(), ""), "")

    def __setitem__(self, key: str, value: str) -> None:
        known = self._names.setdefault(key.lower(), key)
        self._settings[known] = value

    def remove(self, key: str) -> None:
        """It is not there any more."""
        self._settings.pop(self._names.pop(key.lower(), ""), None)

    def is_true(self, key: str) -> bool:
        """Whether it is there and TRUE."""
        return self[key].lower() == "true"

    def members(self, kind: str) -> tuple[int, ...]:
        """The numbers of those devices of a kind that are present: (0, 1) for ethernet0 and ethernet1."""
        found = re.compile(rf"^{kind}(\d+)\.present$", re.IGNORECASE)
        numbers = (match for key in self._settings if (match := found.match(key)))
        return tuple(sorted(int(match[1]) for match in numbers if self.is_true(match[0])))

    def extra(self) -> dict[str, str]:
        """What extraConfig shows of it."""
        return {
            key: value
            for key, value in self._settings.items()
            if key.lower() not in NOT_EXTRA and not HARDWARE.match(key)
        }

    def render(self) -> str:
        """The file's text."""
        return "".join(f'{key} = "{_escaped(value)}"\n' for key, value in self._settings.items())


def parse_vmx(text: str) -> Vmx:
    """Read it; lines that are none are passed over, as the host does."""
    found = (LINE.match(line) for line in text.splitlines())
    return Vmx({match[1]: _plain(match[2]) for match in found if match})


def _plain(value: str) -> str:
    return ESCAPED.sub(lambda match: ESCAPES[match[0].upper()], value)


def _escaped(value: str) -> str:
    for code, plain in (("|7C", "|"), ("|22", '"'), ("|0A", "\n"), ("|0D", "\r")):
        value = value.replace(plain, code)
    return value
