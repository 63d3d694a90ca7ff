"""The truth lab as a matrix: what kinds of model a group is tried with, and what the course does not have.

`make test-matrix` runs the rows (tests/real/matrix_lab.py), MATRIX="name name" some of them. Every pair of
words of two dimensions that a mirror has is in a row, or in `make test-real`, whose kind is the first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from esxlab.sim.qemu.kind import kind_of, table
from esxlab.sim.qemu.programs import missing, packages
from tests.teacher import ROOT, TP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAIRED = ("release", "architecture", "locale", "dhcp")
"""Crossed with each other, and with root's shell being bash or dash; other shells have rows of their own."""
SHELLS = ("bash", "dash")
NO_MIRROR = "Debian 9 and 10: no mirror here has them; what their programs are known to say is in the tests"


@dataclass(frozen=True, slots=True)
class Row:
    """One group's way: provision, verify, a drill, teardown.

    `lines` are added to the spec; `warned` is what `model check` must warn of (None: it is not asked).
    """

    name: str
    model: str
    exercise: str
    scenario: str = "ha"
    drill: str = "stop"
    lines: str = ""
    spec: Path = TP
    groups: str = "1"
    warned: tuple[str, ...] | None = None

    @property
    def spec_text(self) -> str:
        """The spec of this row's teacher."""
        text = self.spec.read_text(encoding="utf-8").replace("scenario: ha ", f"scenario: {self.scenario} ")
        return f"{text}\n{self.lines}\n"


ABOUT = """\
A row of `make test-matrix` builds its model, and takes a group from nothing through `provision`, `verify`,
one drill and `teardown`. Minutes are those of all its commands, on a computer that may have had other
things to do."""
DIRECT = "balancer: {method: dr}"
THIRD = "machines: {srvweb3: {inside: 172.16.193.41}}\nbalancer: {scheduler: wrr, weights: {srvweb3: 2}}"
SECOND_ADDRESS = "cluster: {more_addresses: [172.16.193.31]}"
SHARED = ROOT / "specs" / "shared-router.yaml"
ROWS = (
    Row(
        "student",
        "fr_FR.UTF-8,azerty,fish,bonjour,baked",
        "part 1; a French student changed keyboard and shell",
        warned=("model.architecture", "model.login_shell", "model.noisy_shell"),
    ),
    Row("trixie-dhcpcd", "trixie,dash,dhcpcd-base", "part 2, direct routing (-g)", "lb", "server", DIRECT),
    Row("i386-french", "i386,fr_FR.UTF-8,dash,baked", "part 2, three web servers", "lb", "server", THIRD),
    Row("bullseye-french", "bullseye,fr_FR.UTF-8", "part 1, two cluster addresses", lines=SECOND_ADDRESS),
    Row("three-servers", "baked", "part 2, three web servers", "lb", "server", THIRD),
    Row("two-addresses", "baked", "part 1, two cluster addresses", lines=SECOND_ADDRESS),
    Row("shared-router", "baked", "part 1, two groups behind one router", spec=SHARED, groups="1-2"),
    Row("forky-french", "forky,fr_FR.UTF-8,dash,dhcpcd-base,baked", "part 1"),
    Row("bullseye-i386", "bullseye,i386,dash,baked", "part 2, direct routing (-g)", "lb", "server", DIRECT),
    Row("trixie-french", "trixie,fr_FR.UTF-8,baked", "part 1, two cluster addresses", lines=SECOND_ADDRESS),
    Row("i386-dhcpcd", "i386,dhcpcd-base,baked", "part 1"),
    Row("forky", "forky,dhcpcd-base", "part 2", "lb", "server"),
    Row("zsh", "zsh,bonjour,baked", "part 1"),
    Row("tcsh", "tcsh,bonjour,baked", "part 2", "lb", "server"),
)


def pairs_to_cover() -> set[frozenset[str]]:
    """Of the words of two dimensions, those that some kind has both of."""
    words: dict[str, list[str]] = table()["words"]
    dimensions = {**{name: words[name] for name in PAIRED}, "shell": list(SHELLS)}
    return {
        frozenset(pair)
        for kind in product(*dimensions.values())
        if _exists(",".join(kind))
        for pair in combinations(kind, 2)
    }


def pairs_covered(models: Iterator[str] | tuple[str, ...]) -> set[frozenset[str]]:
    """Of the words of these kinds."""
    kinds = [kind_of(words) for words in models]
    return {
        frozenset(pair)
        for kind in kinds
        for pair in combinations((*(getattr(kind, name) for name in PAIRED), kind.shell), 2)
    }


def chosen() -> list[Row]:
    """The rows that MATRIX names; all without it. SystemExit when it names one that is not there."""
    named = os.environ.get("MATRIX", "").split()
    known = {row.name for row in ROWS}
    if strange := [name for name in named if name not in known]:
        raise SystemExit(
            f"no such row: {' '.join(strange)} (there are: {' '.join(row.name for row in ROWS)})"
        )
    return [row for row in ROWS if not named or row.name in named]


def main() -> None:
    """`python -m tests.matrix`: the Debian packages that building the chosen rows' models lacks here."""
    asked = {name: package for row in chosen() for name, package in kind_of(row.model).programs.items()}
    print(packages(missing(asked)))


def _exists(words: str) -> bool:
    reasons: Mapping[str, str] = table()["impossible"]
    return not any(set(words.split(",")).issuperset(pair.split()) for pair in reasons)


def _seen(found: Mapping[str, Any]) -> str:
    """What a row saw; of a red one also what was green before."""
    if found["result"] == "green":
        return str(found["seen"])
    *before, last = found["times"] or ["the model"]
    return f"at {last}: {found['seen']} (green before: {', '.join(before)})"


def render(seen: dict[str, Any]) -> str:
    """The part of docs/what-was-seen.md: a line for each row, those that were never run with the reason."""
    from tests.seen_tables import table as markdown

    rows = []
    for row in ROWS:
        found = seen["rows"].get(row.name)
        if found is None:
            rows.append(
                (
                    row.name,
                    str(kind_of(row.model)),
                    row.exercise,
                    "never run",
                    "-",
                    "-",
                    "nobody has had the time",
                )
            )
            continue
        minutes = f"{sum(found['times'].values()) / 60:.1f}"
        rows.append(
            (row.name, found["model"], row.exercise, found["result"], found["when"], minutes, _seen(found))
        )
    head = ("row", "model", "exercise", "result", "when", "minutes", "what was seen")
    never = [f"{words}: {why}" for words, why in table()["impossible"].items()]
    return "\n\n".join(
        [
            "## Other models, other exercises",
            ABOUT,
            markdown(head, rows),
            f"Never run, because there is no such thing: {'; '.join([*never, NO_MIRROR])}.",
        ]
    )


if __name__ == "__main__":
    main()
