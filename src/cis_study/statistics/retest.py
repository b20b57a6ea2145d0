"""How a judge differs from itself: the same exhibit again, and shown another way."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd

from cis_study.statistics.coefficients import moments
from cis_study.statistics.krippendorff import coincidences
from cis_study.statistics.ratings import EXHIBIT, exhibit_means
from cis_study.statistics.resampling import Floats

CLUSTER = ["task", "author"]
"""What is resampled together: the draws, repeats and pairs of one control of one task."""


def repeats(ratings: pd.DataFrame, rating: str) -> pd.DataFrame:
    """One row per exhibit that was rated twice or more, one column per repeat, NaN where it failed.

    Args:
        ratings: of one judge, condition plain.
    """
    wide = ratings.set_index([*EXHIBIT, "repeat"])[rating].unstack("repeat").sort_index()
    return wide[wide.notna().sum(axis=1) > 1]


def retest_moments(again: pd.DataFrame) -> Floats:
    """Moments of every two repeats of an exhibit, in both orders, since neither comes first; by cluster.

    Args:
        again: as of `repeats`.
    """
    cluster = again.groupby(CLUSTER, sort=True).ngroup().to_numpy()
    values = again.to_numpy(dtype=np.float64)
    pairs = [(values[:, [a, b]], cluster) for a, b in permutations(range(values.shape[1]), 2)]
    both = np.concatenate([pair for pair, _ in pairs]) if pairs else np.empty((0, 2))
    clusters = np.concatenate([of for _, of in pairs]) if pairs else np.empty(0, dtype=np.intp)
    known = ~np.isnan(both).any(axis=1)
    return moments(both[known, 0], both[known, 1], clusters[known])


def retest_coincidences(again: pd.DataFrame, points: Floats) -> Floats:
    """Coincidence matrices of the repeats, added up by cluster; shape (clusters, points, points)."""
    cluster = again.groupby(CLUSTER, sort=True).ngroup().to_numpy()
    sums = np.zeros((int(cluster.max(initial=-1)) + 1, len(points), len(points)))
    np.add.at(sums, cluster, coincidences(again.to_numpy(dtype=np.float64), points))
    return sums


def condition_differences(ratings: pd.DataFrame, condition: str) -> pd.DataFrame:
    """Rating under the condition less the plain one; index `author, task, replicate`, columns as `exhibit_means`.

    Args:
        ratings: of one judge; exhibits that were not rated both ways are left out.
    """
    means = exhibit_means(ratings)
    shown = means.index.get_level_values("condition")
    plain, changed = (means[shown == name].droplevel("condition") for name in ("plain", condition))
    both = plain.index.intersection(changed.index).sort_values()
    return (changed.loc[both] - plain.loc[both]).round(9)
