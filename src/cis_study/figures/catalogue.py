"""Every figure that is drawn from scores and analysis alone, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from cis_study.errors import StudyError
from cis_study.figures import cis_by_model, components_by_model, distributions, task_by_model
from cis_study.figures.caption import Caption
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis


class Kind(NamedTuple):
    """How a figure is drawn, and what is said of it."""

    draw: Callable[[pd.DataFrame, Analysis, StudyDesign], Figure]
    caption: Callable[[pd.DataFrame, Analysis, StudyDesign], Caption]


FIGURES: dict[str, Kind] = {
    "cis_by_model": Kind(cis_by_model.draw, cis_by_model.caption),
    "task_by_model": Kind(task_by_model.draw, task_by_model.caption),
    "distributions": Kind(distributions.draw, distributions.caption),
    "components_by_model": Kind(components_by_model.draw, components_by_model.caption),
}


def draw_figure(name: str, scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> tuple[Figure, Caption]:
    """Draw one figure and say what it shows.

    Raises:
        StudyError: there is no figure of this name.
    """
    if name not in FIGURES:
        raise StudyError("figure", name, "there is no such figure", f"Known figures: {', '.join(FIGURES)}.")
    kind = FIGURES[name]
    return kind.draw(scores, analysis, design), kind.caption(scores, analysis, design)
