"""The centre's side: a request is one job for each site; what comes back is filed, whoever reads it.

    requests/ID.json      which job went to which site, as it was sealed (requests.py)
    answers/RUN.json      the newest answer about a job

Both are on the disk before anything is sent or taken off the post: a centre that is killed takes its table up
again.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, json_text, moment_of, read_json_file, read_text, table
from esxlab.local.files import CODE, write_private
from esxlab.local.lock import held
from esxlab.sites.keys import checking, load_key, signing
from esxlab.sites.messages import (
    CENTRE,
    LARGEST_ANSWER,
    LARGEST_JOB,
    Answer,
    Job,
    malformed,
    name_of,
    release,
    seal,
    unseal,
)
from esxlab.sites.requests import LIMIT, Request, Requests

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from esxlab.sites.fleet import Fleet
    from esxlab.sites.post import Post

KEPT = timedelta(days=90)
"""Requests and their answers, at the centre."""
LARGEST_OFFER = 48 << 10
"""Bytes of a spec that is offered: with its quotes written twice it fits into a job."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a site stands.

    Its newest answer, if any, and by how many seconds its clock is certainly wrong.
    """

    site: str
    answer: Answer | None = None
    skew_s: float = 0.0

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to come."""
        return self.answer is not None and self.answer.state != "running"


class Centre:
    """Sends requests and files answers in the fleet's directory."""

    def __init__(self, fleet: Fleet, post: Post) -> None:
        self._fleet, self._post = fleet, post
        self.requests = Requests(fleet.directory)
        self._sign = signing(load_key(fleet.own / "centre.key"))
        self._check = checking(fleet.sites)
        self.dropped: list[LabError] = []
        self.unsent: list[LabError] = []
        self._owed: Request | None = None
        self._known: dict[str, tuple[tuple[int, int], Heard | None]] = {}

    def request(
        self,
        verb: str,
        sites: tuple[str, ...],
        life: timedelta,
        each: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        plans: str = "",
        **common: Any,
    ) -> Request:
        """A new request, on the disk and sent.

        `each`: what differs from site to site; `plans`: as in Request. LabError site.bad_request,
        site.no_spec; as send.
        """
        sent = datetime.now(UTC)
        runs = {site: secrets.token_hex(16) for site in sites}
        sealed = {}
        for site, run in runs.items():
            content = {"run": run, "site": site, "sent": sent, "expires": sent + life, "release": release()}
            job = _job(content | {"verb": verb} | common | dict((each or {}).get(site, {})))
            sealed[site] = seal(job, CENTRE, self._sign).decode()
            if len(sealed[site]) > LARGEST_JOB:  # a spec full of signs that JSON writes with six
                raise LabError("site.no_spec", where=site, detail=f"{len(sealed[site])} > {LARGEST_JOB}")
        name = f"{sent:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        class_name = str(common.get("class_name", ""))
        made = Request(name, verb, class_name, sent, sent + life, runs, sealed, plans)
        self._keep(made)
        self.tidy(sent)
        self.send(made)
        return made

    def send(self, request: Request) -> None:
        """Send it (again) to those who have not answered for good, while it is not expired.

        The same run is one run. What one site's queue refuses is in `unsent`, and the others get theirs.
        While the way is closed it is owed: `collect` tries again. LabError site.queue when nobody got it.
        """
        self._owed = request
        try:
            self._send_owed()
        except LabError as error:
            if error.code != "site.away":
                raise

    def _send_owed(self) -> None:
        """LabError as send, and site.away."""
        request = self._owed
        if request is None or datetime.now(UTC) >= request.expires:
            return
        self.unsent.clear()
        wanted = [
            (site, run)
            for site, run in request.runs.items()
            if site in self._fleet.sites and not self._standing(site, run).is_final
        ]
        for site, _ in wanted:
            try:
                self._post.send(site, name_of(request.job_of(site)), request.sealed[site].encode())
            except LabError as error:
                if error.code != "site.queue":
                    raise
                self.unsent.append(error)
        self._owed = None
        if self.unsent and len(self.unsent) == len(wanted):
            raise self.unsent[0]

    def tidy(self, now: datetime) -> None:
        """Forget what was asked long ago, and what was answered: the answers first."""
        for request in self.requests.before(now - KEPT):
            for run in request.runs.values():
                self._run(run).unlink(missing_ok=True)
            self.requests.drop(request.name)

    def collect(self, wait_s: float) -> bool:
        """File one message, if one comes; whether one came. What no site of ours has signed is dropped.

        First what is owed is sent. LabError site.away, site.queue.
        """
        self._send_owed()
        letter = self._post.receive(wait_s)
        if letter is None:
            return False
        try:
            answer, signer = unseal(letter.content, Answer, self._check, limit=LARGEST_ANSWER)
            if signer != answer.site or self._site_of(answer.run) != signer:
                raise LabError("site.forged", signer=signer)  # noqa: TRY301 - one way for all that is dropped
        except LabError as error:
            self.dropped.append(error)
        else:
            self._file(answer)
        letter.done()
        return True

    def heard(self, request: Request) -> list[Heard]:
        """How every site of a request stands, in their order."""
        return [self._standing(site, run) for site, run in request.runs.items()]

    def _keep(self, request: Request) -> None:
        for site, run in request.runs.items():
            write_private(self._run(run), json_text({"site": site, "sent": request.sent.isoformat()}))
        self.requests.keep(request)

    def _file(self, answer: Answer) -> None:
        """Two of the centre's processes may file at once: what is final stays."""
        place = self._run(answer.run)
        with held(self._fleet.directory / "answers" / "filing.lock", to_write=place, code=CODE):
            self._file_alone(answer)

    def _file_alone(self, answer: Answer) -> None:
        known, told = self._filed(answer.run), self._read(answer.run)
        if known and known.answer and (known.is_final or answer.is_older(known.answer)):
            return
        skews = (known.skew_s if known else 0.0, _skew(answer.sent, moment_of(told.get("sent"))))
        content = {
            "site": answer.site,
            "sent": told.get("sent"),
            "skew_s": max(skews, key=abs),
            "answer": answer.model_dump(mode="json", by_alias=True),
        }
        write_private(self._run(answer.run), json_text(content))

    def _standing(self, site: str, run: str) -> Heard:
        return self._filed(run) or Heard(site)

    def _filed(self, run: str) -> Heard | None:
        """The newest answer; None when there is none. It is read anew when another file is in its place."""
        try:
            found = self._run(run).stat()
        except OSError:
            return None
        stamp = (found.st_ino, found.st_mtime_ns)
        if run not in self._known or self._known[run][0] != stamp:
            self._known[run] = (stamp, self._read_answer(run))
        return self._known[run][1]

    def _read_answer(self, run: str) -> Heard | None:
        found = self._read(run)
        if "answer" not in found:
            return None
        answer = Answer.model_validate_json(json_text(found["answer"]))
        return Heard(answer.site, answer, float(found.get("skew_s", 0.0)))

    def _site_of(self, run: str) -> str:
        return str(self._read(run).get("site", ""))

    def _run(self, run: str) -> Path:
        return self._fleet.directory / "answers" / f"{run}.json"

    def _read(self, run: str) -> dict[str, Any]:
        try:
            return table(read_json_file(self._run(run), limit=LIMIT))
        except (FileNotFoundError, Unreadable):
            return {}


def _job(content: dict[str, Any]) -> Job:
    """LabError site.bad_request: a class or groups that no message can carry."""
    try:
        return Job.model_validate(content)
    except ValidationError as error:
        raise malformed(error, "site.bad_request") from error


def _skew(sent: datetime, asked: datetime | None) -> float:
    """Seconds by which a site's clock is certainly fast (or slow, below 0).

    An answer may have been under way for days, but not since before it was asked for.
    """
    ahead = (sent - datetime.now(UTC)).total_seconds()
    behind = (sent - asked).total_seconds() if asked else 0.0
    return ahead if ahead > 0 else min(behind, 0.0)


def offered(path: Path) -> dict[str, str]:
    """A spec as a job brings it. LabError site.no_spec."""
    try:
        text = read_text(path, limit=LARGEST_OFFER)
    except FileNotFoundError as error:
        raise LabError("site.no_spec", where=str(path)) from error
    except Unreadable as error:
        raise LabError("site.no_spec", where=str(path), detail=str(error)) from error
    return {"offer": text, "spec": hashlib.sha256(text.encode()).hexdigest()}
