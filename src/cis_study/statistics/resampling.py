"""Stratified bootstrap and permutation, each cell on a random stream of its own.

Streams are keyed by the names of what they resample, so adding a model or a task leaves every other number as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

_BATCH = 1000
"""Resamples held in memory at once."""
_TIE = 1e-12
"""Permuted differences this close to the observed one count as equal to it."""


class Interval(NamedTuple):
    """An interval estimate; both ends are NaN where a cell holds a single battle."""

    low: float
    high: float


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator determined by the seed and the names alone."""
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


def bootstrap_means(values: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """Resampled means of one cell.

    Draws n - 1 of the n rows with replacement (Rao & Wu 1988, J. Am. Stat. Assoc. 83, 231-241), which makes the
    bootstrap variance of a cell mean equal its unbiased estimate s^2 / n. Drawing n understates it by (n - 1) / n,
    a third in cells of three battles.

    Args:
        values: shape (n,) or (n, outcomes); the rows are resampled together.

    Returns:
        Shape (resamples,) or (resamples, outcomes); NaN where n is 1, since one battle tells nothing of its spread.
    """
    count = len(values)
    means = np.full((resamples, *values.shape[1:]), np.nan)
    if count > 1:
        for start in range(0, resamples, _BATCH):
            stop = min(start + _BATCH, resamples)
            picks = rng.integers(0, count, size=(stop - start, count - 1))
            means[start:stop] = values[picks].mean(axis=1)
    return means


def cluster_draws(clusters: int, resamples: int, rng: np.random.Generator) -> Floats:
    """How often each cluster is drawn, n - 1 of n as in `bootstrap_means`; shape (resamples, clusters).

    Sums over clusters are resampled by one matrix product with it. All 0 where there is one cluster.
    """
    return rng.multinomial(clusters - 1, np.full(clusters, 1 / clusters), size=resamples).astype(np.float64)


def defined_interval(resampled: Floats, alpha: float) -> Interval:
    """Percentile interval over the resamples in which the statistic is defined; NaN where at most half of them are."""
    defined = resampled[np.isfinite(resampled)]
    if len(defined) <= len(resampled) / 2:
        return Interval(np.nan, np.nan)
    return percentile_interval(defined, alpha)


def percentile_interval(resampled: Floats, alpha: float) -> Interval:
    """Percentile interval of coverage 1 - alpha of a one-dimensional bootstrap distribution."""
    low, high = np.quantile(resampled, [alpha / 2, 1 - alpha / 2])
    return Interval(float(low), float(high))


def bca_interval(estimate: float, resampled: Floats, acceleration: float, alpha: float) -> Interval:
    """Bias-corrected and accelerated interval of coverage 1 - alpha (Efron 1987, J. Am. Stat. Assoc. 82, 171-185).

    NaN where the bootstrap distribution is unknown.
    """
    if not np.isfinite(resampled).all():
        return Interval(np.nan, np.nan)
    # Sums in another order differ in their last bits; such values count half, as ties do.
    below = np.mean(resampled < estimate - _TIE) + np.mean(np.abs(resampled - estimate) <= _TIE) / 2
    share = np.clip(below, 0.5 / len(resampled), 1 - 0.5 / len(resampled))
    ends = norm.ppf(share) + norm.ppf([alpha / 2, 1 - alpha / 2])
    low, high = np.quantile(resampled, norm.cdf(norm.ppf(share) + ends / (1 - acceleration * ends)))
    return Interval(float(low), float(high))


def acceleration(strata: Sequence[tuple[float, Floats]]) -> Floats:
    """Acceleration of a weighted sum of stratum means, from their empirical influence values.

    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 5.3. 0 where nothing varies.

    Args:
        strata: weight and values of each, shape (n,) or (n, outcomes).
    """
    deviations = [(weight / len(values) * (values - values.mean(axis=0))) for weight, values in strata]
    cubes = np.sum([(part**3).sum(axis=0) for part in deviations], axis=0)
    squares = np.sum([(part**2).sum(axis=0) for part in deviations], axis=0)
    scale = 6 * squares**1.5
    found: Floats = np.divide(cubes, scale, out=np.zeros_like(scale), where=scale > 0)
    return found


def permutation_p(
    first: Sequence[Floats], second: Sequence[Floats], permutations: int, rng: np.random.Generator
) -> float:
    """Two-sided p value of the difference of equally weighted task means.

    Labels are shuffled within each task, so differences between tasks cannot pass for differences between models.
    p = (1 + number of shuffles at least as extreme) / (1 + permutations), never 0.

    Args:
        first, second: one array of scores per task, in the same order of tasks.
    """
    observed = abs(np.mean([a.mean() - b.mean() for a, b in zip(first, second, strict=True)]))
    differences = np.zeros(permutations)
    for a, b in zip(first, second, strict=True):
        pooled = np.concatenate([a, b])
        # Small integers are shuffled four times as fast as the scores themselves.
        places = np.arange(len(pooled), dtype=np.min_scalar_type(len(pooled)))
        for start in range(0, permutations, _BATCH):
            stop = min(start + _BATCH, permutations)
            drawn = rng.permuted(np.broadcast_to(places, (stop - start, len(places))), axis=1)[:, : len(a)]
            sums = pooled[drawn].sum(axis=1)
            differences[start:stop] += (sums / len(a) - (pooled.sum() - sums) / len(b)) / len(first)
    extreme = int(np.sum(np.abs(differences) >= observed - _TIE))
    return (1 + extreme) / (1 + permutations)
