"""The order in which a guest is changed: packages, files, services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.guest.applying import build_apply, build_apt_files, build_hold_back
from esxlab.backends.guest.packages import APT_TIMEOUT_S, install
from esxlab.backends.guest.sessions import raise_for_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.protocols import CommandResult
    from esxlab.lab.guest import GuestChange


def send_change(
    change: GuestChange,
    batch: str,
    script: Callable[..., CommandResult],
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Packages first, so that what they bring is replaced by what is wanted, and not the reverse.

    `batch` is the directory of its files in the guest, `script` runs one there. LabError guest.apt and its
    like, guest.script.
    """
    if first := build_apt_files(change, batch=batch):
        raise_for_status(script(first))
    if services := change.held_back:
        raise_for_status(script(build_hold_back(services)))
    if change.install:
        install(
            change.install,
            execute=lambda text: script(text, APT_TIMEOUT_S),
            clock=clock,
            sleep=sleep,
        )
    raise_for_status(script(build_apply(change, batch=batch)))
