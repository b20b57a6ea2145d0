"""Difference of two runs under given weights of the tasks: estimate, interval, and three tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student_t

from cis_study.statistics.resampling import Floats

_TIE = 1e-12
_NAN = float("nan")


class TTest(NamedTuple):
    """A t statistic with its two-sided p; NaN where no spread can be estimated."""

    t: float
    df: float
    p: float


class Contrast(NamedTuple):
    """The second run minus the first; the interval is Welch's."""

    difference: float
    low: float
    high: float
    student: TTest
    welch: TTest


def contrast(first: Sequence[Floats], second: Sequence[Floats], weights: Sequence[float], alpha: float) -> Contrast:
    """Weighted difference of means over strata.

    `student` pools one variance over all cells; `welch` has one per cell, with the degrees of freedom of Satterthwaite
    (1946, Biometrics Bulletin 2, 110-114). With one stratum both are the usual tests of two samples.

    Args:
        first, second: one array per stratum, in the same order; none is empty.
        weights: of the strata, sum 1.
    """
    cells = [(w, values) for side in (first, second) for w, values in zip(weights, side, strict=True)]
    difference = sum(w * (b.mean() - a.mean()) for w, a, b in zip(weights, first, second, strict=True))
    spare = sum(len(values) - 1 for _, values in cells)
    pooled = sum(float(((values - values.mean()) ** 2).sum()) for _, values in cells) / spare if spare else _NAN
    student = _test(difference, pooled * sum(w**2 / len(values) for w, values in cells), spare)
    # A cell of one battle has no variance of its own.
    known = all(len(values) > 1 for _, values in cells)
    parts = [w**2 * float(values.var(ddof=1)) / len(values) if known else _NAN for w, values in cells]
    squares = sum(part**2 / (len(values) - 1) for part, (_, values) in zip(parts, cells, strict=True)) if known else 0
    df = sum(parts) ** 2 / squares if squares else _NAN
    welch = _test(difference, sum(parts), df)
    margin = student_t.ppf(1 - alpha / 2, df) * np.sqrt(sum(parts))
    return Contrast(float(difference), float(difference - margin), float(difference + margin), student, welch)


def permuted_p(
    first: Sequence[Floats],
    second: Sequence[Floats],
    weights: Sequence[float],
    permutations: int,
    rng: np.random.Generator,
) -> float:
    """Two-sided p of the weighted difference when battles change runs within strata; never 0.

    p = (1 + shuffles at least as extreme) / (1 + permutations).
    """
    observed = abs(sum(w * (b.mean() - a.mean()) for w, a, b in zip(weights, first, second, strict=True)))
    shuffled = np.zeros(permutations)
    for w, a, b in zip(weights, first, second, strict=True):
        pooled = np.concatenate([a, b])
        drawn = rng.permuted(np.broadcast_to(pooled, (permutations, len(pooled))), axis=1)
        shuffled += w * (drawn[:, len(a) :].mean(axis=1) - drawn[:, : len(a)].mean(axis=1))
    return float((1 + np.sum(np.abs(shuffled) >= observed - _TIE)) / (1 + permutations))


def _test(difference: float, variance: float, df: float) -> TTest:
    if not variance > 0 or not df > 0:
        return TTest(_NAN, df, _NAN)
    t = float(difference / np.sqrt(variance))
    return TTest(t, float(df), float(2 * student_t.sf(abs(t), df)))
