"""The templates that machines are seeded with: the teacher's own, file by file, before those shipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.errors import LabError

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

    def render(self, name: str, /, **facts: object) -> str:
        """The text of one file.

        Raises:
            LabError: seeds.missing, or seeds.broken with the template's file and line: a syntax error, or a
                name that esxlab does not give.
        """
        from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError  # noqa: PLC0415 - slow import

        try:
            return self.environment.get_template(name).render(facts)
        except TemplateNotFound as error:
            raise LabError("seeds.missing", name=error.name) from error
        except TemplateSyntaxError as error:
            where = f"{error.filename or name}:{error.lineno}"
            raise LabError("seeds.broken", where=where, detail=error.message or "") from error
        except TemplateError as error:
            raise LabError("seeds.broken", where=_place(error, name), detail=str(error)) from error


def _place(error: BaseException, name: str) -> str:
    """File and line in the template: the innermost frame of the traceback whose file is the template's."""
    place, frame = name, error.__traceback__
    while frame:
        if Path(frame.tb_frame.f_code.co_filename).name == name:
            place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place


@lru_cache(maxsize=8)
def load_seeds(own: Path | None) -> Seeds:
    """The templates of this directory, before the shipped ones. LabError seeds.no_directory."""
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415 - slow import
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    if own is not None and not own.is_dir():
        raise LabError("seeds.no_directory", where=str(own))
    directories = [shipped_seeds()] if own is None else [own, shipped_seeds()]
    environment = SandboxedEnvironment(  # a class spec may come from somebody else
        loader=FileSystemLoader(directories),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Seeds(environment)
