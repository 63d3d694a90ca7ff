"""Nothing outside `exercises/` names an exercise or what is in it; what still does can only become less."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import esxlab

SOURCE = Path(esxlab.__file__).parent
NAMES = re.compile(r"heartbeat|ipvs|hb_uuid|authkeys|haresources|(?<![\w-])(?:ha|lb)(?![\w-])", re.IGNORECASE)
OTHERS = re.compile(r"vSphere HA")
"""VMware's own product, which has nothing to do with the exercise."""
LEFT = {
    "sites/broker.py": 2,
    "spec/exercise.py": 1,
    "spec/reference.py": 2,
    "texts/cli.py": 2,
    "texts/init.py": 2,
}
"""File -> lines: what a spec without `scenario` means, examples of specs, what esxlab says of itself;
AMQP's own heartbeat."""


def naming() -> Counter[str]:
    found: Counter[str] = Counter()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(("exercises/", "sim/")):
            lines = path.read_text(encoding="utf-8").splitlines()
            found[name] = sum(bool(NAMES.search(OTHERS.sub("", line))) for line in lines)
    return +found


def test_only_the_exercises_know_themselves():
    assert naming() == LEFT
