"""Law of ownership, end to end: whole commands on vcsim, beside things with almost our names and marks."""

from __future__ import annotations

import random

import pytest

from esxlab.spec.load import load_class_spec
from tests.strangers import Strangers
from tests.troubled import troubled

pytestmark = pytest.mark.scenario
GROUPS = 12
SEEDS = range(1, 5)
MOMENTS = {"before": 15, "in between": 70, "after": 40}
"""When they come -> how many of 125; four seeds make 500. Those that come first stop many a group."""
SOME_FAILED = (0, 4, 5, 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_foreign_is_changed(tmp_path, seed):
    with troubled(tmp_path, groups=f"1-{GROUPS}", engine="idle") as trouble, trouble.admin() as admin:
        specs = load_class_spec(trouble.directory / "esxlab.yaml").groups(None)
        strangers = Strangers(trouble, admin, specs, random.Random(seed))
        trouble.must("provision", "--only", "machines", "-g", "1-4", "-y", "-q")

        def step(*words: str) -> None:
            result = trouble.run(*words, "-y", "-q")
            assert result.exit_code in SOME_FAILED, result.output
            assert strangers.changed() == {}

        for moment, count in MOMENTS.items():
            strangers.plant(count)
            if moment == "after":
                break
            step("provision", "--only", "machines", "--only", "router")
        step("teardown", "--all")
        assert len(strangers) == sum(MOMENTS.values())
        left = {folder.name for folder in admin.datacenter.vmFolder.childEntity}
        alone = [spec.group for spec in specs if spec.group.number not in strangers.near]
        assert not {group.folder_name for group in alone} & left
