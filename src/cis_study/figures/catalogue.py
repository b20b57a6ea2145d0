"""Every figure of the study by name."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from cis_study.errors import StudyError
from cis_study.figures import cis_by_model, components_by_model, task_by_model
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis

Draw = Callable[[pd.DataFrame, Analysis, StudyDesign], Figure]

FIGURES: dict[str, Draw] = {
    "cis_by_model": cis_by_model.draw,
    "components_by_model": components_by_model.draw,
    "task_by_model": task_by_model.draw,
}


def draw_figure(name: str, scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:
    """Draw one figure.

    Raises:
        StudyError: there is no figure of this name.
    """
    if name not in FIGURES:
        raise StudyError("figure", name, "there is no such figure", f"Known figures: {', '.join(FIGURES)}.")
    return FIGURES[name](scores, analysis, design)
