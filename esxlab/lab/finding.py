"""What a look at the environment found: one row of `esxlab doctor` or of `esxlab model check`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping


Topic = Literal[
    "server",
    "licence",
    "shell",
    "privileges",
    "clock",
    "model",
    "key",
    "login",
    "datastore",
    "memory",
    "network",
    "uplink",
    "group",
    "router",
    "ssh",
    "nat",
    "terminal",
    "copy",
    "system",
    "login_shell",
    "packages",
    "room",
    "ping",
]
FindingVerdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `error` says what is wrong and how to mend it; None: nothing is.

    `warning`: provision would begin all the same. `facts` are the values that the text `doctor.<topic>`
    names.
    """

    topic: Topic
    where: str
    error: LabError | None = None
    warning: bool = False
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> FindingVerdict:
        """ok, warning or failed."""
        if self.error is None:
            return "ok"
        return "warning" if self.warning else "failed"

    def on(self, host: str) -> Finding:
        """The same, naming the server: in a class of many, each may have a `datastore1` and a `modeleD9`."""
        if host in self.where:
            return self
        where, error = f"{host}, {self.where}", self.error
        if error is not None and error.where in {"", self.where}:
            error = LabError(error.code, where=where, detail=error.detail, **error.facts)
        return replace(self, where=where, error=error)
