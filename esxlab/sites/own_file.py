"""The two YAML files of a fleet, fleet.yaml and site.yaml, read in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text
from esxlab.sites.messages import malformed

if TYPE_CHECKING:
    from pathlib import Path

Model = TypeVar("Model", bound=BaseModel)


def load_own(path: Path, kind: type[Model], *, missing: str, wrong: str) -> Model:
    """The file as this model. LabError `missing` when there is none, `wrong` when it cannot be used.

    YAML's own words quote the line, a broker's password too, and a centre reads them: they are left out.
    """
    try:
        return kind.model_validate(YAML(typ="safe", pure=True).load(read_text(path)))
    except FileNotFoundError as error:
        raise LabError(missing, where=str(path)) from error
    except ValidationError as error:
        raise malformed(error, wrong).at(str(path)) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise LabError(wrong, where=str(path), detail=f"{line}: {error.problem or ''}") from error
    except (Unreadable, YAMLError, RecursionError) as error:
        detail = str(error) if isinstance(error, Unreadable) else type(error).__name__
        raise LabError(wrong, where=str(path), detail=detail) from error
