"""What became of worlds: figures by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tests.worlds.known import is_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.worlds.law import Surprise
    from tests.worlds.world import World


@dataclass(frozen=True)
class Lived:
    """A world, how many commands were typed in it, and what surprised."""

    world: World
    commands: int
    surprises: tuple[Surprise, ...]
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """As a line of the report."""
        return {
            "world": asdict(self.world),
            "commands": self.commands,
            "seconds": round(self.seconds, 1),
            "surprises": [surprise._asdict() for surprise in self.surprises],
        }


def summary(results: Sequence[Lived]) -> str:
    """The figures: worlds, commands, obstacles, surprises by kind, and those that are known."""
    surprises = [surprise for result in results for surprise in result.surprises]
    new = Counter(surprise.kind for surprise in surprises if not is_known(surprise))
    known = [surprise for surprise in surprises if is_known(surprise)]
    hit = sum(any(not is_known(s) for s in result.surprises) for result in results)
    met = sum(len(result.world.obstacles) for result in results)
    lines = [
        (
            f"{len(results)} worlds, {sum(r.commands for r in results)} commands, {met} obstacles met: "
            f"{hit} worlds with a surprise, {sum(new.values())} surprises, {len(known)} known ones"
        )
    ]
    lines += [f"  {count:4d}  {kind}" for kind, count in new.most_common()]
    return "\n".join(lines)
