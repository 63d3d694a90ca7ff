"""A site's own file, site.yaml: its name, whose jobs it takes, its classes, what may be changed and when.

site: lycee-a
centre: BASE64            # the centre's public key
classes:
  sio2:
    spec: sio2.yaml       # beside this file
    allow: [provision, teardown]     # looking verbs need no permission
    hours: "08:00-18:00"             # this computer's time; for what changes
    days: [mon, tue, wed, thu, fri]
"""

from __future__ import annotations

import hashlib
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file
from esxlab.local.files import write_private
from esxlab.sites.messages import CENTRE, Changing, ClassName, SiteName
from esxlab.sites.own_file import load_own

if TYPE_CHECKING:
    from datetime import datetime

    from esxlab.sites.job_store import JobStore
    from esxlab.sites.messages import Job

FILE = "site.yaml"
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
SHORTEST_DIGEST = 8
HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


class ClassPermit(BaseModel):
    """What may be done with one class."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: str = Field(min_length=1, max_length=400)
    allow: tuple[Changing, ...] = ()
    hours: str = Field(default="", pattern=f"^$|{HOURS}")
    days: tuple[Day, ...] = DAYS

    def is_open(self, now: datetime) -> bool:
        """Whether this local moment lies within hours and days; hours may go over midnight."""
        if DAYS[now.weekday()] not in self.days:
            return False
        if not self.hours:
            return True
        begin, end = (time.fromisoformat(part) for part in self.hours.split("-"))
        moment = now.time()
        return begin <= moment < end if begin <= end else moment >= begin or moment < end


class Permits(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: SiteName
    centre: str = Field(min_length=44, max_length=44)
    broker: str = ""
    classes: dict[ClassName, ClassPermit] = Field(default_factory=dict, max_length=200)

    @field_validator("site")
    @classmethod
    def _no_centre(cls, name: str) -> str:
        if name == CENTRE:
            raise ValueError(CENTRE)
        return name

    def of(self, job: Job, now: datetime) -> tuple[str, ClassPermit]:
        """The class that is meant (the only one, when none is named), if this may be done with it now.

        Raises:
            LabError: site.no_class, site.which_class, site.not_allowed, site.not_now.
        """
        class_name, verb = job.class_name, job.verb
        if not class_name and len(self.classes) == 1:
            class_name = next(iter(self.classes))
        if not class_name:
            raise LabError("site.which_class", classes=", ".join(self.classes) or "-")
        permit = self.classes.get(class_name)
        if permit is None:
            raise LabError("site.no_class", name=class_name)
        if job.changes:
            if verb not in permit.allow:
                raise LabError("site.not_allowed", verb=verb, name=class_name)
            if not permit.is_open(now):
                raise LabError(
                    "site.not_now", verb=verb, hours=permit.hours or "-", days=" ".join(permit.days)
                )
        return class_name, permit


def load_permits(directory: Path) -> Permits:
    """From the site's directory. LabError site.no_file, site.file."""
    return load_own(directory / FILE, Permits, missing="site.no_file", wrong="site.file")


class CurrentPermits:
    """The file as it is now; it is read anew only when it has changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: tuple[tuple[int, int], Permits] | None = None

    def __call__(self) -> Permits:
        """LabError as load_permits."""
        try:
            found = (self._directory / FILE).stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            return load_permits(self._directory)  # which says why
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, load_permits(self._directory))
        return self._known[1]


def spec_path(directory: Path, permit: ClassPermit) -> Path:
    """Where the spec of a class is."""
    return directory / Path(permit.spec).expanduser()


def spec_digest(path: Path) -> str:
    """SHA-256 of a spec's bytes; empty when it cannot be read."""
    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except (OSError, Unreadable):
        return ""


def take_offer(
    directory: Path, permits: Permits, job_store: JobStore, class_name: str, digest: str
) -> tuple[Path, Path | None]:
    """Put an offered spec in its class's place; the spec's path, and where the old one now is.

    `digest`: its first digits, eight or more, as the administrator has read them to the centre.

    Raises:
        LabError: site.no_class, site.no_offer; local.unwritten.
    """
    permit = permits.classes.get(class_name)
    if permit is None:
        raise LabError("site.no_class", name=class_name)
    fitting = [
        (found, text)
        for name, found, text in job_store.offers()
        if name == class_name and len(digest) >= SHORTEST_DIGEST and found.startswith(digest)
    ]
    if len(fitting) != 1:
        raise LabError("site.no_offer", name=class_name, digest=digest)
    found, text = fitting[0]
    path, before = spec_path(directory, permit), None
    if old := spec_digest(path):
        before = path.with_name(f"{path.name}.{old[:12]}")
        write_private(before, read_file(path))
    write_private(path, text)
    job_store.drop_offer(found)
    return path, before
