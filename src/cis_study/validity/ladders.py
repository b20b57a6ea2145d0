"""Dose and response: planted faults, one after another, in a correct solution."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import page_trend_test

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats, Interval, bootstrap_means, percentile_interval, stream
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import (
    NOWHERE,
    Finding,
    Verdict,
    at_least,
    at_most,
    decided,
    exact_share,
    flat,
    untestable,
)
from cis_study.validity.material import Material, Part

_GROUPS, _ORDER = "Known groups: reference above faulty", "Dose and response: order"
_SLOPE, _TREND = "Dose and response: slope", "Dose and response: trend"
_TIE = 1e-9


def dose_response(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """How often, how far and how regularly the score falls with the number of faults.

    A ladder is one draw of faults in one task, each rung keeping the faults of the one before; the reference is its
    first rung. Draws are a sample of the faults of these tasks, so intervals hold for these tasks.
    """
    shares, slope_rule = at_least(rules.ladder_share), at_most(rules.fault_slope)
    ladders = ladder_table(material.controls)
    if ladders.empty or ladders.shape[1] < 3:
        why = material.why("controls") if material.controls.empty else "no ladder has two faults or more"
        tests = [(_GROUPS, "share of ladders", shares), (_ORDER, "share of ladders", shares)]
        tests += [(_SLOPE, "change per fault", slope_rule), (_TREND, "Page's L", at_least(0))]
        return Part([untestable(*test, why) for test in tests], {})
    scores = ladders.to_numpy(dtype=np.float64)
    evidence, n = f"reference to {ladders.columns[-1]} faults", len(ladders)
    if np.ptp(scores) <= _TIE:
        claims = [(_GROUPS, shares), (_ORDER, shares), (_SLOPE, slope_rule), (_TREND, at_least(0))]
        return Part(
            [flat(claim, evidence, "", n, "ladders", rule) for claim, rule in claims], {"ladders": _long(ladders)}
        )
    above = [bool((row[0] > row[1:] + _TIE).all()) for row in scores]
    falling = [bool((np.diff(row) <= _TIE).all() and row[0] > row[-1] + _TIE) for row in scores]
    findings = []
    for claim, kept in ((_GROUPS, above), (_ORDER, falling)):
        share, bounds = sum(kept) / n, exact_share(kept, settings.alpha)
        findings.append(decided(claim, evidence, "share of ladders", share, bounds, n, "ladders", shares))
    slope, bounds = _slope(ladders, rules.resamples, settings)
    findings.append(decided(_SLOPE, evidence, "change per fault", slope, bounds, n, "ladders", slope_rule))
    findings.append(_page(scores, evidence, settings.alpha))
    return Part(findings, {"ladders": _long(ladders)})


def ladder_table(controls: pd.DataFrame) -> pd.DataFrame:
    """Scores by task and draw in rows, by number of faults in columns; the reference is on every ladder of its task."""
    on = controls[controls["faults"].notna()].astype({"faults": int})
    faulty = on[on["faults"] > 0].pivot(index=["task", "draw"], columns="faults", values="CIS")
    reference = on[on["faults"] == 0].groupby("task")["CIS"].mean()
    faulty.insert(0, 0, reference.reindex(faulty.index.get_level_values("task")).to_numpy())
    return faulty.dropna().sort_index()


def page(scores: Floats) -> tuple[float, float, float]:
    """Page's L of scores that should fall along a row, and the p values of falling and of rising.

    Page 1963, J. Am. Stat. Assoc. 58, 216-230.
    """
    falling = page_trend_test(-scores)
    return float(falling.statistic), float(falling.pvalue), float(page_trend_test(scores).pvalue)


def _page(scores: Floats, evidence: str, alpha: float) -> Finding:
    statistic, falling, rising = page(scores.round(9))
    verdict: Verdict = "supported" if falling <= alpha else "contradicted" if rising <= alpha else "not decided"
    return Finding(
        _TREND,
        evidence,
        "Page's L",
        statistic,
        *NOWHERE,
        len(scores),
        "ladders",
        f"p ≤ {alpha:g}",
        verdict,
        f"p = {min(falling, rising):.2g} ({'falling' if falling <= rising else 'rising'})",
    )


def _slope(ladders: pd.DataFrame, resamples: int, settings: AnalysisSettings) -> tuple[float, Interval]:
    """Mean least-squares slope of the ladders, tasks weighing the same; ladders are resampled within tasks."""
    dose = ladders.columns.to_numpy(dtype=np.float64)
    dose = dose - dose.mean()
    slopes = pd.Series(ladders.to_numpy(dtype=np.float64) @ dose / (dose @ dose), index=ladders.index)
    by_task = {str(task): values.to_numpy() for task, values in slopes.groupby("task")}
    resampled = [
        bootstrap_means(values, resamples, stream(settings.seed, "ladders", task)) for task, values in by_task.items()
    ]
    mean = float(np.mean([values.mean() for values in by_task.values()]))
    return mean, percentile_interval(np.mean(resampled, axis=0), settings.alpha)


def _long(ladders: pd.DataFrame) -> pd.DataFrame:
    return ladders.melt(ignore_index=False, var_name="faults", value_name="CIS").reset_index()
