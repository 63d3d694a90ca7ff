"""The computer on which something was measured, in a few words; no name, no path, no address."""

from __future__ import annotations

import os
import platform


def describe_computer() -> str:
    """Cores, memory, kernel, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().split("-")[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {kernel} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )
