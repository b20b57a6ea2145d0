"""Rank correlations within tasks, observed and resampled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.statistics.ranks import centred_ranks, drawn_counts
from cis_study.statistics.resampling import Floats
from cis_study.validity.material import resampled_rows

_BATCH = 250


def rank_correlations(battles: pd.DataFrame, columns: pd.DataFrame, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Correlation matrices of ranks within `task`: observed, and of shape (resamples, columns, columns)."""
    values = columns.to_numpy().round(9)
    width = values.shape[1]
    observed, resampled = np.zeros((1, width, width)), np.zeros((resamples, width, width))
    place = np.empty(len(values), dtype=np.intp)
    for _, rows, drawn in resampled_rows(battles, resamples, seed, "correlations"):
        of_task = values[rows]
        place[rows] = np.arange(len(rows))
        observed += _products(of_task, np.ones((1, len(rows))))
        for start in range(0, resamples, _BATCH):
            part = slice(start, min(start + _BATCH, resamples))
            resampled[part] += _products(of_task, drawn_counts(place[drawn[part]], len(rows)))
    return _correlations(observed)[0], _correlations(resampled)


def _products(values: Floats, counts: Floats) -> Floats:
    """Sums of products of centred ranks, shape (resamples, columns, columns); ranks are scaled to (-0.5, 0.5)."""
    ranks = centred_ranks(values, counts)
    products: Floats = (ranks * counts).transpose(1, 0, 2) @ ranks.transpose(1, 2, 0) / (2 * len(values)) ** 2
    return products


def _correlations(products: Floats) -> Floats:
    squares = np.diagonal(products, axis1=1, axis2=2)
    scale = np.sqrt(squares[:, :, np.newaxis] * squares[:, np.newaxis, :])
    found: Floats = np.divide(products, scale, out=np.full_like(products, np.nan), where=scale > 1e-9)
    return found
