"""The four components and the criterion by model."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.labels import COMPONENT_NAMES
from cis_study.figures.style import COLUMN_MM, MM, SCORE_TICKS, house_style, model_colours, model_markers
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis

_BAND = 0.6
"""Part of a row that the models share at most."""
_STEP = 0.24
"""Distance of two models in a row, in rows, where there is room for it."""


def draw(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:  # noqa: ARG001
    """One row per component and one for the criterion, a mean with interval for every contestant in each."""
    outcomes = (*COMPONENTS, "hidden")
    names = {**{key: f"{name} ({key})" for key, name in COMPONENT_NAMES.items()}, "hidden": "Hidden cases\npassed"}
    table = analysis.components.set_index(["model", "outcome"])
    colours, markers = model_colours(design.models), model_markers(design.models)
    step = min(_STEP, _BAND / max(len(design.models) - 1, 1))
    start = -step * (len(design.models) - 1) / 2
    legend_rows = -(-len(design.models) // 2)
    with house_style():
        height = (len(outcomes) * max(11, 3.5 * len(design.models)) + 12 + 4 * legend_rows) * MM
        figure, axes = plt.subplots(figsize=(COLUMN_MM * MM, height), layout="constrained")
        for index, model in enumerate(design.models):
            heights = [row + start + index * step for row in range(len(outcomes))]
            rows = table.loc[model].loc[list(outcomes), ["mean", "low", "high"]]
            means, lows, highs = rows.to_numpy(dtype=float).T
            axes.hlines(heights, lows, highs, color=colours[model], linewidth=1.3)
            axes.plot(
                means,
                heights,
                linestyle="none",
                marker=markers[model],
                markersize=3.8,
                color=colours[model],
                label=design.contestant(model).label,
            )
        axes.axhline(len(COMPONENTS) - 0.5, color="#999999", linewidth=0.6, linestyle=(0, (3, 2)))
        axes.set_yticks(range(len(outcomes)), [names[outcome] for outcome in outcomes])
        axes.set_ylim(len(outcomes) - 0.5, -0.5)
        axes.set_xticks(SCORE_TICKS)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("Mean over tasks")
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside upper left", ncols=2, frameon=False, handletextpad=0.2, columnspacing=1.0)
        sns.despine(ax=axes, left=True)
    return figure
