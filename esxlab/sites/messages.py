"""What travels between the centre and a site: small JSON texts, each signed by who wrote it.

A message says which verb of esxlab is wanted, for which class, until when. It holds no password, and of the
spec no more than its SHA-256: spec, passwords and what is trusted are the site's. What comes back is what
the command printed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, json_text, read_json, table

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = 1
CENTRE = "centre"
"""The signer that is no site."""
LARGEST_JOB, LARGEST_ANSWER = 256 << 10, 4 << 20
"""Bytes. A job may bring a spec; an answer is a command's JSON: the plan of 30 groups has some 400 KiB."""
LONGEST_LIFE = timedelta(days=14)
"""From sending to expiry: a site's memory of what was done is kept for longer than this."""
SKEW = timedelta(minutes=5)
"""Two clocks may differ by so much (Kerberos' own limit: RFC 4120, 5.5.1, recommends 5 minutes)."""

Looking = Literal["status", "doctor", "plan", "verify"]
Changing = Literal["provision", "teardown"]
Verb = Literal[Looking, Changing, "offer"]
CHANGING = frozenset(get_args(Changing))

SITE_NAME = r"^[a-z0-9][a-z0-9-]{0,38}$"
"""As in the names of a queue, a user, a file and a certificate (64 signs: RFC 5280, ub-common-name)."""
RUN = r"^[0-9a-f]{32}$"
DIGEST = r"^(|[0-9a-f]{64})$"
CHECKSUM = r"^[0-9a-f]{1,64}$"
LONGEST_GROUPS = 200

SiteName = Annotated[str, StringConstraints(pattern=SITE_NAME)]
RunId = Annotated[str, StringConstraints(pattern=RUN)]
Digest = Annotated[str, StringConstraints(pattern=DIGEST)]
ClassName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f/\\]*$")]
Groups = Annotated[str, StringConstraints(max_length=LONGEST_GROUPS, pattern=r"^[0-9]*([-,][0-9]+)*$")]


def _in_utc(moment: datetime) -> datetime:
    """The same in UTC; ValueError for one that has none: the year 1 in a zone east of Greenwich."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Message(BaseModel):
    """What both kinds have; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    schema_version: Literal[1] = Field(default=1, alias="schema")
    run: RunId
    site: SiteName
    sent: Moment
    release: str = Field(max_length=40)


class Job(Message):
    """One command for one class of one site.

    `expires`: the site begins nothing after this moment. `spec`: SHA-256 of the spec that the centre has
    seen, or empty. `checksum`: of the plan that was agreed to. `offer`: a spec's text, for the verb `offer`
    alone.
    """

    kind: Literal["job"] = "job"
    verb: Verb
    expires: Moment
    class_name: ClassName = Field(default="", alias="class")
    groups: Groups = ""
    dry_run: bool = False
    checksum: str = Field(default="", pattern=f"^$|{CHECKSUM}")
    spec: Digest = ""
    offer: str = Field(default="", max_length=LARGEST_JOB // 2)
    language: Literal["en", "fr"] = "en"

    @property
    def changes(self) -> bool:
        """Whether it changes anything but the looker's knowledge."""
        return self.verb in CHANGING and not self.dry_run


class Answer(Message):
    """What a site says of a job; `number` counts its words about this job, the last is not `running`.

    `code` is the command's exit code; `reason` an error code of esxlab with its facts, when the site
    refused. `document` is the JSON that the command printed. `groups` is group -> running, done or failed,
    while it runs.
    """

    kind: Literal["answer"] = "answer"
    number: int = Field(ge=0)
    state: Literal["running", "ended", "refused"]
    class_name: ClassName = Field(default="", alias="class")
    code: int = Field(default=0, ge=0, le=255)
    reason: str = Field(default="", max_length=80)
    facts: dict[str, str | int] = Field(default_factory=dict, max_length=20)
    spec: Digest = ""
    groups: dict[str, str] = Field(default_factory=dict, max_length=400)
    document: dict[str, Any] | None = None

    def is_older(self, other: Answer) -> bool:
        """Whether it tells less than this other one about the same job; the last one is never older."""
        return self.state == "running" and self.number <= other.number


Kind = TypeVar("Kind", bound=Message)


class Sealed(BaseModel):
    """The outside of a message: the very text that was signed, who signed it, and the signature in base64."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    signer: SiteName
    signature: str = Field(max_length=200)
    signed: str


def name_of(job: Job) -> str:
    """What a job is called under way: names are in the order in which the centre wrote the jobs."""
    return f"{job.sent:%Y%m%dT%H%M%S%f}-{job.run}"


def release() -> str:
    """The release of this esxlab."""
    return version("esxlab")


def seal(message: Message, signer: str, sign: Callable[[bytes], str]) -> bytes:
    """The message as it travels."""
    text = json_text(message.model_dump(mode="json", by_alias=True))
    return json_text({"signer": signer, "signature": sign(text.encode()), "signed": text}).encode()


def unseal(
    content: bytes, kind: type[Kind], check: Callable[[str, bytes, str], bool], *, limit: int
) -> tuple[Kind, str]:
    """The message and who signed it; `check(signer, text, signature)` says whether that is so.

    Raises:
        LabError: site.malformed (too large, no JSON, unknown fields), site.forged, site.newer (another
        schema).
    """
    if len(content) > limit:
        raise LabError("site.malformed", detail=str(Unreadable("size", limit=limit)))
    try:
        sealed = Sealed.model_validate_json(content)
    except ValidationError as error:
        raise malformed(error) from error
    text = sealed.signed.encode()
    if not check(sealed.signer, text, sealed.signature):
        raise LabError("site.forged", signer=sealed.signer)
    try:
        outer = table(read_json(text, limit=limit))
    except Unreadable as error:
        raise LabError("site.malformed", detail=str(error)) from error
    told, run = outer.get("schema"), str(outer.get("run", ""))
    if isinstance(told, int) and told != SCHEMA:
        code, run = "site.newer" if told > SCHEMA else "site.older", run if re.fullmatch(RUN, run) else ""
        raise LabError(code, where=sealed.signer, theirs=told, ours=SCHEMA, run=run)
    try:
        return kind.model_validate_json(text), sealed.signer
    except ValidationError as error:
        raise malformed(error) from error


def malformed(error: ValidationError, code: str = "site.malformed") -> LabError:
    """Where it is wrong, and how; never what is there."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return LabError(code, detail=f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
