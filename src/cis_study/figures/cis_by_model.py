"""CIS by model: every battle, the mean and its interval."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, confidence
from cis_study.figures.labels import model_label
from cis_study.figures.style import COLUMN_MM, INK, MM, SCORE_TICKS, house_style, model_colours
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis

_JITTER = 0.22
_CROWDED = 100
"""Battles of one contestant above which dots get smaller and paler."""


def draw(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Figure:
    """One row per contestant, the weakest on top; battles as dots, mean and interval in black above them."""
    colours = model_colours(design.models)
    order = design.models[::-1]
    table = analysis.models.set_index("model")
    with house_style():
        figure, axes = plt.subplots(figsize=(COLUMN_MM * MM, (18 + 13 * len(order)) * MM), layout="constrained")
        # A generator of our own: seaborn's jitter draws from numpy's global state.
        rng = np.random.default_rng(0)
        for row, model in enumerate(order):
            values = scores.loc[(scores["model"] == model) & scores["CIS"].notna(), "CIS"]
            heights = row - 0.08 + rng.uniform(-_JITTER, _JITTER, len(values))
            size, alpha = (7, 0.55) if len(values) <= _CROWDED else (4.5, 0.45)
            sns.scatterplot(x=values, y=heights, color=colours[model], s=size, alpha=alpha, linewidth=0, ax=axes)
            mean, low, high = table.loc[model, ["CIS", "CIS_low", "CIS_high"]].to_numpy(dtype=float)
            axes.plot([low, high], [row + 0.3] * 2, color=INK, linewidth=1.4, solid_capstyle="butt", zorder=4)
            axes.plot(mean, row + 0.3, marker="|", color=INK, markersize=6, markeredgewidth=1.4, zorder=5)
        axes.set_yticks(range(len(order)), [_label(design, table, model) for model in order])
        axes.set_ylim(-0.5, len(order) - 0.4)
        axes.set_xticks(SCORE_TICKS)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("Code Integrity Score (CIS), from 0 to 1")
        axes.set_ylabel("")
        axes.grid(visible=False, axis="y")
        sns.despine(ax=axes, left=True)
    return figure


def caption(scores: pd.DataFrame, analysis: Analysis, design: StudyDesign) -> Caption:  # noqa: ARG001
    """What `draw` shows."""
    counts, level = analysis.summary["counts"], confidence(analysis.summary["settings"]["alpha"])
    return Caption(
        "CIS of every battle (dots), and the mean of each contestant (tick) with its interval (bar). Every task weighs"
        " the same in a mean. Dots are spread over the height of their row to be told apart.",
        f"{counts['with_scores']} battles with a score of {counts['planned']} planned; per contestant beside its name",
        f"{level}, BCa bootstrap, battles resampled within contestant and task",
        ("scores/", "statistics/models.csv"),
    )


def _label(design: StudyDesign, table: pd.DataFrame, model: str) -> str:
    scored, planned = table.loc[model, ["n_scored", "n_planned"]].to_numpy(dtype=int)
    return f"{model_label(design, model)}\nn = {scored} of {planned}"
