"""The models' host keys: what a copy shows until it has a key of its own."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - as above
from urllib.parse import quote

from esxlab.backends.host_keys import HostKeys, fingerprint
from esxlab.errors import LabError
from esxlab.local.unwritten import Unwritten

NO_KEY = "none"
"""Said of a model without host keys: each copy makes its own at its first boot; nobody can foretell it."""


@dataclass(slots=True)
class ModelKeys:
    """Which key a copy without a recorded one must show.

    Args:
        told: model -> SHA256:... or none, as the spec says.
        told_by: what tells it, as a message names it.
        file: where the first copy's key is kept of a model that nobody told; None: only in this run.
        unwritten: hears when it could not be kept.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    told_by: str = "guest.host_key"
    file: Path | None = None
    unwritten: Unwritten = field(default_factory=Unwritten)
    _met: HostKeys = field(init=False)

    def __post_init__(self) -> None:
        """What was met before."""
        self._met = HostKeys(self.file, self.unwritten)

    def pinned(self, model: str) -> str:
        """SHA256:..., or none; empty: nobody told it, and no copy was met."""
        met = self._met.known(quote(model))
        return self.told.get(model) or (fingerprint(met) if met else "")

    def check(self, model: str, line: str) -> None:
        """A copy of this model shows this key (type and base64). LabError guest.model_key, both values."""
        shown = fingerprint(line)
        pinned = self.pinned(model) or fingerprint(self._met.first(quote(model), line))
        if pinned not in {NO_KEY, shown}:
            source = self.told_by if self.told.get(model) else str(self.file or "-")
            raise LabError("guest.model_key", file=source, model=model, pinned=pinned, shown=shown)
