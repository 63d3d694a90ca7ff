"""Installs a package of this directory as pip does: its modules, and the metadata with its entry points."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path


def install(name: str, place: Path) -> Path:
    """Lay the package into a directory, which is to be put on the path."""
    source = Path(__file__).parent / name
    project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = place / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    for module in source.glob("*.py"):
        shutil.copy(module, place)
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(head, encoding="utf-8")
    groups = (
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    (metadata / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    return place
