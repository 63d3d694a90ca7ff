"""What a person chose of a plan: its parts and stages, and whose groups it may change."""

from __future__ import annotations

from dataclasses import dataclass

from esxlab.actions.guest import BOOT_TIMEOUT_S
from esxlab.lab.provenance import NOBODY, Author

LAB_PARTS = ("machines", "guests", "router")


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """`only`: of LAB_PARTS; `until`: the last stage to do (empty: all); `deep`: running guests are asked."""

    only: frozenset[str] = frozenset(LAB_PARTS)
    until: str = ""
    deep: bool = False
    boot_timeout_s: float = BOOT_TIMEOUT_S  # how long a guest may take to answer after power-on
    author: Author = NOBODY
    take_over: bool = False  # also groups that somebody else has made
