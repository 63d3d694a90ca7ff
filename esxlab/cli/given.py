"""What is known before anything is dialled: places, keys and passwords, as a user would write them down."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field

from esxlab.backends.endpoints import Endpoints
from esxlab.backends.model_keys import ModelKeys
from esxlab.cli.school import ACCESS_FILE, pins_directory, school_access, school_directory
from esxlab.cli.trusted import load_trusted
from esxlab.local.unwritten import Unwritten  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True)
class Given:
    """Nothing but the confirmed certificates for real servers; all of it in the embedded school.

    `listed` are the routers that may be logged in to because they are listed. `namespace` tells apart what
    has the same names and is not the same. `speed`: seconds of the guests' clock in one of ours.
    """

    endpoints: Endpoints
    passwords: dict[str, str] = field(default_factory=dict, repr=False)  # by kind
    model_key: str = ""  # of every model: SHA256:..., or none; empty: as the spec says
    listed: frozenset[str] = frozenset()
    speed: float = 1.0
    namespace: str = ""

    def model_keys(self, told: Mapping[str, str], unwritten: Unwritten, *, sim: bool) -> ModelKeys:
        """Which key a copy must show; `told` is model -> its key, as the spec says."""
        file = pins_directory(sim=sim) / "model_keys"
        if self.model_key:
            return ModelKeys(dict.fromkeys(told, self.model_key), ACCESS_FILE, file, unwritten)
        return ModelKeys(told, file=file, unwritten=unwritten)


def load_given(*, sim: bool) -> Given:
    """What is known beforehand. LabError trust.file, school.*, sim.not_installed."""
    if not sim:
        return Given(Endpoints(thumbprints=load_trusted(pins_directory(sim=False)).certificates))
    access = school_access()
    return Given(
        access.endpoints,
        access.passwords,
        access.model_key,
        listed=frozenset(access.endpoints.routers),
        speed=access.speed,
        namespace=str(school_directory()),
    )
