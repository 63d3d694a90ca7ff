"""Heartbeat."""

from __future__ import annotations


class HeartbeatNode:
    """One node."""
