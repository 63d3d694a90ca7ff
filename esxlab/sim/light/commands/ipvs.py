"""ipvsadm."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine


def restore(machine: Machine, line: str) -> str:  # noqa: ARG001
    """Load one line."""
    return ""
