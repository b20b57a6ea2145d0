"""Ranks in bootstrap samples, from how often each battle was drawn: battles are sorted once, samples never."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cis_study.statistics.resampling import Floats


def drawn_counts(drawn: NDArray[np.integer[Any]], battles: int) -> Floats:
    """How often each battle is in each sample, shape (samples, battles).

    Args:
        drawn: positions from 0 to `battles` - 1, shape (samples, size).
    """
    samples = len(drawn)
    cells = drawn + battles * np.arange(samples)[:, np.newaxis]
    counts = np.bincount(cells.ravel(), minlength=samples * battles)
    return counts.reshape(samples, battles).astype(np.float64)


def centred_ranks(values: Floats, counts: Floats) -> Floats:
    """Twice the centred ranks of battles in samples, ties averaged: whole numbers, so that no sum of them is rounded.

    Args:
        values: shape (battles, columns).
        counts: as of `drawn_counts`, of samples of one size.

    Returns:
        Shape (columns, samples, battles), meaningful where a battle is in the sample. A column is NaN in samples that
        hold a battle without a value.
    """
    size = counts[0].sum()
    ranks = np.empty((values.shape[1], *counts.shape))
    for column, given in enumerate(values.T):
        place = np.unique(given, return_inverse=True)[1]
        order = np.argsort(place, kind="stable")
        firsts = np.flatnonzero(np.diff(place[order], prepend=-1))
        equal = np.add.reduceat(counts[:, order], firsts, axis=1)
        ranks[column] = (2 * np.cumsum(equal, axis=1) - equal - size)[:, place]
        ranks[column, counts[:, np.isnan(given)].any(axis=1)] = np.nan
    return ranks
