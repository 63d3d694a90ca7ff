"""What `esxlab model build` is about to do, as text and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.show.json_output import error_document
from esxlab.show.words import count
from esxlab.texts import say

if TYPE_CHECKING:
    from esxlab.engine.model_build import ModelBuild, ModelPlan
    from esxlab.errors import LabError
    from esxlab.show.glyphs import Glyphs

SIGNS = {
    "remaster": "+",
    "unpack": "+",
    "upload": "+",
    "destroy": "-",
    "create": "+",
    "power-on": "~",
    "install": "~",
    "convert": "+",
    "attach": "~",
    "finish": "~",
    "clean": "-",
}
"""Stage -> its sign, as in a plan."""


def render_build(plan: ModelPlan, build: ModelBuild, glyphs: Glyphs) -> str:
    """The stages, each with its sign; or that there is nothing to do."""
    where = plan.wanted.site.model_id
    lines = [say("model.plan.title", where=where, datastore=plan.wanted.site.datastore), ""]
    lines += [f"  {SIGNS[step]} {build.describe(step)}" for step in plan.steps]
    if not plan.steps:
        lines.append(f"  {glyphs.ok} {say('model.plan.stands', name=plan.wanted.name)}")
    if plan.other and "create" not in plan.steps:
        lines.append(f"  {glyphs.warning} {say('model.plan.other', name=plan.wanted.name)}")
    return "\n".join([*lines, "", count("model.plan.steps", len(plan.steps))]) + "\n"


def build_document(
    plan: ModelPlan, failure: LabError | None, *, journal: str = "", performed: bool = False
) -> dict[str, Any]:
    """The same, and how it ended, for scripts."""
    return {
        "model": plan.wanted.site.model_id,
        "state": plan.seen.state,
        "recipe": plan.wanted.recipe,
        "found_recipe": plan.seen.recipe,
        "steps": list(plan.steps),
        "performed": performed,
        "error": error_document(failure) if failure else None,
        "journal": journal,
    }
