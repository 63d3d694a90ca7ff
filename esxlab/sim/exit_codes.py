"""The exit codes of the school's own errors, where they are not the environment's."""

from __future__ import annotations

EXIT_CODES = {"sim.build_locked": 5}  # somebody else is at it: as a lock
