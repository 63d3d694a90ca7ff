"""apt in a guest: patient with locks, one repair, one update; its last words when it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.backends.guest.applying import build_apt_log, build_install, build_repair, build_update
from esxlab.backends.telling import tell
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.protocols import CommandResult

APT_TIMEOUT_S = 900.0
LOCK_PAUSE_S = 5.0
LOCKED = (
    "Could not get lock",
    "Unable to acquire the dpkg frontend lock",
    "Unable to lock directory",
    "is locked by another process",
    "lock was locked by another process",
)
"""apt's and dpkg's own words, LC_ALL=C. Debian 9 has no DPkg::Lock::Timeout, and where it exists it is not
for the lock of the lists, which apt-daily holds after a boot: so the wait is here."""
INTERRUPTED = "dpkg --configure -a"
UNSIGNED = re.compile("EXPKEYSIG|NO_PUBKEY|is not signed|signature verification|authenticated")
"""What apt says of a mirror whose signature it does not take (apt-secure(8)); the keys of Debian 9 ended in
May 2025, and check-valid-until=no is about dates, not about keys."""
COMPLAINT = re.compile(r"^(?:[EW]:|Err:).*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Apt:
    """One installation's conversation with apt; all of it ends by `deadline` (on the clock)."""

    execute: Callable[[str], CommandResult]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    deadline: float

    def run(self, script: str) -> tuple[bool, str]:
        """Whether it went well, and apt's last words; waits while another apt has a lock.

        Raises:
            LabError: guest.apt_locked.
        """
        while True:
            failed = self.execute(script).exit_status != 0
            words = self.execute(build_apt_log()).stdout.strip()
            if not failed or not any(text in words for text in LOCKED):
                return not failed, words
            if self.clock() >= self.deadline:
                raise LabError("guest.apt_locked", detail=words, minutes=int(APT_TIMEOUT_S // 60))
            tell(say("guest.waits_apt", minutes=int(APT_TIMEOUT_S // 60)))
            self.sleep(LOCK_PAUSE_S)


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
        LabError: guest.apt_locked, guest.apt_unsigned, guest.apt.
    """
    apt = _Apt(execute, clock, sleep, clock() + APT_TIMEOUT_S)
    repaired, updated, complaints = False, False, ""
    while True:
        done, words = apt.run(build_install(packages))
        if done:
            return
        if INTERRUPTED in words and not repaired:
            repaired = True
            apt.run(build_repair())
        elif not updated:
            updated = True
            _, said = apt.run(
                build_update()
            )  # apt forgives what may pass: its words count, as does its status
            complaints = "\n".join(COMPLAINT.findall(said))
        else:
            said = f"{complaints}\n{words}".strip()
            code = "guest.apt_unsigned" if UNSIGNED.search(said) else "guest.apt"
            raise LabError(code, detail=said, packages=" ".join(packages))
