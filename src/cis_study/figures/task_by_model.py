"""Mean CIS of every model on every task."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.labels import model_label, task_label
from cis_study.figures.style import COLUMN_MM, MM, house_style
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis


def draw(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:  # noqa: ARG001
    """Tasks in columns, contestants in rows the weakest on top; mean, interval and n in each cell."""
    cis = analysis.cells[analysis.cells["outcome"] == "CIS"].set_index(["model", "task"])
    order = design.models
    means = cis["mean"].unstack("task").loc[order, design.task_ids]
    text = cis.apply(_cell_text, axis=1).unstack("task").loc[order, design.task_ids]
    with house_style():
        figure, axes = plt.subplots(figsize=(COLUMN_MM * MM, (10 + 11 * len(order)) * MM), layout="constrained")
        sns.heatmap(
            means,
            annot=text,
            fmt="",
            cmap="cividis",
            vmin=0,
            vmax=1,
            linewidths=0.8,
            annot_kws={"fontsize": 6.2, "linespacing": 1.15},
            cbar=False,
            ax=axes,
        )
        axes.set_xticklabels([task_label(design, task) for task in design.task_ids], rotation=0)
        axes.set_yticklabels([model_label(design, model) for model in order], rotation=0)
        axes.set(xlabel="", ylabel="")
        axes.tick_params(length=0)
    return figure


def _cell_text(row: pd.Series) -> str:
    interval = "" if pd.isna(row["low"]) else f"\n{row['low']:.2f}–{row['high']:.2f}"
    return f"{row['mean']:.2f}{interval}\nn = {row['n_scored']:.0f}"
