"""How much memory this process has needed at most: Linux' VmHWM, proc_pid_status(5).

`getrusage` will not do: its ru_maxrss outlives fork and exec, so that a small program answers for whoever
started it (1,129 MiB were seen of a child of a test's process that had needed as much).
"""

from __future__ import annotations

from pathlib import Path


def peak_bytes() -> int:
    """Of the program that runs since its exec."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise OSError("no VmHWM in /proc/self/status: this measurement is for Linux")
