"""Read a YAML file into a pydantic model, with errors that name the file, the key and the value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cis_study.errors import StudyError

NAME = r"^[a-z0-9][a-z0-9._-]*$"
Name = Annotated[str, Field(pattern=NAME)]
"""Of something that is also a file or a folder."""
Names = Annotated[list[Name], Field(min_length=1)]


class Strict(BaseModel):
    """Base of every configuration section: immutable, unknown keys refused. The text below a field describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Section = TypeVar("Section", bound=BaseModel)

# Written in C: every job that runs or recognises submissions reads all tasks, 0.8 MB of YAML. A PyYAML built without it
# reads the same, slowly.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, schema: type[Section], **given: Any) -> Section:
    """Parse and validate `path`; `given` adds keys that do not stand in the file.

    Raises:
        StudyError: the file is missing, is no YAML mapping, or does not fit `schema`.
    """
    if not path.is_file():
        siblings = ", ".join(sorted(p.name for p in path.parent.glob("*.yaml"))) or "none"
        raise StudyError(path, "missing", "there is no such file", f"Files beside it: {siblings}.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise StudyError(path, error, "it is not YAML", "Correct the line named above.") from error
    if not isinstance(content, Mapping):
        raise StudyError(path, type(content).__name__, "a mapping of keys is expected", "See config/README.md.")
    return validate(schema, {**content, **given}, where=str(path))


def validate(
    schema: type[Section],
    content: Mapping[str, Any],
    where: str,
    fix: str = "config/README.md explains every key.",
) -> Section:
    """Validate a mapping; every fault is listed as `key: value: reason`.

    Raises:
        StudyError: the mapping does not fit `schema`.
    """
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or '(whole)'} = {fault['input']!r:.80}: {fault['msg']}"
            for fault in error.errors()
        )
        raise StudyError(where, faults, "it does not fit the schema", fix) from error
