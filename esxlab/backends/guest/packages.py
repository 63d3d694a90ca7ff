"""apt in a guest: patient with locks, one repair, one update; its last words when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.guest.applying import build_apt_log, build_install, build_repair, build_update
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.protocols import CommandResult

APT_TIMEOUT_S = 900.0
LOCK_PAUSE_S = 5.0
LOCKED = ("Could not get lock", "Unable to acquire the dpkg frontend lock", "Unable to lock directory")
"""apt's own words, LC_ALL=C. Debian 9 has no DPkg::Lock::Timeout, so the wait is here."""
INTERRUPTED = "dpkg --configure -a"


def install(
    packages: Sequence[str],
    *,
    execute: Callable[[str], CommandResult],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Install packages. The lists are read anew only when the old ones do not do.

    Args:
        packages: Debian names.
        execute: runs a script in the guest.
        clock: seconds, monotonic.
        sleep: waits so many seconds.

    Raises:
        LabError: guest.apt_locked, guest.apt.
    """
    deadline = clock() + APT_TIMEOUT_S
    repaired = updated = False
    while execute(build_install(packages)).exit_status:
        words = execute(build_apt_log()).stdout
        if any(text in words for text in LOCKED):
            if clock() >= deadline:
                raise LabError("guest.apt_locked", detail=words.strip(), minutes=int(APT_TIMEOUT_S // 60))
            sleep(LOCK_PAUSE_S)
        elif INTERRUPTED in words and not repaired:
            repaired = True
            execute(build_repair())
        elif not updated:
            updated = True
            execute(build_update())
        else:
            raise LabError("guest.apt", detail=words.strip(), packages=" ".join(packages))
