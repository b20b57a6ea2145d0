"""Do scores rise with the tiers? The stratified test of Jonckheere and Terpstra."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import norm
from statsmodels.stats.api import jonckheere_terpstra

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.resampling import Floats
from cis_study.statistics.scores import OUTCOMES


class Trend(NamedTuple):
    """NaN where there are fewer than two tiers or nothing varies."""

    z: float
    p: float
    """Two-sided."""
    ordered: float
    """Share of the pairs of battles from two tiers and one task in which the higher tier scored higher; ties half."""


def tier_trend(cells: Cells, design: StudyDesign, outcome: str) -> Trend:
    """The trend over the tiers within tasks; contestants of a tier count as one group, those without a tier not."""
    if len(design.tiers) < 2:
        return Trend(np.nan, np.nan, np.nan)
    column = OUTCOMES.index(outcome)
    members = [[c.name for c in design.contestants if c.tier == tier] for tier in design.tiers]
    return stratified_trend(
        [
            [np.concatenate([cells[model, task].values[:, column] for model in tier]) for tier in members]
            for task in design.task_ids
        ]
    )


def stratified_trend(strata: Sequence[Sequence[Floats]]) -> Trend:
    """Sum of the statistics of all strata, standardized by the sum of their variances under the null.

    Args:
        strata: in each, the groups in their expected order.
    """
    # Rounded, because equal scores reached by different sums would rank as different.
    groups = [[np.round(group, 9) for group in stratum] for stratum in strata]
    varied = [stratum for stratum in groups if np.ptp(np.concatenate(stratum)) > 0]
    found = [jonckheere_terpstra(stratum, alternative="two-sided") for stratum in varied]
    if not found:
        return Trend(np.nan, np.nan, np.nan)
    excess = sum(float(part.statistic - part.mean_null) for part in found)
    z = excess / math.sqrt(sum(float(part.var_null) for part in found))
    pairs = sum(_pairs_between(stratum) for stratum in strata)
    return Trend(z, float(2 * norm.sf(abs(z))), 0.5 + excess / pairs)


def _pairs_between(groups: Sequence[Floats]) -> float:
    sizes = np.array([len(group) for group in groups])
    return float(sizes.sum() ** 2 - (sizes**2).sum()) / 2
