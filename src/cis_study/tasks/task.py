"""The prompt side of a task: what every contestant reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cis_study.errors import StudyError


class Requirement(BaseModel):
    """One numbered statement of the prompt, the unit that R counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str


class Task(BaseModel):
    """`config/tasks/{id}/task.yaml`. Changing it changes the battles of this task alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    exports: Annotated[list[str], Field(min_length=1)]
    """Names the solution module must define."""
    requirements: Annotated[list[Requirement], Field(min_length=1)]
    wordings: Annotated[list[str], Field(min_length=5)]
    """Templates with one `{requirements}` field; a battle's variant selects one."""


def load_task(folder: Path) -> Task:
    """Read a task folder.

    Raises:
        StudyError: the file is missing, or a key is unknown, missing or of the wrong type.
    """
    path = folder / "task.yaml"
    if not path.is_file():
        raise StudyError(path, "missing", "every task is a folder with a task.yaml", "Name an existing task or add it.")
    content = yaml.safe_load(path.read_text())
    if not isinstance(content, dict):
        raise StudyError(path, type(content).__name__, "a task is a mapping", "See config/README.md for its keys.")
    try:
        task = Task(id=folder.name, **content)
    except ValidationError as error:
        raise StudyError(path, error, "it does not fit the schema", "Correct the keys named above.") from error
    for index, wording in enumerate(task.wordings):
        if wording.count("{requirements}") != 1:
            raise StudyError(
                f"{path}: wordings[{index}]",
                wording[:60],
                "a wording holds the field {requirements} exactly once",
                "Add or remove the field.",
            )
    return task
