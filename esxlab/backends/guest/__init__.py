"""Linux guests over SSH; paramiko is imported here only, and only when something is dialled."""

from __future__ import annotations

from esxlab.backends.guest.guests import ParamikoGuests

__all__ = ["ParamikoGuests"]
