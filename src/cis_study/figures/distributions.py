"""How scores are distributed: means hide models that do half of the tasks and fail the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cis_study.figures.caption import Caption
from cis_study.figures.labels import COMPONENT_NAMES, legend_columns
from cis_study.figures.style import COLUMN_MM, MM, house_style, model_colours, model_dashes, model_markers
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import OUTCOMES

_TITLES = {
    "CIS": "CIS",
    **{name: f"{COMPONENT_NAMES[name]} ({name})" for name in COMPONENTS},
    "hidden": "Hidden cases passed",
}
_TICKS = (0, 0.5, 1)
_ROW_MM = 27
_TOLD_BY_DASHES = 3
"""Curves that dashes alone tell apart on a grey print; of more, each carries its contestant's marker."""
_MARKS = 3
"""Markers of a curve, apart from those of every other curve along the scores, so that none hides one."""


class _Look(NamedTuple):
    """Of a contestant's curve, in the words of matplotlib."""

    line: dict[str, Any]
    marker: dict[str, Any]


def draw(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:  # noqa: ARG001
    """One panel per outcome, one cumulative curve per contestant; every task weighs the same."""
    looks = _looks(design.models)
    present = scores[scores["CIS"].notna()]
    counts = present.groupby("model").size()
    labels = {model: f"{design.contestant(model).label}, n = {counts[model]}" for model in design.models}
    columns = legend_columns([*labels.values()])
    rows = -(-len(OUTCOMES) // 2)
    height = _ROW_MM * rows + 10 + 4 * -(-len(design.models) // columns)
    with house_style():
        size = (COLUMN_MM * MM, height * MM)
        figure, grid = plt.subplots(rows, 2, figsize=size, sharex=True, sharey=True, layout="constrained")
        for axes, outcome in zip(grid.flat, OUTCOMES, strict=True):
            for place, model in enumerate(design.models):
                battles = present[present["model"] == model]
                weights = 1 / battles.groupby("task")["task"].transform("size")
                sns.ecdfplot(x=battles[outcome], weights=weights, ax=axes, **looks[model].line)
                if looks[model].marker:
                    at = [(mark + (place + 0.6) / len(design.models)) / _MARKS for mark in range(_MARKS)]
                    share = [float(weights[battles[outcome] <= score].sum() / weights.sum()) for score in at]
                    axes.plot(
                        at, share, **(looks[model].line | looks[model].marker | {"linestyle": "", "clip_on": False})
                    )
            axes.set_title(_TITLES[outcome])
            axes.set(xlabel="", ylabel="", xlim=(-0.03, 1.03), ylim=(0, 1.03), xticks=_TICKS, yticks=_TICKS)
            sns.despine(ax=axes)
        figure.supxlabel("Score, from 0 to 1", fontsize=7)
        figure.supylabel("Share of battles with at most this score", fontsize=7)
        handles = [
            Line2D([], [], drawstyle="steps-post", **looks[model].line, **looks[model].marker)
            for model in design.models
        ]
        figure.legend(
            handles,
            [*labels.values()],
            loc="outside upper left",
            ncols=columns,
            frameon=False,
            handletextpad=0.4,
            columnspacing=1.0,
        )
    return figure


def _looks(models: Sequence[str]) -> dict[str, _Look]:
    colours, dashes, markers = model_colours(models), model_dashes(models), model_markers(models)
    edge = {"markersize": 4, "markeredgecolor": "white", "markeredgewidth": 0.5}
    return {
        model: _Look(
            {"color": colours[model], "linestyle": dashes[model], "linewidth": 1.1},
            {"marker": markers[model], **edge} if len(models) > _TOLD_BY_DASHES else {},
        )
        for model in models
    }


def caption(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Caption:  # noqa: ARG001
    """What `draw` shows."""
    return Caption(
        "Distribution of CIS, its components and the share of hidden cases passed: the share of a contestant's battles"
        " with at most a given score. A curve further right is better; a step is a score that many battles share."
        " Every task weighs the same.",
        f"{int(scores['CIS'].notna().sum())} battles with a score; per contestant in the legend",
        "",
        ("scores/",),
    )
