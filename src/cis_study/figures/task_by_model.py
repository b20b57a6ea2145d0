"""Mean CIS of every model on every task."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, confidence, span
from cis_study.figures.labels import model_label, task_label
from cis_study.figures.style import COLUMN_MM, MM, house_style, text_colour
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis

_ROW_MM = 7.2
_COLOURS = "cividis"


def draw(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:  # noqa: ARG001
    """Tasks in rows with their n, contestants in columns, the weakest first; mean and interval in each cell."""
    cis = analysis.cells[analysis.cells["outcome"] == "CIS"].set_index(["task", "model"])
    means = cis["mean"].unstack("model").loc[design.task_ids, design.models]
    text = cis.apply(_cell_text, axis=1).unstack("model").loc[design.task_ids, design.models]
    counts = {str(task): span(rows) for task, rows in cis["n_scored"].groupby(level="task")}
    with house_style():
        size = (COLUMN_MM * MM, (16 + _ROW_MM * len(design.tasks)) * MM)
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        sns.heatmap(
            means,
            annot=text,
            fmt="",
            cmap=_COLOURS,
            vmin=0,
            vmax=1,
            linewidths=0.8,
            annot_kws={"fontsize": 6, "linespacing": 1.15},
            cbar=False,
            xticklabels=False,
            yticklabels=False,
            ax=axes,
        )
        # Seaborn's own choice leaves white text on cells of middle lightness.
        for number, mean in zip(axes.texts, means.to_numpy(dtype=float).ravel(), strict=True):
            number.set_color(text_colour(mpl.colormaps[_COLOURS](mean)))
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xticks(np.arange(len(design.models)) + 0.5, [model_label(design, name, 11) for name in design.models])
        names = [f"{task_label(design, task)}\nn = {counts[task]}" for task in design.task_ids]
        axes.set_yticks(np.arange(len(names)) + 0.5, names)
        axes.set(xlabel="Mean CIS, from 0 to 1", ylabel="")
        axes.tick_params(length=0)
    return figure


def caption(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Caption:  # noqa: ARG001
    """What `draw` shows."""
    cis = analysis.cells[analysis.cells["outcome"] == "CIS"]
    return Caption(
        "Mean CIS of each contestant on each task, and its interval below it. Darker is lower.",
        f"{span(cis['n_scored'])} battles with a score per cell, beside the name of the task",
        f"{confidence(analysis.summary['settings']['alpha'])}, BCa bootstrap of the battles of the cell",
        ("statistics/cells.csv",),
    )


def _cell_text(row: pd.Series) -> str:
    interval = "" if pd.isna(row["low"]) else f"\n{row['low']:.2f}–{row['high']:.2f}"
    return f"{row['mean']:.2f}{interval}"
