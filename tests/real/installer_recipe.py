"""The answers that `esxlab model build` would put on the ISO of a spec.

`python -m tests.real.installer_recipe SPEC` has its own code make them, from the spec and
ESXLAB_GUEST_PASSWORD; nothing is dialled. JSON on standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.teacher import ROOT, TP

MIRROR = "http://10.0.2.100/debian"
RELEASE = "bookworm"
SPEED = """
# not esxlab's: what a lab without hardware needs (fewer drivers in the initrd, of emulated machines)
d-i base-installer/initramfs-tools/driver-policy select dep
"""
OWN_SUITE = """
# not esxlab's: where this test has the installer's parts, for which the mirror has too few
d-i mirror/udeb/suite string {suite}
"""
LAB = """
# not esxlab's: what stands in for VMware's Tools under QEMU, and a kernel's arguments for emulated machines
d-i pkgsel/include string {packages} qemu-guest-agent
d-i debian-installer/add-kernel-opts string {arguments}
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is asked of the installer, and the word that it gives at its end."""

    preseed: str = field(repr=False)
    proof: str

    @property
    def packages(self) -> str:
        """What the model is to have."""
        return self.answer("pkgsel/include string")

    def answer(self, question: str) -> str:
        """The answer to a question, which is named with its type."""
        line = next(line for line in self.preseed.splitlines() if f" {question} " in f"{line} ")
        return line.partition(f"{question} ")[2]


def spec_of_model(
    directory: Path,
    iso: Path | None = None,
    sha256: str = "",
    *,
    mirror: str = MIRROR,
    release: str = RELEASE,
) -> Path:
    """specs/tp.yaml, and what it says of a model: in French, as the sheet's."""
    spec = directory / "model.yaml"
    said = f"release: {release}, locale: fr_FR.UTF-8, keymap: fr"
    about = f"model: {{iso: {iso or 'installer.iso'}, sha256: {sha256 or '0' * 64}, {said}}}"
    mirrored = f"guest: {{mirror: '{mirror}'}}" if mirror else ""
    spec.write_text(f"{TP.read_text(encoding='utf-8')}\n{about}\n{mirrored}\n", encoding="utf-8")
    return spec


def recipe_of(spec: Path, home: Path, password: str) -> Recipe:
    """Asked of a process of its own, whose user knows nothing but this."""
    own = {"XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home), "ESXLAB_GUEST_PASSWORD": password}
    done = subprocess.run(
        [sys.executable, "-m", "tests.real.installer_recipe", str(spec)],
        cwd=ROOT,
        env={**os.environ, **own, "ESXLAB_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Recipe(**json.loads(done.stdout))


def main(file: str) -> None:
    """The recipe of the first model of this spec."""
    from esxlab.cli.model_build import _one_lab, _order
    from esxlab.cli.options import Source
    from esxlab.cli.session import open_session
    from esxlab.show.console import Screen

    source = Source(Path(file), "1", sim=False)
    with open_session(source, Screen(sys.stdout, sys.stderr, quiet=True), parallel=1) as session:
        order = _order(session, _one_lab(session, ""), None)
    json.dump({"preseed": order.source.preseed, "proof": order.wanted.proof}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
