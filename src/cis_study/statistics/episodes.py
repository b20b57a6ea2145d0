"""Episodes: how often contestants solve them, and what that has to do with CIS, at three levels kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.resampling import Floats, bootstrap_means, percentile_interval, stream
from cis_study.statistics.settings import AnalysisSettings

ARM = ["kind", "tool_protocol"]
PRIMARY_PROTOCOL = "fenced"
LEVELS = ("between models", "across tasks", "within model and task")
_POWER = 0.8
_MIN_UNITS = 5
"""Fewer models or tasks than this carry no interval: a correlation of so few is a picture, not an estimate."""


def episode_table(outcomes: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per model, kind and tool protocol; tasks weigh the same.

    Columns: `n_planned, n_graded, solved, solved_low, solved_high, hidden, hidden_low, hidden_high, unread_share,
    invalid_share, steps, recovered, regressions, completion_tokens`. `unread_share` is the share of turns in which no
    call could be read, `recovered` the share of episodes with a failed run of the tests that a green one followed.
    """
    rows = []
    for model in design.models:
        for arm, planned in outcomes[outcomes["model"] == model].groupby(ARM, sort=True):
            graded = planned[planned["solved"].notna()]
            rows.append(
                {
                    "model": model,
                    **dict(zip(ARM, arm, strict=True)),
                    "n_planned": len(planned),
                    "n_graded": len(graded),
                    **_estimates(graded, (model, *map(str, arm)), settings),
                    "unread_share": graded["unread_calls"].sum() / max(1, graded["steps"].sum()),
                    "invalid_share": graded["invalid_calls"].sum() / max(1, graded["steps"].sum()),
                    "steps": graded["steps"].mean(),
                    "recovered": graded["recovered"].dropna().astype(float).mean(),
                    "regressions": graded["regressions"].dropna().astype(float).mean(),
                    "completion_tokens": graded["completion_tokens"].mean(),
                }
            )
    return pd.DataFrame(rows)


def _estimates(graded: pd.DataFrame, names: tuple[str, ...], settings: AnalysisSettings) -> dict[str, float]:
    values = pd.DataFrame(
        {
            "task": graded["task"],
            "replicate": graded["replicate"],
            "solved": graded["solved"].astype(float),
            "hidden": graded["hidden_passed"].astype(float) / graded["hidden_total"],
        }
    ).sort_values(["task", "replicate"])
    means, resampled = [], []
    for task, cell in values.groupby("task", sort=True):
        scores = cell[["solved", "hidden"]].to_numpy(dtype=np.float64)
        means.append(scores.mean(axis=0))
        rng = stream(settings.seed, "episodes", *names, str(task))
        resampled.append(bootstrap_means(scores, settings.bootstrap_resamples, rng))
    found: dict[str, float] = {}
    for column, name in enumerate(("solved", "hidden")):
        low, high = np.nan, np.nan
        if resampled:
            low, high = percentile_interval(np.mean(resampled, axis=0)[:, column], settings.alpha)
        found |= {
            name: float(np.mean(means, axis=0)[column]) if means else np.nan,
            f"{name}_low": low,
            f"{name}_high": high,
        }
    return found


class _Pairs(NamedTuple):
    """Battles and episodes of the same model, task and replicate, centred at one level."""

    predictors: Floats
    """Shape (n, 2): CIS, hidden-case pass rate of the battle."""
    success: Floats
    """Shape (n,): hidden-case pass rate of the episode."""
    cluster: NDArray[np.integer[Any]]
    """Shape (n,): what is resampled together."""
    group_sizes: list[int]
    """Pairs in each group that was centred."""


def relation_table(scores: pd.DataFrame, outcomes: pd.DataFrame, settings: AnalysisSettings) -> pd.DataFrame:
    """CIS of battles against episodes, one row per kind and level.

    Columns: `kind, level, n, rho, low, high, beyond, beyond_low, beyond_high, detectable`. rho is the correlation of
    CIS with the share of unseen cases that the episode's hand-in passes. Between models it is that of their means, and
    nothing more; across tasks that of cell means centred within each model; within model and task that of battle
    and episode of one replicate, centred within each cell, which is the repeated-measures correlation of Bakdash &
    Marusich (2017, Front. Psychol. 8:456). `beyond` is the partial correlation given the pass rate of the battle
    itself: what CIS adds to it. Intervals resample tasks, or model x task cells; between models, and with fewer than
    five units, there are none. `detectable` is the smallest true correlation that 80 % of studies of this size would
    tell from 0, from simulation; null without an interval.
    """
    battles = scores.loc[scores["CIS"].notna(), ["model", "task", "replicate", "CIS", "hidden"]]
    neutral = outcomes[(outcomes["tool_protocol"] == PRIMARY_PROTOCOL) & outcomes["solved"].notna()]
    rows = []
    for kind, played in neutral.groupby("kind", sort=True):
        success = played["hidden_passed"].astype(float) / played["hidden_total"]
        pairs = battles.merge(played.assign(success=success)[["model", "task", "replicate", "success"]])
        for level, units in zip(LEVELS, _levels(pairs), strict=True):
            rng = stream(settings.seed, "relation", str(kind), level)
            rows.append({"kind": kind, "level": level, **_related(units, level != LEVELS[0], settings, rng)})
    return pd.DataFrame(rows)


def _levels(pairs: pd.DataFrame) -> list[_Pairs]:
    columns = ["CIS", "hidden", "success"]
    models = pairs.groupby("model", sort=True)[columns].mean().reset_index()
    cells = pairs.groupby(["model", "task"], sort=True)[columns].mean().reset_index()
    cells[columns] -= cells.groupby("model")[columns].transform("mean")
    within = pairs.sort_values(["model", "task", "replicate"]).copy()
    within[columns] -= within.groupby(["model", "task"])[columns].transform("mean")
    models[columns] -= models[columns].mean()
    return [
        _pairs(models, ["model"], []),
        _pairs(cells, ["task"], ["model"]),
        _pairs(within, ["model", "task"], ["model", "task"]),
    ]


def _pairs(frame: pd.DataFrame, cluster: list[str], centred_in: list[str]) -> _Pairs:
    return _Pairs(
        frame[["CIS", "hidden"]].to_numpy(dtype=np.float64),
        frame["success"].to_numpy(dtype=np.float64),
        frame.groupby(cluster, sort=True).ngroup().to_numpy(),
        frame.groupby(centred_in).size().tolist() if centred_in else [len(frame)],
    )


def _related(pairs: _Pairs, estimated: bool, settings: AnalysisSettings, rng: np.random.Generator) -> dict[str, float]:
    clusters = np.unique(pairs.cluster)
    rho, beyond = correlations(pairs.predictors, pairs.success)
    found = {"n": len(pairs.success), "rho": rho, "low": np.nan, "high": np.nan}
    found |= {"beyond": beyond if estimated else np.nan, "beyond_low": np.nan, "beyond_high": np.nan}
    found["detectable"] = np.nan
    if not estimated or len(clusters) < _MIN_UNITS or not np.isfinite(rho):
        return found
    members = [np.flatnonzero(pairs.cluster == cluster) for cluster in clusters]
    drawn = _resampled(pairs, members, settings.bootstrap_resamples, rng)
    for column, name in enumerate(("", "beyond_")):
        known = drawn[np.isfinite(drawn[:, column]), column]
        if len(known) > len(drawn) / 2:
            found[f"{name}low"], found[f"{name}high"] = percentile_interval(known, settings.alpha)
    found["detectable"] = detectable(pairs.group_sizes, settings.alpha, rng)
    return found


def _resampled(pairs: _Pairs, members: Sequence[NDArray[np.intp]], resamples: int, rng: np.random.Generator) -> Floats:
    drawn = np.empty((resamples, 2))
    for row in range(resamples):
        picks = np.concatenate([members[index] for index in rng.integers(0, len(members), len(members))])
        drawn[row] = correlations(pairs.predictors[picks], pairs.success[picks])
    return drawn


def correlations(predictors: Floats, success: Floats) -> tuple[float, float]:
    """Correlation of the first predictor with success, and its partial one given the second; NaN where undefined.

    All columns are centred already, at the level the correlation speaks of.
    """
    cis, hidden = predictors.T
    r_success, r_hidden, r_both = _r(cis, success), _r(hidden, success), _r(cis, hidden)
    if not np.isfinite(r_hidden) or not np.isfinite(r_both):
        return r_success, np.nan
    scale = np.sqrt((1 - r_hidden**2) * (1 - r_both**2))
    return r_success, float((r_success - r_hidden * r_both) / scale) if scale > 1e-6 else np.nan


def _r(a: Floats, b: Floats) -> float:
    scale = np.sqrt((a @ a) * (b @ b))
    return float((a @ b) / scale) if scale > 1e-12 else np.nan


def detectable(sizes: Sequence[int], alpha: float, rng: np.random.Generator, studies: int = 400) -> float:
    """Smallest correlation, in steps of 0.05, that 80 % of simulated studies tell from 0; NaN where 0.95 is too small.

    A study draws pairs of normal values with that correlation, centres them within groups of these sizes, and tests by
    Fisher's z with the degrees of freedom of the repeated-measures correlation, pairs - groups - 1.
    """
    group = np.repeat(np.arange(len(sizes)), sizes)
    freedom = len(group) - len(sizes) - 1
    if freedom < 2:
        return np.nan
    limit = norm.ppf(1 - alpha / 2)
    for rho in np.arange(0.05, 0.96, 0.05):
        first, noise = rng.standard_normal((2, studies, len(group)))
        pair = [first, rho * first + np.sqrt(1 - rho**2) * noise]
        a, b = (values - _group_means(values, group, sizes) for values in pair)
        r = (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
        if np.mean(np.abs(np.arctanh(r)) * np.sqrt(freedom - 1) > limit) >= _POWER:
            return float(round(rho, 2))
    return np.nan


def _group_means(values: Floats, group: NDArray[np.intp], sizes: Sequence[int]) -> Floats:
    """Each value's group mean; shape (studies, n)."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    means: Floats = np.add.reduceat(values, starts, axis=1) / np.asarray(sizes)
    spread: Floats = means[:, group]
    return spread
