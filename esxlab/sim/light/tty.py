"""The terminal that a session has: its size, and what its line discipline is set to (termios(3))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FLAGS = {
    group: tuple(names.split())
    for group, names in {
        "control": "parenb parodd cmspar hupcl cstopb cread clocal crtscts",
        "input": (
            "ignbrk brkint ignpar parmrk inpck istrip inlcr igncr icrnl ixon ixoff iuclc ixany imaxbel iutf8"
        ),
        "output": "opost olcuc ocrnl onlcr onocr onlret ofill ofdel",
        "local": (
            "isig icanon iexten echo echoe echok echonl noflsh xcase tostop echoprt echoctl echoke flusho "
            "extproc"
        ),
    }.items()
}
"""In the order in which stty prints them."""
ON = frozenset(
    (
        *("cread", "icrnl", "ixon", "opost", "onlcr"),
        *("isig", "icanon", "iexten", "echo", "echoe", "echok", "echoctl", "echoke"),
    )
)
"""What Linux sets on a new pseudo-terminal (drivers/tty/tty_io.c, tty_std_termios)."""
LEFT = frozenset(
    (
        *("parenb", "parodd", "cmspar", "hupcl", "cstopb", "clocal", "crtscts"),
        *("ignpar", "parmrk", "inpck", "istrip", "ixon"),
    )
)
"""What `stty sane` leaves as it is (coreutils, stty.c, mode_info)."""
RAW_OFF = (
    *(name for name in FLAGS["input"] if name != "iutf8"),
    *("opost", "isig", "icanon", "xcase"),
)
"""What `stty raw` takes away (stty(1), "Combination settings")."""


@dataclass(slots=True)
class Tty:
    """`read_size` is the window's (columns, rows); `resized`: what somebody has told it to be instead."""

    read_size: Callable[[], tuple[int, int]]
    flags: dict[str, bool] = field(
        default_factory=lambda: {name: name in ON for names in FLAGS.values() for name in names}
    )
    times: list[int] = field(default_factory=lambda: [1, 0])  # min, time
    resized: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.resized or self.read_size()

    @property
    def sane(self) -> dict[str, bool]:
        """As `stty sane` sets it; what it leaves alone is as it is."""
        on = {*ON, "brkint", "imaxbel"}
        return {name: flag if name in LEFT else name in on for name, flag in self.flags.items()}
