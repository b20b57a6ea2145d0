"""Smallest difference that a design can find, against replicates and number of tasks."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cis_study.figures.caption import Caption
from cis_study.figures.style import COLOURS, COLUMN_MM, INK, MARKERS, MM, house_style
from cis_study.statistics.power_settings import BETWEEN, FIXED, RANDOM, WITHIN, Simulated

_PANELS = ((FIXED, WITHIN), (RANDOM, BETWEEN))
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
_BEYOND = 2.2
"""Place of endless replicates, as a multiple of the most that were simulated."""


def draw(table: pd.DataFrame, settings: Simulated) -> Figure:
    """One panel per estimand, one line per number of tasks; a ring for the study's own design.

    Args:
        table: as of `power_table`; a design that finds nothing has no point.
        settings: those the table was made with.
    """
    ticks, tasks = sorted(settings.replicates), sorted(settings.tasks)
    beyond = _BEYOND * ticks[-1]
    placed = table.assign(replicates=table["replicates"].replace(np.inf, beyond))
    in_grid = placed["tasks"].isin(tasks) & placed["replicates"].isin([*ticks, beyond])
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(tasks))]
    markers = [MARKERS[index % len(MARKERS)] for index in range(len(tasks))]
    palette = colours if len(table) else None
    with house_style():
        size = (COLUMN_MM * MM, 68 * MM)
        figure, panels = plt.subplots(1, 2, figsize=size, layout="constrained", sharex=True, sharey=True)
        for axes, (estimand, test) in zip(panels, _PANELS, strict=True):
            shown = (placed["estimand"] == estimand) & (placed["test"] == test)
            sns.lineplot(
                placed[shown & in_grid], x="replicates", y="detectable", hue="tasks", hue_order=tasks, palette=palette,
                style="tasks", style_order=tasks, markers=markers, dashes=False, markersize=4, markeredgewidth=0,
                linewidth=0.9, errorbar=None, legend=False, ax=axes,
            )  # fmt: skip
            own = placed[shown & placed["configured"].astype(bool)]
            axes.plot(own["replicates"], own["detectable"], "o", color=INK, fillstyle="none", markersize=7, zorder=5)
            axes.axhline(settings.effect, color=INK, linewidth=0.6, linestyle=(0, (3, 2)))
            axes.set_title(estimand.capitalize())
            axes.set_xlabel("Replicates per task")
            _scale(axes, ticks, beyond)
        _name_lines(figure, tasks, colours, markers)
        panels[0].set_ylabel("Smallest difference in CIS found")
    return figure


def caption(settings: Simulated) -> Caption:
    """What `draw` shows."""
    return Caption(
        "Smallest difference in CIS that a design finds with power"
        f" {settings.target:g} after Holm's adjustment, by replicates and number of tasks, for claims on these tasks"
        " and over tasks like these. ∞: replicates without end. The dashed line is the smallest difference that"
        f" matters, {settings.effect:g}, a ring the design of this study. A design that finds none has no point.",
        f"{settings.studies:,} simulated studies per design",
        "none drawn; Monte Carlo standard errors stand in the table of the same name",
        ("statistics/power.csv", "statistics/power.json"),
    )


def _name_lines(figure: Figure, tasks: list[int], colours: list[str], markers: list[str]) -> None:
    handles = [
        Line2D(
            [], [], color=colour, marker=marker, markersize=4, linewidth=0.9, label=f"{count} task{'s' * (count > 1)}"
        )
        for count, colour, marker in zip(tasks, colours, markers, strict=True)
    ]
    ring = Line2D([], [], color=INK, marker="o", fillstyle="none", linestyle="none", markersize=7, label="this study")
    figure.legend(handles=[*handles, ring], loc="outside upper center", ncols=3, frameon=False)


def _scale(axes: Axes, ticks: list[int], beyond: float) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([*ticks, beyond], [*(f"{tick:g}" for tick in ticks), "∞"], minor=False)
    axes.set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    axes.minorticks_off()
    axes.set_ylim(_TICKS[0], _TICKS[-1])
    sns.despine(ax=axes)
