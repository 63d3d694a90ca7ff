"""What a class list says: its students, line by line, and what is odd about them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Student:
    """One row. `line` is that of the file, or the row of the sheet; `group` None: the row names none.

    A list with one column for both names has all of it in `last_name`.
    """

    line: int
    last_name: str
    first_name: str = ""
    group: int | None = None
    mail: str = ""
    login: str = ""

    @property
    def name(self) -> str:
        """As French class lists have it: DURAND Paul."""
        return f"{self.last_name} {self.first_name}".strip()


EMPTY = "empty_group"
"""The remark of a group that no student is in."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is odd, in the line of the file where it stands (0: in none).

    `code` is a key of the texts below `students.remark.`; `failed` is what keeps a list from being used, a
    `note` what surprises nobody who knows the file: `esxlab students check` alone tells it.
    """

    code: str
    line: int
    verdict: Literal["failed", "warning", "note"]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassList:
    """The students in the order of the file, and what is odd."""

    students: tuple[Student, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def empty_groups(self) -> tuple[int, ...]:
        """Those that no student is in."""
        return tuple(int(str(each.facts["group"])) for each in self.remarks if each.code == EMPTY)

    def of_group(self, number: int) -> tuple[Student, ...]:
        """The students of one group, in the order of the file."""
        return tuple(student for student in self.students if student.group == number)

    @property
    def groups(self) -> tuple[int, ...]:
        """The groups in the order in which the list names them first."""
        return tuple(dict.fromkeys(each.group for each in self.students if each.group is not None))

    @property
    def failures(self) -> tuple[Remark, ...]:
        """What keeps the list from being used."""
        return tuple(remark for remark in self.remarks if remark.verdict == "failed")


WHOLE = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d"}
)
"""Letters that Unicode does not take apart (no decomposition in UnicodeData.txt), as they are typed."""


def folded(text: str) -> str:
    """Letters and digits alone, small and without accents: `N° de Groupe` is `ndegroupe`."""
    apart = unicodedata.normalize("NFKD", text).translate(WHOLE)
    return "".join(sign for sign in apart if sign.isalnum()).casefold()
