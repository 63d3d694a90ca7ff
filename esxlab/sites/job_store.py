"""A site's job store on its disk: nothing is lost with a process, and nothing is done twice.

    runs/RUN.json       a job that was taken, and, when it has ended, its last answer
    outbox/RUN-N.json   answers that are not yet handed to the post
    offers/             specs that the centre offers
    newest              the latest moment at which a genuine message was sent

A run that is in the job store is not begun again: its answer is sent again, or the command goes on, which
esxlab resumes.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from esxlab.foreign import Unreadable, json_text, moment_of, read_json_file, table
from esxlab.local.files import write_private
from esxlab.sites.messages import LARGEST_ANSWER, LONGEST_LIFE, Answer, Job, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = LONGEST_LIFE + timedelta(days=2)
LIMIT = 2 * LARGEST_ANSWER


class JobStore:
    """The job store in this directory; its methods may be called by several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._lock = directory, threading.Lock()

    def take(self, job: Job) -> bool:
        """Write a job down; False when this run is in the job store already. LabError local.unwritten."""
        with self._lock:
            path = self._run(job.run)
            if path.exists():
                return False
            write_private(path, json_text({"job": job.model_dump(mode="json", by_alias=True)}))
            return True

    def answer_of(self, run: str) -> Answer | None:
        """The last answer of a run that has ended."""
        return _valid(Answer, self._read(run).get("answer"))

    def is_open(self, run: str) -> bool:
        """Whether this run was taken and has not ended."""
        return _is_open(self._read(run))

    def number_of(self, run: str) -> int:
        """How many answers about a run have been written."""
        return int(self._read(run).get("answers", 0))

    def mark_of(self, run: str) -> str | None:
        """How things stood when this run was first begun; None when it was not."""
        return self._read(run).get("mark")

    def open_jobs(self) -> list[Job]:
        """Jobs without a last answer, the oldest first."""
        every = (self._read(path.stem) for path in self._files("runs"))
        jobs = [_valid(Job, found["job"]) for found in every if _is_open(found)]
        return sorted(filter(None, jobs), key=lambda job: (job.sent, job.run))

    def answer(self, answer: Answer, content: bytes, *, mark: str = "") -> None:
        """Put an answer into the outbox, and, when it is the last one of a run in the job store, there too.

        The job store first: who is killed between the two answers again when the run is asked for again.
        `mark`: how things stand, of the first answer. News that a power cut takes away are told by the
        next answer.
        """
        with self._lock:
            found = self._read(answer.run)
            if found:
                found.setdefault("mark", mark)
                found["answers"] = max(int(found.get("answers", 0)), answer.number + 1)
                if answer.state != "running":
                    found["answer"] = answer.model_dump(mode="json", by_alias=True)
                write_private(self._run(answer.run), json_text(found))
            place = self._directory / "outbox" / f"{answer.run}-{answer.number}.json"
            write_private(place, content, durable=answer.state != "running")

    def outbox(self) -> Iterator[tuple[str, Path]]:
        """Name and file of what waits for the post, oldest number first within a run."""
        for path in sorted(self._files("outbox"), key=_in_order):
            yield path.stem, path

    def offer(self, class_name: str, digest: str, text: str) -> None:
        """Keep an offered spec for the administrator of this site, who takes it or not."""
        write_private(
            self._directory / "offers" / f"{digest}.json", json_text({"class": class_name, "spec": text})
        )

    def offers(self) -> list[tuple[str, str, str]]:
        """Class, digest and text of every spec that is offered."""
        found = []
        for path in self._files("offers"):
            content = _table_in(path)
            found.append((str(content.get("class", "")), path.stem, str(content.get("spec", ""))))
        return sorted(found)

    def drop_offer(self, digest: str) -> None:
        """It has been taken."""
        (self._directory / "offers" / f"{digest}.json").unlink(missing_ok=True)

    def newest(self) -> datetime | None:
        """The latest moment at which any genuine message was sent, as far as is known."""
        return moment_of(_table_in(self._directory / "newest.json").get("sent"))

    def saw(self, sent: datetime) -> None:
        """Remember such a moment."""
        known = self.newest()
        if known is None or sent > known:
            write_private(
                self._directory / "newest.json", json_text({"sent": sent.isoformat()}), durable=False
            )

    def tidy(self, now: datetime | None = None) -> None:
        """Forget runs that ended, and cannot be asked for again: they expired long ago."""
        before = (now or datetime.now(UTC)) - KEPT
        for path in self._files("runs"):
            found = self._read(path.stem)
            expires = moment_of(found.get("job", {}).get("expires"))
            if not _is_open(found) and expires is not None and expires < before:
                path.unlink(missing_ok=True)

    def _run(self, run: str) -> Path:
        return self._directory / "runs" / f"{run}.json"

    def _read(self, run: str) -> dict[str, Any]:
        return _table_in(self._run(run))

    def _files(self, name: str) -> list[Path]:
        return list((self._directory / name).glob("[!.]*.json"))


def _table_in(path: Path) -> dict[str, Any]:
    """Our own file; empty when there is none, or a broken disk has left something else of it."""
    try:
        return table(read_json_file(path, limit=LIMIT))
    except (FileNotFoundError, Unreadable):
        return {}


def _valid(kind: type[Kind], content: object) -> Kind | None:
    """A message in the job store; None when there is none, or none that this release understands."""
    try:
        return kind.model_validate_json(json_text(content))
    except ValidationError:
        return None


def _is_open(found: dict[str, Any]) -> bool:
    return "job" in found and "answer" not in found


def _in_order(path: Path) -> tuple[str, int]:
    run, _, number = path.stem.partition("-")
    return run, int(number or 0)
