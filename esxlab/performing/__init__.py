"""Carries actions out: one function of a backend for each verb; what differs, `planning` says."""

from __future__ import annotations

from esxlab.performing import on_guest, on_machine, on_router, on_vsphere
from esxlab.performing.base import leave, perform

__all__ = ["leave", "on_guest", "on_machine", "on_router", "on_vsphere", "perform"]
