"""The templates that machines are seeded with: the teacher's own, file by file, before those shipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable
from esxlab.local.places import is_directory, is_there

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = Path(__file__).parents[1]


def shipped_seeds() -> Path:
    """The shipped templates: inside the package when installed, else at the top of the repository."""
    inside = PACKAGE / "_seeds"
    return inside if inside.is_dir() else PACKAGE.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Seeds:
    """A set of templates."""

    environment: Environment
    own: Path | None = None  # the teacher's directory: its templates are watched while they are rendered

    def render(self, name: str, /, **facts: object) -> str:
        """The text of one file.

        Raises:
            LabError: seeds.missing, or seeds.broken with the template's file and line: a syntax error, or a
                name that esxlab does not give.
        """
        from jinja2 import TemplateNotFound, TemplateSyntaxError  # noqa: PLC0415 - slow import

        from esxlab.exercises.box import rendered  # noqa: PLC0415 - as above

        try:
            template = self.environment.get_template(name)
            return rendered(template, facts) if self.own else template.render(facts)
        except TemplateNotFound as error:
            raise LabError("seeds.missing", name=error.name) from error
        except TemplateSyntaxError as error:
            where = f"{error.filename or name}:{error.lineno}"
            raise LabError("seeds.broken", where=where, detail=error.message or "") from error
        except Unreadable as error:
            where = getattr(error, "__notes__", [name])[0]
            raise LabError("seeds.broken", where=where, detail=str(error)) from error
        except Exception as error:  # whatever a foreign template comes to: a division by zero, a recursion
            said = f"{type(error).__name__}: {error}".replace(str(facts.get("phrase") or "\n"), "***")
            raise LabError("seeds.broken", where=_place(error, name, self.own), detail=said) from error


def _place(error: BaseException, name: str, own: Path | None) -> str:
    """File and line in the template: the innermost frame of the traceback whose file is the template's."""
    mine = own / name if own else None
    place, frame = str(mine) if mine and is_there(mine) else name, error.__traceback__
    while frame:
        if Path(frame.tb_frame.f_code.co_filename).name == name:
            place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place


@lru_cache(maxsize=8)
def load_seeds(own: Path | None) -> Seeds:
    """The templates of this directory, before the shipped ones. LabError seeds.no_directory."""
    from esxlab.exercises.box import Box  # noqa: PLC0415 - jinja2 is slow to import

    if own is not None and not is_directory(own):
        raise LabError("seeds.no_directory", where=str(own))
    return Seeds(Box([shipped_seeds()] if own is None else [own, shipped_seeds()]), own)
