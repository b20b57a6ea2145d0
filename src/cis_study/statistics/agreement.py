"""Agreement of judges, human raters and CIS over the submissions of contestants (the question C-NEW-002)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cis_study.judging.rubric import ASPECTS
from cis_study.statistics.coefficients import (
    absolute_agreement,
    fisher_interval,
    mean_absolute_error,
    moments,
    pairs_needed,
    pearson,
    weighted_kappa,
)
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import COUNTS, LEFT_OUT
from cis_study.statistics.panel import Bench, filled, opinions, pairs
from cis_study.statistics.resampling import Floats, Interval, cluster_draws, defined_interval, stream
from cis_study.statistics.settings import AnalysisSettings

COMPONENTS = ("overall", *ASPECTS)
"""`overall` is the mean of the four aspects beside CIS."""
SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "not decided"


def agreement_table(
    ratings: pd.DataFrame,
    scores: pd.DataFrame,
    design: StudyDesign,
    passed: Sequence[str],
    points: Sequence[float],
    settings: AnalysisSettings,
) -> pd.DataFrame:
    """One row per pair and component.

    Pairs: panel, human raters (their mean), every judge and every human with CIS; panel and every judge with the human
    raters; every two humans. A judge never counts on contestants of its own vendor, here as in the panel.

    Columns: `first, second, component, n, clusters`; `r` with the bootstrap interval `r_low, r_high` over clusters of
    author and task and the Fisher interval `z_low, z_high`; `mae` and `kappa` with bootstrap intervals; `icc` with the
    interval of pingouin; `outcome` of the gate, by both intervals of r; `needed`, the pairs with which such an r would
    decide; `r_if_0, r_if_1`, r with every missing judgement at 0 and at 1; `standing` of a judge, else empty.

    Args:
        ratings: as of `load_ratings`.
        scores: as of `load_scores`.
        passed: judges whose calibration holds.
        points: of the scale, ascending; kappa is that of ratings rounded to them.
    """
    submissions = ratings[ratings["author"].isin(design.models) & (ratings["condition"] == "plain")]
    humans = sorted(submissions.loc[submissions["kind"] == "human", "rater"].unique())
    bench = Bench([judge.name for judge in design.judges], humans, passed)
    known = opinions(submissions, scores, design, bench)
    bounds = [opinions(filled(submissions, value), scores, design, bench) for value in (0.0, 1.0)]
    rows = []
    for first, second in pairs(known, bench):
        for component in COMPONENTS:
            values = _joined(known, first, second, component)
            row: dict[str, Any] = {"first": first, "second": second, "component": component}
            row |= _estimates(values, np.asarray(points), settings, (second, component))
            for name, bound in zip(("r_if_0", "r_if_1"), bounds, strict=True):
                row[name] = float(pearson(_sums(_joined(bound, first, second, component)).sum(axis=0)))
            row["standing"] = (COUNTS if first in passed else LEFT_OUT) if first in bench.judges else ""
            rows.append(row)
    return pd.DataFrame(rows, columns=columns())


def columns() -> list[str]:
    """Columns of the table, in order."""
    intervals = ["r", "r_low", "r_high", "z_low", "z_high", "mae", "mae_low", "mae_high"]
    more = ["kappa", "kappa_low", "kappa_high", "icc", "icc_low", "icc_high"]
    rest = ["outcome", "needed", "r_if_0", "r_if_1", "standing"]
    return ["first", "second", "component", "n", "clusters", *intervals, *more, *rest]


def outcome(intervals: Sequence[Interval], gate: float) -> str:
    """`supported` where every interval reaches the gate, `contradicted` where every one stays below it."""
    if all(interval.low >= gate for interval in intervals):
        return SUPPORTED
    return CONTRADICTED if all(interval.high < gate for interval in intervals) else UNDECIDED


def _joined(known: Mapping[str, pd.DataFrame], first: str, second: str, component: str) -> pd.DataFrame:
    """Submissions rated by both, sorted; columns `first, second`."""
    sides = {"first": known[first][component], "second": known[second][component]}
    return pd.concat(sides, axis=1, join="inner").sort_index()


def _sums(values: pd.DataFrame) -> Floats:
    cluster = values.groupby(["author", "task"], sort=True).ngroup().to_numpy()
    first, second = values.to_numpy(dtype=np.float64).T
    return moments(first, second, cluster)


def _estimates(
    values: pd.DataFrame, points: Floats, settings: AnalysisSettings, names: tuple[str, ...]
) -> dict[str, Any]:
    sums, rounded = _sums(values), _sums(_to_points(values, points))
    draws = None
    if len(sums) > 1:
        rng = stream(settings.seed, "agreement", *names)
        draws = cluster_draws(len(sums), settings.bootstrap_resamples, rng)
    row: dict[str, Any] = {"n": len(values), "clusters": len(sums)}
    intervals = {}
    for name, statistic, of in (
        ("r", pearson, sums),
        ("mae", mean_absolute_error, sums),
        ("kappa", weighted_kappa, rounded),
    ):
        row[name] = float(statistic(of.sum(axis=0)))
        intervals[name] = Interval(np.nan, np.nan)
        if draws is not None:
            intervals[name] = defined_interval(statistic(draws @ of), settings.alpha)
    row["icc"], intervals["icc"] = absolute_agreement(values.to_numpy(dtype=np.float64))
    intervals["z"] = fisher_interval(row["r"], len(values), settings.alpha)
    for name, interval in intervals.items():
        row |= {f"{name}_low": interval.low, f"{name}_high": interval.high}
    gate = settings.judging.agreement
    row["outcome"] = outcome([intervals["r"], intervals["z"]], gate)
    row["needed"] = pairs_needed(row["r"], gate, settings.alpha)
    return row


def _to_points(values: pd.DataFrame, points: Floats) -> pd.DataFrame:
    """Every value at the nearest point of the scale, the lower of two that are as near."""
    nearest = np.abs(values.to_numpy(dtype=np.float64)[:, :, np.newaxis] - points).argmin(axis=2)
    return pd.DataFrame(points[nearest], index=values.index, columns=values.columns)
