"""The servers that a contract is asked of, for the files that say nothing else."""

from __future__ import annotations

import pytest

from tests.memory.school import running_school
from tests.roads import free_school
from tests.schools import lone_esxi, school, vcenter


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """One school with both kinds of server, for all tests of a file."""
    shape = school(vcenter(), lone_esxi())
    with running_school(shape, tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    """What brings up a free host of a release when one is first asked for."""
    with free_school(tmp_path_factory) as running:
        yield running
