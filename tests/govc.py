"""govc, the command line of govmomi, as a stranger: esxlab's work is read and disturbed by others' code.

Its commands come from the Go module that the simulator is built from (tests/govc/main.go says why they are
built here); what it prints and asks for is VMware's, not ours.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from esxlab.sim.build import built

SOURCES = Path(__file__).parent / "govc"
LIMIT_S = 120


class Govc:
    """govc, logged in at one server of a school; it keeps no session on this computer."""

    def __init__(self, place: tuple[str, int], user: str, password: str, home: Path) -> None:
        self._program = built(SOURCES, "govc")
        self.environment = {
            "GOVC_URL": f"https://{place[0]}:{place[1]}",
            "GOVC_USERNAME": user,
            "GOVC_PASSWORD": password,
            "GOVC_INSECURE": "true",
            "GOVC_PERSIST_SESSION": "false",
            "GOVMOMI_HOME": str(home),
        }

    def run(self, *words: object) -> str:
        """What `govc WORDS` wrote; it must end with 0."""
        done = subprocess.run(
            [self._program, *map(str, words)],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"govc {words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, *words: object) -> Any:
        """The JSON document of `govc WORDS -json`: flags stand before arguments (Go's package flag)."""
        command, *rest = words
        return json.loads(self.run(command, "-json", *rest))
