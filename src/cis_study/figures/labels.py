"""Labels that fit beside a narrow axis."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from cis_study.figures.style import FONT, LEGEND_SIZE
from cis_study.statistics.design import StudyDesign

COMPONENT_NAMES = {"R": "Requirements", "A": "Architecture", "T": "Testing", "L": "Logic"}
LABEL_CHARACTERS = 16
_SHORT = 94
"""Width of a label in points of which two stand side by side over one column, each with its symbol."""


def wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    """Break at spaces and, in model names, after hyphens."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=True))


def model_label(design: StudyDesign, model: str, width: int = LABEL_CHARACTERS) -> str:
    """Label of a contestant, broken into short lines."""
    return wrapped(design.contestant(model).label, width)


def legend_columns(labels: Sequence[str]) -> int:
    """Columns of a legend over a figure of one column: two where the labels are narrow enough."""
    font = FontProperties(family=FONT, size=LEGEND_SIZE)
    return 2 if max(TextPath((0, 0), label, prop=font).get_extents().width for label in labels) <= _SHORT else 1


def task_label(design: StudyDesign, task: str) -> str:
    """Title of a task, broken into short lines."""
    return wrapped({item.id: item.title for item in design.tasks}[task], width=20)
