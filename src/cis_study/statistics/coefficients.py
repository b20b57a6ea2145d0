"""Agreement of two sets of ratings, from sums over clusters, so that a resample is one row of a matrix product."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pingouin as pg
from numpy.typing import NDArray
from scipy.stats import norm

from cis_study.statistics.resampling import Floats, Interval

_CONSTANT = 1e-12
"""A variance below this is rounding error."""
_FEWEST_FOR_ICC = 5


def moments(first: Floats, second: Floats, cluster: NDArray[np.integer[Any]]) -> Floats:
    """Per cluster: pairs, sums, sums of squares and products, sum of absolute differences; shape (clusters, 7)."""
    columns = [np.ones_like(first), first, second, first**2, second**2, first * second, np.abs(first - second)]
    sums = np.zeros((int(cluster.max(initial=-1)) + 1, len(columns)))
    np.add.at(sums, cluster, np.stack(columns, axis=1))
    return sums


def pearson(sums: Floats) -> Floats:
    """Pearson's r, shape (...) for sums of shape (..., 7); NaN where either side is constant."""
    _, variances, covariance = _spread(sums)
    return _ratio(covariance, np.sqrt(variances.prod(axis=-1)), variances.min(axis=-1) < _CONSTANT)


def weighted_kappa(sums: Floats) -> Floats:
    """Cohen's kappa with quadratic weights (Cohen 1968, Psychol. Bull. 70, 213-220) of ratings on an even scale.

    1 - mean squared difference / the one expected by chance, which is var x + var y + (mean x - mean y)^2. NaN where
    both sides are the same constant.
    """
    means, variances, covariance = _spread(sums)
    apart = (means[..., 0] - means[..., 1]) ** 2
    expected = variances.sum(axis=-1) + apart
    return _ratio(2 * covariance, expected, expected < _CONSTANT)


def mean_absolute_error(sums: Floats) -> Floats:
    """Mean absolute difference; NaN where there is no pair."""
    return _ratio(sums[..., 6], sums[..., 0], sums[..., 0] == 0)


def absolute_agreement(ratings: Floats) -> tuple[float, Interval]:
    """ICC(A,1) (McGraw & Wong 1996) by pingouin, with its 95 % interval; NaN below 5 items or without any variation.

    Args:
        ratings: shape (items, raters).
    """
    if len(ratings) < _FEWEST_FOR_ICC or np.ptp(ratings) < _CONSTANT:
        return math.nan, Interval(math.nan, math.nan)
    item, rater = np.indices(ratings.shape).reshape(2, -1)
    long = pd.DataFrame({"item": item, "rater": rater, "rating": ratings.ravel()})
    # Without any error term there is an ICC and no interval.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        table = pg.intraclass_corr(long, targets="item", raters="rater", ratings="rating").set_index("Type")
    low, high = table.at["ICC(A,1)", "CI95"]
    return float(table.at["ICC(A,1)", "ICC"]), Interval(float(low), float(high))


def fisher_interval(r: float, n: int, alpha: float) -> Interval:
    """Interval of a correlation of n independent pairs, by Fisher's z; NaN where n is below 4 or r undefined."""
    if n < 4 or not math.isfinite(r):
        return Interval(math.nan, math.nan)
    if abs(r) >= 1:
        return Interval(r, r)
    half = norm.ppf(1 - alpha / 2) / math.sqrt(n - 3)
    return Interval(math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def pairs_needed(r: float, gate: float, alpha: float) -> float:
    """Independent pairs for which the Fisher interval of an observed r ends at the gate, rounded up.

    n = 3 + (z / (atanh r - atanh gate))^2. NaN where r is undefined, at the gate, or 1.
    """
    if not math.isfinite(r) or abs(r) >= 1 or r == gate:
        return math.nan
    distance = math.atanh(r) - math.atanh(gate)
    return float(math.ceil(3 + (norm.ppf(1 - alpha / 2) / distance) ** 2))


def _spread(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Means and variances of both sides, shape (..., 2), and covariance; NaN where there is no pair."""
    n = np.where(sums[..., 0] > 0, sums[..., 0], np.nan)
    means = sums[..., 1:3] / n[..., np.newaxis]
    variances = np.maximum(sums[..., 3:5] / n[..., np.newaxis] - means**2, 0)
    covariance: Floats = sums[..., 5] / n - means.prod(axis=-1)
    return means, variances, covariance


def _ratio(above: Floats, below: Floats, undefined: NDArray[np.bool_]) -> Floats:
    """NaN where undefined; division by 0 happens nowhere else."""
    ratio: Floats = above / np.where(undefined, np.nan, below)
    return ratio
