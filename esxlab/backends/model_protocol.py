"""What building a model needs of the outside, as a small protocol: one place for one model on one server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.lab.model_build import SeenModel


@dataclass(frozen=True, slots=True)
class Installing:
    """How far an installation is: the power, what vSphere asks about the machine, the installer's log."""

    powered_on: bool
    question: str = ""
    log: str = ""


class ModelPlace(Protocol):
    """Where one model is built. Every method raises LabError; what was done already does no harm again."""

    def look(self, *, image_bytes: int, rebuild: bool) -> SeenModel:
        """What there is. LabError: what stands in the way (name, folder, space, network, whose it is)."""
        ...

    def upload(self, image: Path, *, progress: Callable[[float], None]) -> None:
        """Bring the image to the datastore: under another name, then moved; its size is compared."""
        ...

    def destroy(self) -> None:
        """Take the machine away, with its disk. LabError model.copied while anybody copies a disk."""
        ...

    def create(self) -> None:
        """Make the machine: an empty thin disk, the ISO in its drive, its serial port into the log.

        One whose disk is to be imported has none of these yet.
        """
        ...

    def power_on(self) -> None:
        """Power it on."""
        ...

    def installing(self) -> Installing:
        """How far it is, read now."""
        ...

    def load(self) -> float | None:
        """How much of its processors the machine takes now, 0 to 1; None: nobody tells."""
        ...

    def screen(self) -> bytes:
        """A picture of its console, as PNG."""
        ...

    def finish(self) -> None:
        """The drive empty and not connected at power-on, no serial port, marked as built."""
        ...

    def convert(self, *, progress: Callable[[float], None]) -> None:
        """Have the host make the uploaded disk a thin one of its own, beside the machine's file."""
        ...

    def attach(self) -> None:
        """The machine gets that disk, and is marked as built."""
        ...

    def clean(self) -> None:
        """Delete the image and the log, and their folder."""
        ...
