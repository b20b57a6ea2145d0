"""Speed of generation and how long a battle took."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cis_study.battles.performance import Performance
from cis_study.figures.labels import model_label
from cis_study.figures.style import COLUMN_MM, INK, MM, house_style, model_colours, model_markers
from cis_study.statistics.design import StudyDesign

_BAND = "#dddddd"


def draw(performances: Sequence[Performance], design: StudyDesign) -> Figure:
    """One row per generation job, the weakest model on top: output speed, and seconds per battle beside it."""
    colours, markers = model_colours(design.models), model_markers(design.models)
    with house_style():
        size = (COLUMN_MM * MM, (16 + 10 * len(performances)) * MM)
        figure, (speed, latency) = plt.subplots(1, 2, figsize=size, sharey=True, layout="constrained")
        for row, (job, expected) in enumerate(performances):
            colour, marker = colours[job.model], markers[job.model]
            if expected:
                width = expected.high_tokens_per_s - expected.low_tokens_per_s
                speed.barh(row, width, left=expected.low_tokens_per_s, height=0.5, color=_BAND)
                speed.vlines(expected.roofline_tokens_per_s, row - 0.25, row + 0.25, color=INK, linewidth=1)
            speed.plot(job.tokens_per_s, row, marker=marker, color=colour, markersize=4)
            if times := job.latency_s:
                latency.hlines(row, times.p50, times.p99, color=colour, linewidth=1.2)
                latency.plot([times.p90, times.p99], [row, row], "|", color=colour, markersize=6)
                latency.plot(times.p50, row, marker=marker, color=colour, markersize=4)
        labels = [f"{model_label(design, job.model)}\n{job.block.replace('-', '–')}" for job, _ in performances]
        speed.set_yticks(range(len(performances)), labels)
        speed.set_ylim(len(performances) - 0.5, -0.5)
        speed.set_xlabel("Output tokens per second")
        latency.set_xlabel("Seconds per battle")
        for axes in (speed, latency):
            _finish(axes)
    return figure


def _finish(axes: Axes) -> None:
    axes.margins(x=0.08)
    axes.autoscale_view()
    _, right = axes.set_xlim(left=0)
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= right])
    axes.grid(visible=False, axis="y")
    sns.despine(ax=axes, left=True)
