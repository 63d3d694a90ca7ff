"""A site's desk: judges each message, has the jobs done one at a time for each class, and answers.

Nothing is done that the site's own file does not allow, that is expired, or that was done before.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab import bugs
from esxlab.errors import LabError
from esxlab.sites.keys import checking, ends_soon, signing
from esxlab.sites.messages import (
    CENTRE,
    LARGEST_JOB,
    LONGEST_LIFE,
    SKEW,
    Answer,
    Job,
    release,
    seal,
    unseal,
)
from esxlab.sites.permits import spec_digest, spec_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from esxlab.sites.job_store import JobStore
    from esxlab.sites.performing import Performance, Performer
    from esxlab.sites.permits import ClassPermit, Permits


class Desk:
    """One site's. `note(job, what)` hears what happens, for the log; `clock` gives the moment in UTC."""

    def __init__(
        self,
        permits: Callable[[], Permits],
        key: Ed25519PrivateKey,
        job_store: JobStore,
        *,
        performer: Performer,
        note: Callable[[Job | None, LabError | str], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._permits, self._sign, self._job_store = permits, signing(key), job_store
        self._performer, self._note, self._clock = performer, note, clock
        self._lines: dict[str, queue.SimpleQueue[Job | None]] = {}
        self._threads: list[threading.Thread] = []
        self._underway: set[str] = set()
        self._ahead: datetime | None = None
        self.stop = threading.Event()

    def resume(self) -> None:
        """Go on with what the job store has open: this runner, or its computer, died in the middle of it."""
        for job in self._job_store.open_jobs():
            self._admit(job)

    def hear(self, content: bytes) -> None:
        """Judge one message. What is not from the centre is noted and dropped: it gets no answer.

        Raises:
            LabError: local.unwritten, when the job store cannot be written; the message must then stay where
            it is.
        """
        permits = self._permits()
        try:
            job, signer = unseal(content, Job, checking({CENTRE: permits.centre}), limit=LARGEST_JOB)
            if signer != CENTRE or job.site != permits.site:
                raise LabError("site.forged", signer=f"{signer} -> {job.site}")  # noqa: TRY301 - one way out
        except LabError as error:
            self._note(None, error)
            if run := error.facts.get("run"):  # of the centre, in another schema: it is told so
                self._refuse_unread(str(run), permits.site, error)
            return
        self._saw(job.sent)
        underway = job.run in self._underway  # asked before the job store: what ends meanwhile is in it
        if (before := self._job_store.answer_of(job.run)) is not None:
            self._say(before)
        elif underway:
            return
        elif self._job_store.take(job) or self._job_store.is_open(job.run):
            self._admit(job)
        else:
            self._refuse(job, LabError("site.state", run=job.run))

    def is_idle(self) -> bool:
        """Whether every job that was admitted has ended, well or not."""
        return not self._underway

    def close(self) -> None:
        """End gently: what runs is asked to, and is waited for; what waits stays in the job store."""
        self.stop.set()
        for line in self._lines.values():
            line.put(None)
        for thread in self._threads:
            thread.join()

    def _admit(self, job: Job) -> None:
        """Refuse, keep an offer, or put the job behind the others of its class."""
        try:
            self._judge_time(job)
            class_name, _ = self._permits().of(job, self._clock().astimezone())
            if job.verb == "offer":
                self._take_offer(job, class_name)
                return
        except LabError as error:
            self._refuse(job, error)
            return
        if class_name not in self._lines:
            self._lines[class_name] = queue.SimpleQueue()
            thread = threading.Thread(target=self._work, args=(class_name,), name=f"class {class_name}")
            self._threads.append(thread)
            thread.start()
        self._underway.add(job.run)
        self._lines[class_name].put(job)

    def _saw(self, sent: datetime) -> None:
        """Remember when a genuine message was sent; one of a moment to come only while this runner runs.

        It may be the centre's clock that is fast: when that is set, no site has to forget anything.
        """
        if sent <= self._clock() + SKEW:
            self._job_store.saw(sent)
        elif self._ahead is None or sent > self._ahead:
            self._ahead = sent

    def _judge_time(self, job: Job) -> None:
        """LabError site.too_late, site.clock, site.too_long."""
        now = self._clock()
        latest = max(filter(None, (job.sent, self._job_store.newest(), self._ahead)))
        if latest > now + SKEW:  # then nobody can say whether it is expired
            seconds = round((latest - now).total_seconds())
            raise LabError("site.clock", here=_told(now), sent=_told(latest), seconds=seconds)
        if now >= job.expires:
            raise LabError("site.too_late", expired=_told(job.expires), here=_told(now))
        if job.expires - job.sent > LONGEST_LIFE:
            raise LabError("site.too_long", days=LONGEST_LIFE.days)

    def _take_offer(self, job: Job, class_name: str) -> None:
        digest = hashlib.sha256(job.offer.encode()).hexdigest()
        if not job.offer or digest != job.spec:
            raise LabError("site.offer_digest")
        self._job_store.offer(class_name, digest, job.offer)
        self._note(job, LabError("site.offered", name=class_name, digest=digest[:12]))
        self._say(self._answer(job, "ended", spec=digest, **{"class": class_name}))

    def _work(self, class_name: str) -> None:
        """The jobs of one class, one after the other."""
        while not self.stop.is_set():
            job = self._lines[class_name].get()
            if job is None or self.stop.is_set():
                return
            try:
                self._do(job, class_name)
            except Exception as error:  # noqa: BLE001 - the boundary of a job: the next ones go on
                self._note(
                    job, bugs.failure_of(error)
                )  # it stays open in the job store: asked again, it goes on
            self._underway.discard(job.run)

    def _do(self, job: Job, class_name: str) -> None:
        try:
            self._judge_time(job)  # it may have waited
            _, permit = self._permits().of(job, self._clock().astimezone())
            self._perform(job, class_name, permit)
        except LabError as error:
            self._refuse(job, error)

    def _perform(self, job: Job, class_name: str, permit: ClassPermit) -> None:
        spec = spec_path(self._performer.directory, permit)
        digest = spec_digest(spec)
        if job.spec and job.spec != digest:
            raise LabError("site.other_spec", name=class_name)

        def running(groups: Mapping[str, str], mark: str = "") -> None:
            facts: dict[str, Any] = {"class": class_name, "spec": digest, "groups": dict(groups)}
            self._say(self._answer(job, "running", **facts), mark)

        def progress(groups: Mapping[str, str]) -> None:
            try:
                running(groups)
            except LabError as error:  # it only informs: the command, which runs, is not left alone for it
                self._note(job, error)

        newest = self._performer.newest_run(class_name)
        begun = self._job_store.mark_of(job.run) not in (None, newest)
        self._note(job, "resumes" if self._job_store.number_of(job.run) else "begins")
        running({}, newest)
        done = self._performer.perform(job, class_name, spec, self.stop, progress, begun=begun)
        if done.stopped:  # it stays open in the job store: the next start goes on with it
            self._note(job, "stopped")
            return
        facts = {"class": class_name, "spec": digest, "code": done.code, "document": done.document}
        ends = ends_soon(self._performer.directory / "tls.pem")
        facts |= {"facts": {"certificate_ends": ends}} if ends else {}
        self._say(self._answer(job, "ended", **facts | _reason(done)))
        self._note(job, LabError("site.killed", signal=done.killed) if done.killed else f"ended {done.code}")

    def _refuse_unread(self, run: str, site: str, error: LabError) -> None:
        facts = {"theirs": error.facts["theirs"], "ours": error.facts["ours"]}
        self._say(self._answer_about(run, site, "refused", reason=error.code, facts=facts))

    def _refuse(self, job: Job, error: LabError) -> None:
        self._note(job, error)
        facts = {key: value if isinstance(value, int) else str(value) for key, value in error.facts.items()}
        self._say(self._answer(job, "refused", reason=error.code, facts=facts))

    def _answer(self, job: Job, state: str, **facts: Any) -> Answer:
        return self._answer_about(job.run, job.site, state, **facts)

    def _answer_about(self, run: str, site: str, state: str, **facts: Any) -> Answer:
        told = {"run": run, "site": site, "sent": self._clock(), "release": release(), "state": state}
        return Answer.model_validate({**told, "number": self._job_store.number_of(run), **facts})

    def _say(self, answer: Answer, mark: str = "") -> None:
        self._job_store.answer(answer, seal(answer, answer.site, self._sign), mark=mark)


def _reason(done: Performance) -> dict[str, Any]:
    """Why there is no document of a command that has ended; of a killed one also how its groups are."""
    if done.killed:
        return {"reason": "site.killed", "facts": {"signal": done.killed}, "groups": done.groups}
    return {} if done.document is not None else {"reason": "site.no_document"}


def _told(moment: datetime) -> str:
    """A moment as people of all countries read it (ISO 8601, UTC)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
