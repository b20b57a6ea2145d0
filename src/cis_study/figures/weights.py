"""How far the differences between contestants depend on the weights of the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.figures.labels import wrapped
from cis_study.figures.style import COLOURS, COLUMN_MM, INK, MM, house_style
from cis_study.statistics.design import StudyDesign


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
        axes.axvline(0, color="#999999", linewidth=0.6, linestyle=(0, (3, 2)))
        axes.set_yticks(range(len(shown)), [_pair(design, row) for row in rows])
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.set_xlabel("Difference in mean CIS" if len(shown) else "No components or no second contestant")
        axes.grid(visible=False, axis="y")
        sns.despine(ax=axes, left=True)
    return figure


def _pair(design: StudyDesign, row: Mapping[str, Any]) -> str:
    labels = (design.contestant(str(row[name])).label for name in ("model", "reference"))
    return " −\n".join(wrapped(label, 22) for label in labels)
