"""Krippendorff's alpha from coincidence matrices (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability")."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cis_study.statistics.resampling import Floats

Level = Literal["nominal", "ordinal", "interval"]


def coincidences(units: Floats, points: Floats) -> Floats:
    """Coincidence matrix of every unit, shape (units, points, points).

    Args:
        units: shape (units, raters); NaN where a rater did not rate the unit.
        points: the values that occur, ascending.
    """
    counts = (units[:, :, np.newaxis] == points).sum(axis=1).astype(np.float64)
    rated = counts.sum(axis=1)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    pairs -= np.eye(len(points)) * counts[:, np.newaxis, :]
    # A unit that was rated once pairs with nothing.
    matrices: Floats = pairs / np.maximum(rated - 1, 1)[:, np.newaxis, np.newaxis]
    return matrices


def alpha(coincidence: Floats, points: Floats, level: Level) -> Floats:
    """1 - observed / expected disagreement, shape (...) for sums of coincidences of shape (..., points, points).

    NaN where all values are the same: without variation there is nothing to be reliable about.
    """
    marginal = coincidence.sum(axis=-1)
    total = marginal.sum(axis=-1)
    distance = _distance(marginal, points, level)
    observed = (coincidence * distance).sum(axis=(-2, -1))
    expected = (marginal[..., :, np.newaxis] * marginal[..., np.newaxis, :] * distance).sum(axis=(-2, -1))
    reliability: Floats = 1 - (total - 1) * observed / np.where(expected > 0, expected, np.nan)
    return reliability


def _distance(marginal: Floats, points: Floats, level: Level) -> Floats:
    """Squared difference of every two values, shape (..., points, points) or (points, points)."""
    if level == "nominal":
        return 1 - np.eye(len(points))
    if level == "interval":
        squares: Floats = (points[:, np.newaxis] - points) ** 2
        return squares
    # Ranks as the ratings themselves spread them: the ratings between two values, half of those at either end.
    middle = np.cumsum(marginal, axis=-1) - marginal / 2
    ranks: Floats = (middle[..., :, np.newaxis] - middle[..., np.newaxis, :]) ** 2
    return ranks
