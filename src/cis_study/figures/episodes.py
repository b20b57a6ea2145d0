"""Success in episodes, and CIS beside it."""

from __future__ import annotations

from typing import Literal

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cis_study.figures.caption import Caption, confidence, span
from cis_study.figures.labels import model_label
from cis_study.figures.style import COLUMN_MM, MM, SCORE_TICKS, house_style, model_colours, model_markers
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.episodes import PRIMARY_PROTOCOL

_KINDS: dict[str, Literal["full", "none"]] = {"implement": "full", "repair": "none"}
"""Fill of the marker."""
_STEP = 0.22
_PASSED = "Share of unseen\ncases passed"


def draw(episodes: pd.DataFrame, models: pd.DataFrame, design: StudyDesign) -> Figure:
    """Share of unseen cases passed by contestant and kind, and the same against CIS; intervals on both axes.

    Args:
        episodes: as of `episode_table`; the model-neutral protocol is drawn.
        models: with `model, CIS, CIS_low, CIS_high`.
    """
    drawn = _drawn(episodes)
    cis = models.set_index("model")[["CIS", "CIS_low", "CIS_high"]].astype(float)
    colours, markers = model_colours(design.models), model_markers(design.models)
    with house_style():
        size = (COLUMN_MM * MM, max(48, 30 + 9 * len(design.models)) * MM)
        figure, (success, against) = plt.subplots(1, 2, figsize=size, layout="constrained", width_ratios=(3, 2))
        for _, row in drawn.iterrows():
            model, kind = row["model"], row["kind"]
            look = {"color": colours[model], "marker": markers[model], "fillstyle": _KINDS[kind], "markersize": 4}
            place = design.models.index(model) + (_STEP if kind == "repair" else -_STEP) / 2
            success.hlines(place, row["hidden_low"], row["hidden_high"], color=colours[model], linewidth=1.2)
            success.plot(row["hidden"], place, **look)
            mean, low, high = cis.loc[model]
            against.hlines(row["hidden"], low, high, color=colours[model], linewidth=0.8)
            against.vlines(mean, row["hidden_low"], row["hidden_high"], color=colours[model], linewidth=0.8)
            against.plot(mean, row["hidden"], **look)
        success.set_yticks(range(len(design.models)), [model_label(design, model) for model in design.models])
        success.set_ylim(len(design.models) - 0.5, -0.5)
        success.set_xlabel(_PASSED)
        success.grid(visible=False, axis="y")
        against.set_xlabel("Mean CIS")
        against.set_ylabel(_PASSED)
        _name_kinds(figure, drawn)
        for axes in (success, against):
            _finish(axes)
    return figure


def caption(episodes: pd.DataFrame, alpha: float) -> Caption:
    """What `draw` shows."""
    drawn = _drawn(episodes)
    graded = int(drawn["n_graded"].sum())
    return Caption(
        "Work in episodes. Left: share of the unseen cases that contestants' hand-ins pass, by kind of episode. Right:"
        " the same against the contestant's mean CIS in battles. Every task weighs the same. Only the tool protocol"
        " that is the same for everybody is drawn.",
        f"{graded} graded episodes, {span(drawn['n_graded'])} per contestant and kind",
        f"{confidence(alpha)}; of episodes percentile, of CIS BCa bootstrap, resampled within contestant and task",
        ("statistics/episodes.csv", "statistics/models.csv"),
    )


def _drawn(episodes: pd.DataFrame) -> pd.DataFrame:
    return episodes[(episodes["tool_protocol"] == PRIMARY_PROTOCOL) & episodes["hidden"].notna()]


def _name_kinds(figure: Figure, drawn: pd.DataFrame) -> None:
    counts = {kind: span(drawn.loc[drawn["kind"] == kind, "n_graded"]) for kind in _KINDS}
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            color="#555555",
            fillstyle=fill,
            markersize=4,
            label=f"{kind}, n = {counts[kind]} each",
        )
        for kind, fill in _KINDS.items()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, handletextpad=0.2)


def _finish(axes: Axes) -> None:
    axes.set_xticks(SCORE_TICKS[::2] if axes.get_ylabel() else SCORE_TICKS)
    axes.set_xlim(-0.03, 1.03)
    if axes.get_ylabel():
        axes.set_yticks(SCORE_TICKS)
        axes.set_ylim(-0.03, 1.03)
    sns.despine(ax=axes, left=not axes.get_ylabel())
