"""Exhibits: what raters are shown, blinded, one canonical JSON line each."""

from __future__ import annotations

import json
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.judging.rating import Condition
from cis_study.yamlfile import Strict, validate

Slot = tuple[str, str, int]
"""Author, task and replicate."""


class Exhibit(Strict):
    """One submission as raters read it; parts that the reply lacks are None."""

    author: str
    """Contestant or control; raters are not told."""
    task: str
    replicate: int
    condition: Condition
    requirements: str
    """The text of the task."""
    source: str | None
    tests: str | None
    rationale: str | None


def slot_of(exhibit: Exhibit) -> Slot:
    """What the exhibit is of."""
    return exhibit.author, exhibit.task, exhibit.replicate


def read_exhibits(path: Path) -> list[Exhibit]:
    """The exhibits of a study.

    Raises:
        StudyError: a line is no exhibit.
    """
    exhibits = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            content = json.loads(line)
        except ValueError as error:
            raise StudyError(f"{path}:{number}", error, "it is no exhibit", "Delete the file and run again.") from error
        exhibits.append(validate(Exhibit, content, where=f"{path}:{number}"))
    return exhibits
