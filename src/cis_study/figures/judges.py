"""Judges: their ratings along the planted ladder, and how they agree with CIS."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, confidence, span
from cis_study.figures.labels import wrapped
from cis_study.figures.style import COLUMN_MM, GREY, INK, MM, SCORE_TICKS, house_style, model_colours, model_markers
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import LEFT_OUT
from cis_study.statistics.ratings import INSTRUMENT, PANEL, RATERS

_STEP = 0.12
"""Distance of two judges on a rung, in rungs."""


def draw(ladder: pd.DataFrame, agreement: pd.DataFrame, design: StudyDesign, gate: float) -> Figure:
    """Mean L of each judge by planted faults against the ideal order; correlation of everybody with CIS.

    Args:
        ladder: as of `ladder_table`, with the column `judge`.
        agreement: as of `agreement_table`.
        gate: the correlation that is asked for.
    """
    with_cis = _with_cis(agreement)
    with house_style():
        size = (COLUMN_MM * MM, (24 + 9.5 * max(len(with_cis), 4)) * MM)
        figure, (climb, agree) = plt.subplots(1, 2, figsize=size, layout="constrained", width_ratios=(10, 9))
        _ladder(climb, ladder, design)
        _agreement(agree, with_cis, design, gate)
        figure.legend(loc="outside upper left", ncols=2, frameon=False, handletextpad=0.4, columnspacing=1.0)
        sns.despine(ax=climb)
        sns.despine(ax=agree, left=True)
    return figure


def caption(ladder: pd.DataFrame, agreement: pd.DataFrame, gate: float, alpha: float) -> Caption:
    """What `draw` shows."""
    return Caption(
        "Judges. Left: mean L that they give the reference with planted faults, against an order that no two rungs"
        " share (dashed). Right: Pearson correlation of panel, human raters and judges with CIS; the dashed line is the"
        f" gate, {gate:.2f}, hollow marks are judges that the calibration leaves out.",
        f"left, references and faulty submissions of {span(ladder['tasks'])} tasks per rung; right, {_rated(agreement)}"
        " submissions, beside the name",
        f"{confidence(alpha)}, percentile bootstrap of tasks (left) and of contestants and tasks (right)",
        ("statistics/judge_ladder.csv", "statistics/judge_agreement.csv"),
    )


def _with_cis(agreement: pd.DataFrame) -> pd.DataFrame:
    return agreement[(agreement["second"] == INSTRUMENT) & (agreement["component"] == "overall")]


def _rated(agreement: pd.DataFrame) -> str:
    return span(_with_cis(agreement)["n"].astype(int))


def _ladder(axes: Axes, ladder: pd.DataFrame, design: StudyDesign) -> None:
    rungs = np.sort(ladder["faults"].unique())
    colours, markers = _looks(design)
    axes.plot(
        rungs, np.linspace(1, 0, len(rungs)), color=GREY, linestyle=(0, (3, 2)), linewidth=0.8, label="ideal order"
    )
    start = -_STEP * (len(design.judges) - 1) / 2
    for place, judge in enumerate(design.judges):
        rows = ladder[ladder["judge"] == judge.name].sort_values("faults")
        faults, mean, low, high = rows[["faults", "mean", "low", "high"]].to_numpy(dtype=float).T
        at = faults + start + place * _STEP
        colour = colours[judge.name]
        axes.vlines(at, low, high, color=colour, linewidth=1.2)
        axes.plot(at, mean, color=colour, marker=markers[judge.name], markersize=3.5, linewidth=0.6, label=judge.label)
    axes.set_xticks(rungs)
    axes.set_yticks(SCORE_TICKS)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(f"Planted faults, n = {span(ladder['tasks'])} tasks")
    axes.set_ylabel("Mean rating of L, from 0 to 1")
    axes.grid(visible=False, axis="x")


def _agreement(axes: Axes, with_cis: pd.DataFrame, design: StudyDesign, gate: float) -> None:
    colours, markers = _looks(design)
    labels = {judge.name: judge.label for judge in design.judges} | {PANEL: "Panel", RATERS: "Human raters"}
    axes.axvline(gate, color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
    for place, row in enumerate(with_cis.to_dict(orient="records")):
        name = row["first"]
        colour = colours.get(name, INK)
        axes.hlines(place, row["r_low"], row["r_high"], color=colour, linewidth=1.2)
        # A judge that does not count is drawn hollow.
        fill = "none" if row["standing"] == LEFT_OUT else "full"
        axes.plot(
            row["r"], place, marker=markers.get(name, "o"), color=colour, fillstyle=fill, markersize=4, clip_on=False
        )
    names = [
        f"{wrapped(labels.get(row['first'], row['first']))}\nn = {row['n']}"
        for row in with_cis.to_dict(orient="records")
    ]
    axes.set_yticks(range(len(with_cis)), names)
    axes.set_ylim(max(len(with_cis), 1) - 0.5, -0.5)
    lowest = float(with_cis[["r", "r_low"]].min().min()) if len(with_cis) else 0.0
    axes.set_xlim(min(-0.05, lowest - 0.1), 1.05)
    axes.set_xticks((0, gate, 1), ("0", f"{gate:.2f}", "1"))
    axes.set_xlabel("Pearson r with CIS")
    axes.grid(visible=False, axis="y")


def _looks(design: StudyDesign) -> tuple[dict[str, str], dict[str, str]]:
    names = [judge.name for judge in design.judges]
    return model_colours(names), model_markers(names)
