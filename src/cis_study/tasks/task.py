"""The prompt side of a task: what every contestant reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from cis_study.errors import StudyError
from cis_study.yamlfile import Strict, read_yaml


class Requirement(Strict):
    """One numbered statement of the prompt, the unit that R counts."""

    id: str
    """Name by which cases, mutants and rubric refer to it."""
    text: str
    """What contestants read."""


class Task(Strict):
    """`config/tasks/{id}/task.yaml`. Changing it changes the battles of this task alone."""

    id: str
    """Name of the folder; does not stand in the file."""
    title: str
    """Name in figures and tables."""
    exports: Annotated[list[str], Field(min_length=1)]
    """Names the solution module must define."""
    requirements: Annotated[list[Requirement], Field(min_length=1)]
    """What a solution must do; the prompt numbers them."""
    wordings: Annotated[list[str], Field(min_length=5)]
    """Templates with one `{requirements}` field; a battle's variant selects one."""


def load_task(folder: Path) -> Task:
    """Read a task folder.

    Raises:
        StudyError: the file is missing, or a key is unknown, missing or of the wrong type.
    """
    path = folder / "task.yaml"
    task = read_yaml(path, Task, id=folder.name)
    for index, wording in enumerate(task.wordings):
        if wording.count("{requirements}") != 1:
            raise StudyError(
                f"{path}: wordings[{index}]",
                wording[:60],
                "a wording holds the field {requirements} exactly once",
                "Add or remove the field.",
            )
    return task
