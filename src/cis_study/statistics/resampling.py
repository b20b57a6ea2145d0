"""Stratified bootstrap and permutation, each cell on a random stream of its own.

Streams are keyed by the names of what they resample, so adding a model or a task leaves every other number as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
        for start in range(0, permutations, _BATCH):
            stop = min(start + _BATCH, permutations)
            shuffled = rng.permuted(np.broadcast_to(pooled, (stop - start, len(pooled))), axis=1)
            difference = shuffled[:, : len(a)].mean(axis=1) - shuffled[:, len(a) :].mean(axis=1)
            differences[start:stop] += difference / len(first)
    extreme = int(np.sum(np.abs(differences) >= observed - _TIE))
    return (1 + extreme) / (1 + permutations)
