"""Passwords, asked for once each: environment, the embedded school's book, a prompt; never an option."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = {
    "vsphere": "ESXLAB_VSPHERE_PASSWORD",
    "guest": "ESXLAB_GUEST_PASSWORD",
    "router": "ESXLAB_ROUTER_PASSWORD",
    "router_secret": "ESXLAB_ROUTER_SECRET",
}


@dataclass(slots=True)
class Credentials:
    """Where passwords come from. `prompt` takes the question's subject; None: there is no terminal.

    `school` holds the embedded school's own passwords, by the same four kinds.
    """

    school: dict[str, str] = field(default_factory=dict, repr=False)
    prompt: Callable[[str], str] | None = None
    _asked: dict[str, str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def password(self, kind: str) -> str:
        """The password of this kind: vsphere, guest, router, router_secret; LabError secret.missing."""
        if found := os.environ.get(VARIABLES[kind]):
            return found
        if kind in self.school:
            return self.school[kind]
        with self._lock:
            if kind not in self._asked:
                if self.prompt is None:
                    raise LabError("secret.missing", kind=kind, variable=VARIABLES[kind])
                self._asked[kind] = self.prompt(kind)
            return self._asked[kind]
