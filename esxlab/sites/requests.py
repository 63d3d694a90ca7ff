"""The centre's requests on its disk: which job went to which site, as it was sealed.

requests/ID.json
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import json_text, read_json, read_json_file, table
from esxlab.local.files import write_private
from esxlab.sites.messages import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 64 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """One verb for many sites; `runs` is site -> run id, `sealed` site -> the message as it travels.

    `plans`: the name of the request whose plans this one has carried out; empty when there is none.
    """

    name: str
    verb: str
    class_name: str
    sent: datetime
    expires: datetime
    runs: dict[str, str]
    sealed: dict[str, str]
    plans: str = ""

    def job_of(self, site: str) -> Job:
        """What this site was asked."""
        sealed = table(read_json(self.sealed[site].encode(), limit=LIMIT))
        return Job.model_validate_json(sealed["signed"])

    @property
    def asks_for_plans(self) -> bool:
        """Whether it only asked what a change would do."""
        jobs = map(self.job_of, self.runs)
        return all(job.dry_run for job in jobs)


class Requests:
    """Those of this directory of a fleet."""

    def __init__(self, directory: Path) -> None:
        self._place = directory / "requests"

    def keep(self, request: Request) -> None:
        """Write it down. LabError local.unwritten."""
        content = {
            "name": request.name,
            "verb": request.verb,
            "class": request.class_name,
            "sent": request.sent.isoformat(),
            "expires": request.expires.isoformat(),
            "runs": request.runs,
            "sealed": request.sealed,
            "plans": request.plans,
        }
        write_private(self._file(request.name), json_text(content))

    def load(self, name: str) -> Request:
        """A request by its name; the newest one for an empty name. LabError site.no_request."""
        known = self._names()
        if not known or (name and name not in known):
            raise LabError("site.no_request", name=name or "-")
        return self._read(name or known[-1])

    def of_plans(self, name: str) -> Iterator[Request]:
        """The requests that have carried out plans of the one of this name."""
        later = (each for each in self._names() if each > name)
        yield from (request for request in map(self._read, later) if request.plans == name)

    def before(self, moment: datetime) -> Iterator[Request]:
        """The requests that were sent before this moment."""
        old = f"{moment:%Y%m%d-%H%M%S}"
        yield from (self._read(name) for name in self._names() if name < old)

    def drop(self, name: str) -> None:
        """Forget it."""
        self._file(name).unlink(missing_ok=True)

    def _names(self) -> list[str]:
        """Oldest first: a name begins with its moment."""
        return sorted(path.stem for path in self._place.glob("[!.]*.json"))

    def _file(self, name: str) -> Path:
        return self._place / f"{name}.json"

    def _read(self, name: str) -> Request:
        found = table(read_json_file(self._file(name), limit=LIMIT))
        sent, expires = (datetime.fromisoformat(found[key]) for key in ("sent", "expires"))
        whole = found["name"], found["verb"], found["class"], sent, expires, found["runs"], found["sealed"]
        return Request(*whole, plans=found.get("plans", ""))
