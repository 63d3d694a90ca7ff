"""Class specs as text, for the spec's tests: the smallest valid one, and one from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.spec.load import LoadedSpec, load_class_spec

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
class: sio2
groups: 1-3
vsphere: {host: vcenter.example, esxi: esxi1.example}
router: {host: "10.0.0.{{ group }}"}
"""


def load_text(text: str, directory: Path) -> LoadedSpec:
    path = directory / "esxlab.yaml"
    path.write_text(text, encoding="utf-8")
    return load_class_spec(path)
