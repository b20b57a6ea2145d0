"""The specification curve: every analysis of a difference in order, and under it the choices that make it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption
from cis_study.figures.style import COLOURS, INK, MM, house_style
from cis_study.reanalysis.choices import LEVELS, OWN

WIDTH_MM = 170
_CURVE_MM = 50
_ROW_MM = 3.1
_BELOW, _ABOVE = COLOURS[5], COLOURS[0]


def draw(table: pd.DataFrame) -> Figure:
    """One column per specification of one pair of runs, as `multiverse` gives them.

    Above: difference and Welch's interval, filled where the interval leaves out 0; the published analysis has a ring.
    Below: a mark at the level of each choice; a specification that does not make a choice has none.
    """
    rows = [(choice, level) for choice in LEVELS for level in LEVELS[choice] if table[choice].nunique() > 1]
    rows = [(choice, level) for choice, level in rows if (table[choice] == level).any()]
    height_mm = _ROW_MM * (len(rows) + 2.4 * len({choice for choice, _ in rows}))
    with house_style():
        figure, (curve, choices) = plt.subplots(
            2,
            1,
            figsize=(WIDTH_MM * MM, (_CURVE_MM + height_mm + 8) * MM),
            sharex=True,
            layout="constrained",
            height_ratios=[_CURVE_MM, height_mm],
        )
        _curve(curve, table)
        _choices(choices, table, rows)
    return figure


def caption(table: pd.DataFrame) -> Caption:
    """What `draw` shows."""
    first = table.iloc[0]
    return Caption(
        f"{first['run']} less {first['reference']} in every analysis. Filled: the interval leaves out 0; the ring is"
        " the analysis as published. The marks below say what each analysis chose.",
        f"{len(table)} specifications",
        "Welch's, of each specification",
        ("tables/specifications.csv",),
    )


def _curve(axes: Axes, table: pd.DataFrame) -> None:
    x = np.arange(len(table))
    difference, low, high = (table[name].to_numpy(dtype=float) for name in ("difference", "low", "high"))
    colours = np.where(difference > 0, _ABOVE, _BELOW)
    axes.vlines(x, low, high, colors=list(colours), linewidth=0.6, alpha=0.5)
    decided = (low > 0) | (high < 0)
    for chosen, style in ((decided, {"marker": "o"}), (~decided, {"marker": "o", "facecolors": "white"})):
        marks: dict[str, Any] = {"s": 6, "linewidths": 0.6, "zorder": 3, **style}
        axes.scatter(x[chosen], difference[chosen], **_coloured(marks, colours[chosen]))
    axes.axhline(0, color=INK, linewidth=0.7)
    published = (table["score"] == OWN) & np.logical_and.reduce(
        [table[choice] == levels[0] for choice, levels in LEVELS.items() if choice != "score"]
    )
    for place in x[published.to_numpy(dtype=bool)]:
        axes.scatter(place, difference[place], s=45, facecolors="none", edgecolors=INK, linewidths=0.9, zorder=4)
        axes.annotate("as published", (place, difference[place]), (0, 22), textcoords="offset points", ha="center",
                      arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": INK, "shrinkB": 4})  # fmt: skip
    first = table.iloc[0]
    # A name comes from a file: no formula, and no longer than the axis.
    axes.set_ylabel(f"{first['run'][:30]} −\n{first['reference'][:30]}", parse_math=False)
    axes.grid(visible=False, axis="x")
    sns.despine(ax=axes, bottom=True)


def _coloured(marks: dict[str, Any], colours: Any) -> dict[str, Any]:
    return {**marks, "edgecolors": colours} if "facecolors" in marks else {**marks, "c": colours}


def _choices(axes: Axes, table: pd.DataFrame, rows: list[tuple[str, str]]) -> None:
    places: list[float] = []
    labels: list[str] = []
    y = 0.0
    for number, (choice, level) in enumerate(rows):
        if number == 0 or rows[number - 1][0] != choice:
            y += 1.4
            places, labels = [*places, y], [*labels, choice]
        y += 1
        x = np.flatnonzero((table[choice] == level).to_numpy(dtype=bool))
        colours = np.where(table["difference"].to_numpy(dtype=float)[x] > 0, _ABOVE, _BELOW)
        axes.vlines(x, y - 0.36, y + 0.36, colors=list(colours), linewidth=0.7)
        places, labels = [*places, y], [*labels, level]
    axes.set_yticks(places, labels)
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() in LEVELS else "normal")
    axes.set_ylim(y + 0.8, 0.6)
    axes.set_xlim(-1.5, len(table) + 0.5)
    axes.set_xlabel(f"{len(table)} specifications in order of the difference")
    axes.set_xticks([])
    axes.grid(visible=False)
    sns.despine(ax=axes, left=True, bottom=True)
