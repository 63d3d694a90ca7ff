"""Which column is which, by its French or English name, and which number a group's name has."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from esxlab.class_list.students import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {
    "last_name": "nom, nom de famille, nom élève, nom de l'élève, last name, surname, family name",
    "first_name": "prénom, prénoms, prénom élève, prénom de l'élève, first name, given name, forename",
    "name": (
        "élève, étudiant, étudiante, apprenant, nom et prénom, nom prénom, prénom nom, nom complet, "
        "prénom et nom, student, name, full name, student name"
    ),
    "group": (
        "groupe, groupes, numéro de groupe, n° de groupe, n° groupe, num groupe, gr, équipe, binôme, "
        "group, groups, group number, team"
    ),
    "mail": (
        "courriel, mail, mél, e-mail, adresse de courriel, adresse mail, adresse e-mail, "
        "adresse électronique, email address, e-mail address"
    ),
    "login": "identifiant, identifiant ENT, login, nom d'utilisateur, utilisateur, username, user name",
}
"""Column -> the headings that it is known by, without regard to case, accents, blanks and signs.

Moodle's are `Prénom`, `Nom de famille`, `Adresse de courriel`, `Groupes` and `First name`, `Last name`
(before 4.0: `Surname`), `Email address`, `Groups`: its language packs, `firstname`, `lastname`, `email`.
"""
_BETWEEN = re.compile(r"[,;\n&]|\bet\b|\band\b", re.IGNORECASE)
"""Between the groups of one student; Moodle writes `, ` (group/classes/output/user_groups_editable.php)."""
_COLUMNS = {folded(name): column for column, names in NAMES.items() for name in names.split(",")}
_GROUP = re.compile(
    r"(?:(?:groupes?|groups?|grp|gr|g|tp|equipe|team|binome)[\W_]*)?(?:n[°ºo]?[\W_]*)?0*([0-9]{1,3})(?:\.0+)?"
)


def columns_of(heading: Sequence[str]) -> dict[str, list[int]]:
    """Column -> at which places of this row its names stand."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(heading):
        if column := _COLUMNS.get(folded(cell)):
            found.setdefault(column, []).append(place)
    return found


def is_heading(heading: Sequence[str]) -> bool:
    """Whether a row names the columns: one of a name, and another one."""
    found = columns_of(heading)
    return len(found) > 1 and bool({"last_name", "name"} & found.keys())


def unread_of(heading: Sequence[str]) -> list[str]:
    """The headings that name no column that is known, in their order."""
    return [cell for cell in heading if cell and folded(cell) not in _COLUMNS]


def names_several(text: str) -> bool:
    """Whether more than one group stands in the cell, with a number or without: `Groupe 1, SISR`."""
    return len(_parts(text)) > 1


def group_numbers(text: str) -> tuple[int, ...]:
    """The numbers of all groups that a cell names, each once: 1 and 2 of `Groupe 1, Groupe 2, SISR`."""
    found = [number for part in _parts(text) if (number := group_number(part)) is not None]
    return tuple(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, _BETWEEN.split(text)) if part]


def group_number(text: str) -> int | None:
    """7 of `7`, `07`, `Groupe 7`, `G7`, `gr. 7`, `TP-07`, `7.0`; None when it is no group's name."""
    plain = "".join(s for s in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(s))
    found = _GROUP.fullmatch(plain.strip())
    return int(found[1]) or None if found and found[1].isascii() else None
