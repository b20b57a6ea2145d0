"""The gates that a judge has to pass on controls before its ratings count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cis_study.judging.rubric import ASPECTS
from cis_study.scoring.controls import Controls
from cis_study.statistics import ladder, retest
from cis_study.statistics.coefficients import weighted_kappa
from cis_study.statistics.krippendorff import alpha
from cis_study.statistics.ratings import exhibit_means
from cis_study.statistics.resampling import (
    Floats,
    Interval,
    bootstrap_means,
    cluster_draws,
    defined_interval,
    percentile_interval,
    stream,
)
from cis_study.statistics.settings import AnalysisSettings

COLUMNS = ["judge", "gate", "part", "value", "low", "high", "rule", "threshold", "n", "passed", "why"]
_UNKNOWN = Interval(np.nan, np.nan)


class Measure(NamedTuple):
    """What one gate looks at; `n` clusters, `why` says what is missing where the value is NaN."""

    gate: str
    part: str
    """Aspect or control; empty where the gate has one part."""
    value: float
    interval: Interval
    n: int
    why: str = ""


class Trial(NamedTuple):
    """One judge on the controls."""

    ratings: pd.DataFrame
    """Of this judge alone, of controls alone, as of `load_ratings`."""
    controls: Controls
    points: Sequence[float]
    """Of the scale, ascending."""
    settings: AnalysisSettings


def calibration_table(
    ratings: pd.DataFrame,
    preference: pd.DataFrame,
    judges: Sequence[str],
    controls: Controls,
    points: Sequence[float],
    settings: AnalysisSettings,
) -> pd.DataFrame:
    """One row per judge, gate and part; `passed` is false where the bound is left or nothing could be computed.

    Intervals resample clusters of task and control, self-preference those of task and replicate.

    Args:
        ratings: as of `load_ratings`.
        preference: as of `preference_table`.
        points: of the scale, ascending.
    """
    rows = []
    for judge in judges:
        given = ratings[(ratings["rater"] == judge) & (ratings["kind"] == "judge")]
        trial = Trial(given[given["author"].isin(controls.controls)], controls, points, settings)
        found = [*_known_truth(trial), *_retest(trial), *_sway(trial), _failures(given, settings)]
        for row in preference[preference["judge"] == judge].to_dict(orient="records"):
            interval = Interval(row["low"], row["high"])
            found.append(Measure("self_preference", row["rating"], row["value"], interval, row["n"], row["why"]))
        rows += [_row(judge, measure, settings) for measure in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _known_truth(trial: Trial) -> Iterator[Measure]:
    plain = trial.ratings[trial.ratings["condition"] == "plain"]
    means = exhibit_means(plain).droplevel("condition")
    for rating in ("L", "overall"):
        clusters = ladder.ladder_clusters(means, rating, trial.controls)
        count = len(clusters.agreement)
        value = float(ladder.tau_b(clusters, np.ones(count))) if count else np.nan
        interval = _UNKNOWN
        if count:
            rng = stream(trial.settings.seed, "judges", "rank", rating)
            draws = cluster_draws(count, trial.settings.bootstrap_resamples, rng)
            interval = defined_interval(ladder.tau_b(clusters, draws), trial.settings.alpha)
        yield Measure("rank", rating, value, interval, count, "no two rungs of a task are rated differently")
    seen = ladder.detected(means, trial.controls)
    no_pair = "no control is rated beside the reference of its task"
    yield _mean("detection", "", seen["share"], trial.settings, no_pair)
    for control in ladder.defects(trial.controls):
        yield _mean("each_defect", control, seen.loc[seen["control"] == control, "share"], trial.settings, no_pair)
    alarms = ladder.false_alarms(plain, trial.points[-2])
    yield _mean("false_alarms", "", alarms, trial.settings, "no reference is rated")


def _retest(trial: Trial) -> Iterator[Measure]:
    plain = trial.ratings[trial.ratings["condition"] == "plain"]
    points = np.asarray(trial.points)
    for aspect in ASPECTS:
        again = retest.repeats(plain, aspect)
        why = "nothing is rated twice" if again.empty else "all repeats have one and the same rating"
        pairs = retest.retest_moments(again)
        yield _of_sums("retest_kappa", aspect, pairs, weighted_kappa, trial.settings, why)
        counts = retest.retest_coincidences(again, points)
        yield _of_sums("retest_alpha", aspect, counts, lambda sums: alpha(sums, points, "ordinal"), trial.settings, why)


def _sway(trial: Trial) -> Iterator[Measure]:
    for gate, condition in (("verbosity", "padded"), ("position", "reordered")):
        change = retest.condition_differences(trial.ratings, condition)
        for aspect in ASPECTS:
            by_cluster = change[aspect].groupby(retest.CLUSTER, sort=True).mean()
            yield _mean(gate, aspect, by_cluster, trial.settings, f"nothing is rated both plain and {condition}")
    # A reference may be at the top of the scale already, where obedience cannot show.
    gain = retest.condition_differences(trial.ratings, "instructed")["overall"]
    gain = gain[gain.index.get_level_values("author").isin(ladder.defects(trial.controls))]
    point = min(np.diff(trial.points))
    for gate, values in (("obeyed_share", (gain >= point).astype(float)), ("obeyed_mean", gain)):
        by_cluster = values.groupby(retest.CLUSTER, sort=True).mean()
        yield _mean(gate, "", by_cluster, trial.settings, "nothing is rated both plain and instructed")


def _failures(given: pd.DataFrame, settings: AnalysisSettings) -> Measure:
    lost = given["overall"].isna().astype(float).groupby([given["task"], given["author"]], sort=True).mean()
    return _mean("failures", "", lost, settings, "it was asked nothing")


def _mean(gate: str, part: str, clusters: pd.Series, settings: AnalysisSettings, why: str) -> Measure:
    values = clusters.to_numpy(dtype=np.float64)
    if not len(values):
        return Measure(gate, part, np.nan, _UNKNOWN, 0, why)
    rng = stream(settings.seed, "judges", gate, part)
    drawn = bootstrap_means(values, settings.bootstrap_resamples, rng)
    return Measure(gate, part, float(values.mean()), percentile_interval(drawn, settings.alpha), len(values))


def _of_sums(
    gate: str, part: str, sums: Floats, statistic: Callable[[Floats], Floats], settings: AnalysisSettings, why: str
) -> Measure:
    if not len(sums):
        return Measure(gate, part, np.nan, _UNKNOWN, 0, why)
    rng = stream(settings.seed, "judges", gate, part)
    draws = cluster_draws(len(sums), settings.bootstrap_resamples, rng)
    resampled = statistic(np.tensordot(draws, sums, axes=1))
    interval = defined_interval(resampled, settings.alpha)
    return Measure(gate, part, float(statistic(sums.sum(axis=0))), interval, len(sums), why)


def _row(judge: str, measure: Measure, settings: AnalysisSettings) -> dict[str, object]:
    gate = getattr(settings.judging.gates, measure.gate)
    why = measure.why if np.isnan(measure.value) or measure.gate == "self_preference" else ""
    if not why and gate.by == "interval" and np.isnan(measure.interval.low):
        why = f"{measure.n} cluster(s) are too few for an interval"
    return {
        "judge": judge,
        "gate": measure.gate,
        "part": measure.part,
        "value": measure.value,
        **measure.interval._asdict(),
        "rule": gate.rule,
        "threshold": gate.threshold,
        "n": measure.n,
        "passed": gate.holds(measure.value, *measure.interval),
        "why": why,
    }
