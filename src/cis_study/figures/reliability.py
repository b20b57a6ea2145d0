"""How well contestants' means would order them in other designs."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from cis_study.figures.caption import Caption, span
from cis_study.figures.style import COLOURS, COLUMN_MM, INK, MARKERS, MM, house_style
from cis_study.statistics.design import StudyDesign


def draw(dstudy: pd.DataFrame, design: StudyDesign) -> Figure:
    """Curves of the coefficient over tasks like these, by number of tasks, one for each number of replicates.

    The dashed line is the number of tasks of the study.

    Args:
        dstudy: of `cis_study.validity.reliability`, all instruments; that of the design is drawn.
    """
    shown = dstudy[dstudy["instrument"] == design.instrument]
    with house_style():
        figure, axes = plt.subplots(figsize=(COLUMN_MM * MM, 58 * MM), layout="constrained")
        if shown.empty:
            axes.set_xlabel("It takes two contestants, two tasks and two replicates")
            return figure
        for place, (replicates, curve) in enumerate(shown.groupby("replicates")):
            label = f"{replicates} replicate{'s' * (replicates != 1)}"
            (line,) = axes.plot(curve["tasks"], curve["relative"], label=label, markersize=3.2, linewidth=1)
            line.set(color=COLOURS[place % len(COLOURS)], marker=MARKERS[place % len(MARKERS)])
        axes.axvline(len(design.tasks), color=INK, linewidth=0.6, linestyle=(0, (3, 2)))
        ticks = sorted(set(shown["tasks"]))
        axes.set_xscale("log", base=2)
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_ylim(min(0.5, shown["relative"].min() - 0.02), 1.005)
        axes.set_xlabel(f"Tasks (estimated from n = {len(design.models)} contestants on {len(design.tasks)} tasks)")
        axes.set_ylabel("Generalizability coefficient, from 0 to 1")
        axes.legend(loc="lower right", frameon=False)
        sns.despine(ax=axes)
    return figure


def caption(design: StudyDesign) -> Caption:
    """What `draw` shows."""
    return Caption(
        "Generalizability coefficient of contestants' mean CIS over tasks like these, by number of tasks and of"
        " replicates: the share of the variance of means that is due to contestants. The dashed line marks the tasks of"
        " this study.",
        f"variances from {len(design.models)} contestants on {len(design.tasks)} tasks,"
        f" {span(design.replicates.values())} replicates each",
        "none: the curves are what the estimated variances give",
        ("validity/dstudy.csv",),
    )
