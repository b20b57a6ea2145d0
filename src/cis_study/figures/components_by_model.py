"""The four components and the criterion by model."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, confidence
from cis_study.figures.labels import COMPONENT_NAMES, legend_columns
from cis_study.figures.style import COLUMN_MM, GREY, MM, SCORE_TICKS, house_style, model_colours, model_markers
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
    scored = analysis.models.set_index("model")["n_scored"]
    colours, markers = model_colours(design.models), model_markers(design.models)
    step = min(_STEP, _BAND / max(len(design.models) - 1, 1))
    start = -step * (len(design.models) - 1) / 2
    labels = {model: f"{design.contestant(model).label}, n = {scored[model]}" for model in design.models}
    columns = legend_columns([*labels.values()])
    legend_rows = -(-len(design.models) // columns)
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
                label=labels[model],
            )
        axes.axhline(len(COMPONENTS) - 0.5, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
        axes.set_yticks(range(len(outcomes)), [names[outcome] for outcome in outcomes])
        axes.set_ylim(len(outcomes) - 0.5, -0.5)
        axes.set_xticks(SCORE_TICKS)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("Mean over tasks, from 0 to 1")
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside upper left", ncols=columns, frameon=False, handletextpad=0.2, columnspacing=1.0)
        sns.despine(ax=axes, left=True)
    return figure


def caption(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Caption:  # noqa: ARG001
    """What `draw` shows."""
    return Caption(
        "Means of the four components of CIS and, below the line, of the share of hidden cases passed, which is the"
        " criterion. Every task weighs the same.",
        f"{analysis.summary['counts']['with_scores']} battles with a score; per contestant in the legend",
        f"{confidence(analysis.summary['settings']['alpha'])}, BCa bootstrap, battles resampled within contestant and"
        " task",
        ("statistics/components.csv", "statistics/models.csv"),
    )
