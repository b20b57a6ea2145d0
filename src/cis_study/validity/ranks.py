"""Rank correlations within tasks, observed and resampled."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from cis_study.statistics.resampling import Floats
from cis_study.validity.material import resampled_rows

_BATCH = 250


def rank_correlations(battles: pd.DataFrame, columns: pd.DataFrame, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Correlation matrices of ranks within `task`: observed, and of shape (resamples, columns, columns)."""
    values = columns.to_numpy().round(9)
    width = values.shape[1]
    observed, resampled = np.zeros((1, width, width)), np.zeros((resamples, width, width))
    for _, rows, drawn in resampled_rows(battles, resamples, seed, "correlations"):
        observed += _products(values[rows][np.newaxis])
        for start in range(0, resamples, _BATCH):
            part = slice(start, min(start + _BATCH, resamples))
            resampled[part] += _products(values[drawn[part]])
    return _correlations(observed)[0], _correlations(resampled)


def _products(values: Floats) -> Floats:
    """Sums of products of centred ranks, shape (resamples, columns, columns); ranks are scaled to (-0.5, 0.5)."""
    ranks = rankdata(values, axis=1) / values.shape[1]
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    products: Floats = centred.transpose(0, 2, 1) @ centred
    return products


def _correlations(products: Floats) -> Floats:
    squares = np.diagonal(products, axis1=1, axis2=2)
    scale = np.sqrt(squares[:, :, np.newaxis] * squares[:, np.newaxis, :])
    found: Floats = np.divide(products, scale, out=np.full_like(products, np.nan), where=scale > 1e-9)
    return found
