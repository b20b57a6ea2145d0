"""Speed of generation, how long a battle took, and how much memory the engine used."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cis_study.battles.performance import Performance
from cis_study.battles.telemetry import GenerationJob
from cis_study.figures.caption import Caption
from cis_study.figures.labels import model_label
from cis_study.figures.style import COLUMN_MM, GREY, INK, MM, house_style, model_colours, model_markers
from cis_study.statistics.design import StudyDesign

_BAND = "#dddddd"
_TITLES = ("Output tokens\nper second", "Seconds per\nbattle", "Peak GPU\nmemory, GB")


def draw(performances: Sequence[Performance], design: StudyDesign) -> Figure:
    """One row per generation job, the weakest model on top: output speed, seconds per battle, memory.

    A panel of which nothing was measured says so.
    """
    colours, markers = model_colours(design.models), model_markers(design.models)
    with house_style():
        size = (COLUMN_MM * MM, (19 + 10 * max(len(performances), 1)) * MM)
        figure, panels = plt.subplots(1, 3, figsize=size, sharey=True, layout="constrained")
        speed, latency, memory = panels
        for row, (job, expected) in enumerate(performances):
            look = {"marker": markers[job.model], "color": colours[job.model], "markersize": 4}
            if expected:
                width = expected.high_tokens_per_s - expected.low_tokens_per_s
                speed.barh(row, width, left=expected.low_tokens_per_s, height=0.5, color=_BAND)
                speed.vlines(expected.roofline_tokens_per_s, row - 0.25, row + 0.25, color=INK, linewidth=1)
            if job.tokens_per_s is not None:
                speed.plot(job.tokens_per_s, row, **look)
            if times := job.latency_s:
                latency.hlines(row, times.p50, times.p99, color=colours[job.model], linewidth=1.2)
                latency.plot([times.p90, times.p99], [row, row], "|", color=colours[job.model], markersize=6)
                latency.plot(times.p50, row, **look)
            if job.gpu_memory_peak_bytes is not None:
                memory.barh(row, job.gpu_memory_peak_bytes / 1e9, height=0.3, color=colours[job.model])
        speed.set_yticks(range(len(performances)), [_label(design, job) for job, _ in performances])
        speed.set_ylim(max(len(performances), 1) - 0.5, -0.5)
        for axes, title in zip(panels, _TITLES, strict=True):
            _finish(axes, title)
    return figure


def caption(performances: Sequence[Performance]) -> Caption:
    """What `draw` shows."""
    battles = sum(job.battles for job, _ in performances)
    return Caption(
        "What each generation job took. Left: output tokens per second of all requests together, with the range that is"
        " expected (grey) and the roofline of memory traffic (line) where the engine ran on a GPU of known bandwidth."
        " Middle: seconds from request to reply, the median (symbol) and what the slowest tenth and the slowest"
        " hundredth take at least (ticks). Right: most memory of the GPU in use.",
        f"{len(performances)} jobs, {battles:,} battles; replicates and battles of a job beside its name",
        "none: every job is shown",
        ("telemetry/", "tables/throughput.csv"),
    )


def _label(design: StudyDesign, job: GenerationJob) -> str:
    return f"{model_label(design, job.model)}\n{job.block.replace('-', '–')}, n = {job.battles}"


def _finish(axes: Axes, title: str) -> None:
    axes.set_xlabel(title)
    axes.grid(visible=False, axis="y")
    sns.despine(ax=axes, left=True)
    if not axes.has_data():
        axes.set_xticks([])
        axes.annotate("not measured", (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", color=GREY)
        return
    axes.margins(x=0.08)
    axes.autoscale_view()
    ticks = MaxNLocator(2).tick_values(0, axes.get_xlim()[1])
    axes.set(xticks=ticks, xlim=(0, ticks[-1]))
