"""Makes the repository importable, so that tests share what lies here; nothing timed is a test."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("esxlab", deadline=None)
settings.load_profile("esxlab")
