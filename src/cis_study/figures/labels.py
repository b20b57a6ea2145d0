"""Labels that fit beside a narrow axis."""

from __future__ import annotations

import textwrap

from cis_study.statistics.design import StudyDesign

COMPONENT_NAMES = {"R": "Requirements", "A": "Architecture", "T": "Testing", "L": "Logic"}
LABEL_CHARACTERS = 16


def wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    """Break at spaces and, in model names, after hyphens."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=True))


def model_label(design: StudyDesign, model: str) -> str:
    """Label of a contestant, broken into short lines."""
    return wrapped(design.contestant(model).label)


def task_label(design: StudyDesign, task: str) -> str:
    """Title of a task, broken into short lines."""
    return wrapped({item.id: item.title for item in design.tasks}[task], width=12)
