"""The one error class of the program: a code, the facts, and where it happened.

The words are not here: `texts` renders a code in the reader's language. Adapters translate foreign faults
into this class, each library's in one place. Whatever else is raised is a bug: at the boundary of the job
that meets it `bugs.failure_of` makes it an error of this class too, `bug.unexpected`, and the others go on.
"""

from __future__ import annotations


class LabError(Exception):
    """Something went wrong that the reader can mend.

    Args:
        code: a key of the text catalogue without its `error.` prefix, for example `guest.unreachable`.
        where: the object it happened to, in the reader's terms: `group 7, srvweb1` or `tp.yaml:12:5`.
        detail: the foreign message, verbatim, when there is one; never a secret.
        facts: the values that the catalogue's sentences name.
    """

    def __init__(self, code: str, *, where: str = "", detail: str = "", **facts: object) -> None:
        super().__init__(code, where, detail, facts)
        self.code = code
        self.where = where
        self.detail = detail
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the four parts; the default would lose the keyword arguments."""
        return (_rebuild, (self.code, self.where, self.detail, self.facts))

    def __str__(self) -> str:
        """Brief, place, detail and remedy, in the current language."""
        from esxlab import texts  # noqa: PLC0415 - only when an error is shown

        return texts.error_text(self)

    @property
    def brief(self) -> str:
        """What happened, in one sentence of the current language."""
        from esxlab import texts  # noqa: PLC0415 - only when an error is shown

        return texts.say(f"error.{self.code}", **self.facts)

    def at(self, where: str) -> LabError:
        """The same error with its place named, for adapters that do not know the group."""
        return LabError(self.code, where=self.where or where, detail=self.detail, **self.facts)


def _rebuild(code: str, where: str, detail: str, facts: dict[str, object]) -> LabError:
    return LabError(code, where=where, detail=detail, **facts)
