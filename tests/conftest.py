"""Makes the repository importable, so that tests share what lies here; nothing timed is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import esxlab.sim
from esxlab import bugs, registered, texts
from tests.hostile import share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.bugs import Bug


def pytest_configure() -> None:
    """Before the workers of pytest-xdist begin: they inherit it."""
    share.settle()


def pytest_report_header() -> str:
    return f"bad peers: {share.VARIABLE}={share.settle()}"


assert registered
assert esxlab.sim
texts.load_all()  # the catalogue is whole: exercises and the school have added theirs
settings.register_profile("esxlab", deadline=None)
settings.load_profile("esxlab")


@pytest.fixture
def met_bugs() -> list[Bug]:
    """The bugs that a test has met; one that does not ask for this fixture may meet none."""
    return []


@pytest.fixture(autouse=True)
def _no_bug_goes_unseen(request: pytest.FixtureRequest) -> Iterator[None]:
    """A bug is data to the engine, so that a fake's AssertionError no longer fails a test by itself."""
    expected = "met_bugs" in request.fixturenames
    met: list[Bug] = request.getfixturevalue("met_bugs") if expected else []
    with bugs.listening(met.append):
        yield
    if met and not expected:
        pytest.fail(met[0].traceback)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A test that speaks French leaves nothing of it to the next one of its process."""
    yield
    texts.set_language("en")
