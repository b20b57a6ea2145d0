"""Incremental value: does the score predict what cheaper numbers do not, on tasks it has not seen?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.correlations import without_criterion
from cis_study.validity.finding import Finding, at_least, decided, untestable
from cis_study.validity.material import Material, Part, interval, resampled_rows

_OVER_HIDDEN = "Incremental: tier, over hidden cases"
_OVER_LENGTH = "Incremental: hidden cases, over length"
_STATISTIC = "share of out-of-task error removed"
_RIDGE = 1e-9


def incremental_value(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Two nested regressions with tasks as strata: each is fitted on all tasks but one and predicts that one.

    The tier of the contestant from hidden cases passed, without and with the score; hidden cases passed from lines of
    code and words of the rationale, without and with the score (without L, where that is the hidden cases).
    """
    rule = at_least(rules.incremental_share)
    battles, design = material.battles, material.design
    if battles.empty or battles["task"].nunique() < 2:
        why = material.why("battles") if battles.empty else "one task cannot be predicted from the others"
        return Part([untestable(claim, _STATISTIC, rule, why) for claim in (_OVER_HIDDEN, _OVER_LENGTH)], {})
    ranks = {c.name: float(design.tiers.index(c.tier)) for c in design.contestants if c.tier is not None}
    placed = battles.assign(tier=battles["model"].map(ranks))
    reduced = without_criterion(material)
    scored = placed.assign(score=placed["CIS"] if reduced is None else reduced)
    findings = [
        _finding(_OVER_HIDDEN, placed.dropna(subset="tier"), "tier", ["hidden"], "CIS", rules, settings),
        _finding(_OVER_LENGTH, scored, "hidden", ["source_lines", "rationale_words"], "score", rules, settings),
    ]
    return Part(findings, {})


def _finding(
    claim: str,
    battles: pd.DataFrame,
    outcome: str,
    base: Sequence[str],
    added: str,
    rules: PassRules,
    settings: AnalysisSettings,
) -> Finding:
    rule = at_least(rules.incremental_share)
    known = battles.dropna(subset=[outcome, *base, added]).reset_index(drop=True)
    tasks = known["task"].nunique()
    spread = known.groupby("task")[outcome].agg(np.ptp).gt(1e-9).sum() if len(known) else 0
    if known.empty:
        return untestable(claim, _STATISTIC, rule, f"no battle has all of {', '.join([outcome, *base, added])}")
    if spread < 2:
        return untestable(claim, _STATISTIC, rule, f"{outcome} varies within fewer than two tasks")
    columns = known[[outcome, *base, added]].to_numpy(dtype=np.float64)
    # Predictors on a common scale, so that the ridge, which only serves singular systems, treats them alike.
    columns = columns / np.where(columns.std(axis=0) > 1e-12, columns.std(axis=0), 1)
    observed, resampled = [], []
    for _, rows, drawn in resampled_rows(known, rules.resamples, settings.seed, claim):
        observed.append(_gram(columns[rows][np.newaxis]))
        resampled.append(_gram(columns[drawn]))
    estimate = float(error_removed(np.stack(observed, axis=1))[0])
    bounds = interval(error_removed(np.stack(resampled, axis=1)), settings.alpha)
    return decided(claim, f"each of {tasks} tasks left out", _STATISTIC, estimate, bounds, len(known), "battles", rule)


def _gram(values: Floats) -> Floats:
    """Sums of products of columns centred in the task, shape (resamples, columns, columns)."""
    centred = values - values.mean(axis=1, keepdims=True)
    products: Floats = centred.transpose(0, 2, 1) @ centred
    return products


def error_removed(grams: Floats) -> Floats:
    """1 - squared error with the last column as a predictor / squared error without it, over tasks left out in turn.

    Args:
        grams: shape (resamples, tasks, columns, columns); the outcome is the first column.

    Returns:
        Shape (resamples,); NaN where the outcome does not vary.
    """
    others = grams.sum(axis=1, keepdims=True) - grams
    errors = [_error(grams, others, width) for width in (grams.shape[-1] - 1, grams.shape[-1])]
    removed: Floats = np.divide(
        errors[0] - errors[1], errors[0], out=np.full_like(errors[0], np.nan), where=errors[0] > 1e-9
    )
    return removed


def _error(grams: Floats, others: Floats, width: int) -> Floats:
    """Squared error in the tasks left out, of the regression on columns 1 to `width` - 1 in the others."""
    inner = others[..., 1:width, 1:width]
    scale = np.trace(inner, axis1=-2, axis2=-1)[..., np.newaxis, np.newaxis]
    ridge = (_RIDGE * scale + np.finfo(float).tiny) * np.eye(width - 1)
    slopes = np.linalg.solve(inner + ridge, others[..., 1:width, :1])
    weights = np.concatenate([np.ones_like(slopes[..., :1, :]), -slopes], axis=-2)
    kept = grams[..., :width, :width]
    error: Floats = (weights.swapaxes(-1, -2) @ kept @ weights)[..., 0, 0].sum(axis=1)
    return error
