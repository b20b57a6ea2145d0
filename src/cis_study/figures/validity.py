"""Three looks at one instrument: planted faults, planted submissions of known worth, and what the score goes with."""

from __future__ import annotations

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, confidence
from cis_study.figures.labels import wrapped
from cis_study.figures.style import COLOURS, COLUMN_MM, GREY, INK, MM, SCORE_TICKS, house_style
from cis_study.statistics.design import StudyDesign
from cis_study.validity.correlations import CRITERION, SURFACE_NAMES

_REFERENCE = "reference"
_SCORES = {"CIS": ("full", -0.13), "CIS without L": ("none", 0.13)}
"""Fill of the marker, and its place in the row."""
_LADDER_MM, _ROW_MM, _FRAME_MM = 42, 3.6, 13


class Found(NamedTuple):
    """What the figure is drawn from."""

    ladders: pd.DataFrame
    """Of `cis_study.validity`, all instruments, like `correlations` and `claims`."""
    controls: pd.DataFrame
    """As of `control_table`, by the instrument of the design."""
    correlations: pd.DataFrame
    claims: pd.DataFrame


def draw(found: Found, design: StudyDesign) -> Figure:
    """Score by planted faults, score of every control, rank correlations of the score; one below the other.

    The instrument of the design is drawn. Without planted submissions, or without variation, a panel is empty.
    """
    climbed, related = (
        table[table["instrument"] == design.instrument] for table in (found.ladders, found.correlations)
    )
    controls = found.controls.astype({"CIS": float})
    planted = _off_the_ladder(controls)
    with_names = {"hidden": "hidden cases passed", **SURFACE_NAMES}
    heights = [_LADDER_MM, _FRAME_MM + _ROW_MM * max(planted["control"].nunique(), 3)]
    heights.append(_FRAME_MM + 1.75 * _ROW_MM * len(with_names))
    with house_style():
        size = (COLUMN_MM * MM, sum(heights) * MM)
        figure, (fall, worth, link) = plt.subplots(3, 1, figsize=size, layout="constrained", height_ratios=heights)
        _ladders(fall, climbed)
        _controls(worth, planted, controls)
        _correlations(link, related, with_names)
        link.set_xlabel(f"Rank correlation, n = {_battles(found.claims, design)} battles")
        for letter, axes in zip("abc", (fall, worth, link), strict=True):
            axes.set_title(letter, loc="left", fontweight="bold")
    return figure


def caption(found: Found, design: StudyDesign, alpha: float) -> Caption:
    """What `draw` shows."""
    climbed = found.ladders[found.ladders["instrument"] == design.instrument]
    planted = int(_off_the_ladder(found.controls)["n"].sum())
    tasks = found.controls["task"].nunique()
    return Caption(
        f"{design.instrument} under test. (a) The reference solution with planted faults, each kept by the next rung:"
        " single ladders (thin) and their mean (thick); a score that is worth something falls. (b) Planted submissions"
        " of known worth: each task (dots) and their mean (tick), the dashed line is the reference. (c) Rank"
        " correlation within tasks of CIS (filled) and of CIS without its component L (hollow) with the criterion, the"
        " share of hidden cases passed, and with what should not be rewarded.",
        f"(a) {_count(climbed)} ladders of {tasks} tasks; (b) {planted} submissions of {tasks} tasks; (c)"
        f" {_battles(found.claims, design)} battles with a score",
        f"(c) {confidence(alpha)}, percentile bootstrap of the battles within contestant and task; (a) and (b) show all"
        " there is",
        ("validity/ladders.csv", "controls.csv", "validity/correlations.csv", "validity/claims.csv"),
    )


def _count(climbed: pd.DataFrame) -> int:
    return 0 if climbed.empty else len(climbed.drop_duplicates(["task", "draw"]))


def _battles(claims: pd.DataFrame, design: StudyDesign) -> int:
    of_criterion = claims[(claims["instrument"] == design.instrument) & (claims["claim"] == CRITERION)]
    return int(of_criterion["n"].sum())


def _off_the_ladder(controls: pd.DataFrame) -> pd.DataFrame:
    return controls[(controls["faults"] == 0) & (controls["control"] != _REFERENCE)]


def _ladders(axes: Axes, climbed: pd.DataFrame) -> None:
    if not climbed.empty:
        table = climbed.pivot(index=["task", "draw"], columns="faults", values="CIS")
        rungs = table.columns.to_numpy(dtype=int)
        axes.plot(rungs, table.to_numpy(dtype=float).T, color=COLOURS[4], linewidth=0.5, alpha=0.6)
        axes.plot(rungs, table.mean(), color=INK, marker="o", markersize=3.5, linewidth=1.3, clip_on=False)
        axes.set_xticks(rungs)
    axes.set(yticks=SCORE_TICKS, ylim=(-0.02, 1.02), ylabel="CIS, from 0 to 1")
    axes.set_xlabel(f"Planted faults, n = {_count(climbed)} ladders")
    axes.grid(visible=False, axis="x")
    sns.despine(ax=axes)


def _controls(axes: Axes, planted: pd.DataFrame, controls: pd.DataFrame) -> None:
    means = planted.groupby("control")["CIS"].mean().sort_values(ascending=False, kind="stable")
    places = {str(name): place for place, name in enumerate(means.index)}
    reference = controls.loc[controls["control"] == _REFERENCE, "CIS"].mean()
    axes.axvline(reference, color=GREY, linestyle="--", linewidth=0.8)
    heights = planted["control"].map(places).to_numpy(dtype=float)
    sns.scatterplot(x=planted["CIS"], y=heights, color=COLOURS[0], s=9, alpha=0.6, linewidth=0, ax=axes)
    axes.plot(means, np.arange(len(means)), "|", color=INK, markersize=6, markeredgewidth=1.3)
    axes.set_yticks(range(len(places)), [name.replace("_", " ") for name in places])
    axes.set(ylim=(max(len(places), 1) - 0.5, -0.5), xticks=SCORE_TICKS, xlim=(-0.02, 1.02), ylabel="")
    axes.set_xlabel(f"CIS, n = {int(planted['n'].sum())} submissions")
    axes.grid(visible=False, axis="y")
    sns.despine(ax=axes, left=True)


def _correlations(axes: Axes, related: pd.DataFrame, names: dict[str, str]) -> None:
    rows = {name: place for place, name in enumerate(names)}
    axes.axvline(0, color=GREY, linewidth=0.6)
    for row in related.to_dict(orient="records"):
        if row["score"] not in _SCORES or pd.isna(row["rho"]):
            continue
        fill, shift = _SCORES[row["score"]]
        place = rows[row["with"]] + shift
        axes.hlines(place, row["low"], row["high"], color=INK, linewidth=1)
        axes.plot(row["rho"], place, "o", color=INK, fillstyle=fill, markerfacecoloralt="white", markersize=3.8)
    axes.set_yticks(range(len(names)), [wrapped(name, 22) for name in names.values()])
    axes.set(ylim=(len(names) - 0.5, -0.5), xlim=(-1.02, 1.02), xticks=(-1, -0.5, 0, 0.5, 1))
    axes.grid(visible=False, axis="y")
    sns.despine(ax=axes, left=True)
