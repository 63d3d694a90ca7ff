"""The models' host keys: what a copy shows until it has a key of its own."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - as above
from urllib.parse import quote

from esxlab.backends.host_keys import HostKeys, fingerprint
from esxlab.errors import LabError

NO_KEY = "none"
"""Said of a model without host keys: each copy makes its own at its first boot; nobody can foretell it."""


@dataclass(slots=True)
class ModelKeys:
    """Which key a copy without a recorded one must show.

    Args:
        told: model -> SHA256:... or none, as the spec says (guest.host_key).
        embedded: the same for every model of the embedded school; empty: there is no school.
        file: where the first copy's key is kept of a model that nobody told; None: only in this run.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    embedded: str = ""
    file: Path | None = None
    _met: HostKeys = field(init=False)

    def __post_init__(self) -> None:
        """What was met before."""
        self._met = HostKeys(self.file)

    def check(self, model: str, line: str) -> None:
        """A copy of this model shows this key (type and base64). LabError guest.model_key, both values."""
        shown = fingerprint(line)
        if self.embedded:
            pinned, source = self.embedded, "school.json"
        elif told := self.told.get(model):
            pinned, source = told, "guest.host_key"
        else:
            pinned, source = fingerprint(self._met.first(quote(model), line)), str(self.file or "-")
        if pinned not in {NO_KEY, shown}:
            raise LabError("guest.model_key", file=source, model=model, pinned=pinned, shown=shown)
