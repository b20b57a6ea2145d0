"""How far the differences between contestants depend on the weights of the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.caption import Caption
from cis_study.figures.labels import wrapped
from cis_study.figures.style import COLOURS, COLUMN_MM, GREY, INK, MM, house_style
from cis_study.statistics.design import StudyDesign
from cis_study.validity.results import QUANTILES

_SPREAD = f"{100 * (QUANTILES['q975'] - QUANTILES['q025']):g}\u00a0%"


def draw(weights: pd.DataFrame, design: StudyDesign) -> Figure:
    """One row per pair of contestants: the difference under drawn weights, ours, and the share of the same order.

    Args:
        weights: of `cis_study.validity.weights`, all instruments; that of the design is drawn.
    """
    shown = weights[weights["instrument"] == design.instrument]
    rows = [{str(name): value for name, value in row.items()} for row in shown.to_dict(orient="records")]
    with house_style():
        size = (COLUMN_MM * MM, (16 + 9 * max(len(shown), 1)) * MM)
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        for place, row in enumerate(rows):
            axes.hlines(place, row["q025"], row["q975"], color=COLOURS[0], linewidth=1)
            axes.hlines(place, row["q25"], row["q75"], color=COLOURS[0], linewidth=4)
            axes.plot(row["median"], place, marker="|", color=INK, markersize=8, markeredgewidth=1.2)
            axes.plot(row["difference"], place, marker="o", color=COLOURS[1], markersize=4)
            text = "" if pd.isna(row["share"]) else f"{100 * row['share']:.0f}\u00a0%"
            axes.annotate(text, (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=6.5)
        if rows:
            axes.annotate("same\norder", (1.01, -0.5), xycoords=("axes fraction", "data"), va="bottom", fontsize=6.5)
        axes.axvline(0, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
        axes.set_yticks(range(len(shown)), [_pair(design, row) for row in rows])
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.set_xlabel("Difference in mean CIS" if len(shown) else "No components or no second contestant")
        axes.grid(visible=False, axis="y")
        sns.despine(ax=axes, left=True)
    return figure


def caption(design: StudyDesign, draws: int) -> Caption:
    """What `draw` shows; `draws` are the weights that were drawn."""
    pairs = len(design.models) * (len(design.models) - 1) // 2
    return Caption(
        "Differences in mean CIS between contestants under weights of the components that are drawn at random, every"
        f" vector of weights as likely as any other: {_SPREAD} (thin line) and half of the draws (thick), their median"
        " (tick), and the difference under our weights (dot). On the right the share of draws that keep our order.",
        f"{draws:,} draws of weights, {pairs} pair{'s' * (pairs != 1)} of contestants",
        "none: the lines are the spread over weights, not over battles",
        ("validity/weights.csv",),
    )


def _pair(design: StudyDesign, row: Mapping[str, Any]) -> str:
    labels = (design.contestant(str(row[name])).label for name in ("model", "reference"))
    return " −\n".join(wrapped(label, 22) for label in labels)
