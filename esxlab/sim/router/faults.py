"""How a simulated router can be made to fail, and which IOS it is: switches for tests, while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Moment = Literal["before", "after"]


@dataclass(slots=True)
class Faults:
    """All off by default.

    `refuse`: part of a configuration line -> what IOS says instead of taking it. `remarks`: a whole
    configuration line -> what it says when it has taken it. `says`: a whole line, in any mode -> what is said
    to it, without a further effect. `banner` is shown before the first prompt. `cut_at` and `hang_at` count
    configuration lines from now; 0 is never. `delay_s` is before every answer. `cuts` is asked (command,
    moment) before and after every command that changes something, the revert timer's too: True ends the
    session, so that the command never comes, or its answer never arrives.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    banner: str = ""
    cut_at: int = 0
    hang_at: int = 0
    nvram_failure: bool = False
    nvram_question: bool = False
    noisy: bool = False
    delay_s: float = 0.0
    no_revert_timer: bool = False  # before 12.4(20)T
    is_old: bool = False  # 12.x: remarks and lines of its own about subinterfaces
    refuses_static_in_use: bool = False  # older IOS: no question, a refusal
    link_down: set[str] = field(default_factory=set)  # interfaces whose cable is out
    no_new_sessions_after_cut: bool = False
    cut_off: bool = False  # it has happened
    truncated_config: bool = False
    clock_apart_s: float = 0.0  # from this computer's; not 0: nobody has set it
    cuts: Callable[[str, Moment], bool] = lambda *_: False
