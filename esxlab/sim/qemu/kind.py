"""Of what kind modeleD9 is: release, architecture, locale, root's shell, DHCP client and more.

Words in ESXLAB_SIM_MODEL, in any order, choose it (`ESXLAB_SIM_MODEL=trixie,fr_FR.UTF-8,fish`); a dimension
without a word is as kinds/kinds.toml has it first.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from esxlab.errors import LabError

KINDS = Path(__file__).parent / "kinds"
VARIABLE = "ESXLAB_SIM_MODEL"
SHELLS_PACKAGED = frozenset({"fish", "tcsh", "zsh"})
"""Those that a package brings; the others are on every Debian."""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """One word for each dimension."""

    release: str
    architecture: str
    locale: str
    shell: str
    dhcp: str
    keyboard: str
    greeting: str
    packages: str

    def __str__(self) -> str:
        return ",".join(filter(None, asdict(self).values()))

    @property
    def is_default(self) -> bool:
        """The model that is built where nobody asks for another one."""
        return self == kind_of("")

    @property
    def programs(self) -> dict[str, str]:
        """What building it needs beside what the default model needs, with the packages that bring it."""
        return {} if self.architecture == kind_of("").architecture else {"arch-test": "arch-test"}

    @property
    def hooks(self) -> tuple[str, ...]:
        """In kinds/: what comes before the default model's own hook, then what comes after it."""
        return ("before.sh", "after.sh", *(["baked.sh"] if self.packages else []))

    def environment(self) -> dict[str, str]:
        """For the hooks."""
        return {
            "LOCALE": self.locale,
            "SHELL_OF_ROOT": self.shell,
            "KEYBOARD": self.keyboard,
            "GREETING": self.greeting,
        }

    def installed(self, installed: list[str]) -> list[str]:
        """The default model's packages, with this kind's in place of them."""
        kernels = table()["kernel"]
        first = kind_of("")
        other = {kernels[first.architecture]: kernels[self.architecture], first.dhcp: self.dhcp}
        own = [self.shell] if self.shell in SHELLS_PACKAGED else []
        return [*(other.get(name, name) for name in installed), *own]


def table() -> dict[str, Any]:
    """kinds/kinds.toml."""
    return tomllib.loads((KINDS / "kinds.toml").read_text(encoding="utf-8"))


def chosen_kind() -> ModelKind:
    """The kind that ESXLAB_SIM_MODEL asks for. LabError sim.model_kind."""
    return kind_of(os.environ.get(VARIABLE, ""))


def kind_of(words: str) -> ModelKind:
    """The kind with these words.

    Raises:
        LabError: sim.model_kind: a word that is none, two words for one thing, a Debian that there is not.
    """
    known: dict[str, list[str]] = table()["words"]
    chosen = {name: choices[0] for name, choices in known.items()}
    given: set[str] = set()
    for word in filter(None, re.split(r"[,\s]+", words)):
        dimension = next((name for name, choices in known.items() if word in choices), "")
        if not dimension or dimension in given:
            raise _no_kind(words, word)
        given.add(dimension)
        chosen[dimension] = word
    kind = ModelKind(**chosen)
    if why := why_impossible(kind):
        raise _no_kind(words, why)
    return kind


def why_impossible(kind: ModelKind) -> str:
    """Why no mirror has such a Debian; empty when one has."""
    own = {getattr(kind, field.name) for field in fields(kind)}
    reasons: dict[str, str] = table()["impossible"]
    return next((why for words, why in reasons.items() if own.issuperset(words.split())), "")


def _no_kind(words: str, detail: str) -> LabError:
    choices = "; ".join(", ".join(choices) for choices in table()["words"].values())
    return LabError("sim.model_kind", variable=VARIABLE, words=words, detail=detail, choices=choices)


def own_mirror(sources: str, release: str) -> str:
    """Where a computer gets its packages from, first archive only, for another release (sources.list(5))."""
    if re.search(r"^Types:", sources, re.MULTILINE):
        first = re.split(r"\n\s*\n", sources.strip())[0]
        return re.sub(r"^Suites:.*$", f"Suites: {release}", first, flags=re.MULTILINE) + "\n"
    line = next((line for line in sources.splitlines() if re.match(r"deb\s", line)), "")
    return re.sub(r"^(deb(?:\s+\[[^]]*\])?\s+\S+\s+)\S+", rf"\g<1>{release}", line) + "\n"
