"""Coefficients of agreement against published examples and against libraries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau, pearsonr
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from cis_study.statistics.coefficients import (
    absolute_agreement,
    fisher_interval,
    mean_absolute_error,
    moments,
    pairs_needed,
    pearson,
    weighted_kappa,
)
from cis_study.statistics.krippendorff import Level, alpha, coincidences
from cis_study.statistics.ladder import Clusters, tau_b

NAN = np.nan
# Krippendorff 2011, example C: four observers, twelve units.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
POINTS = np.arange(1.0, 6.0)
# Shrout & Fleiss 1979, Psychol. Bull. 86, table 2: six targets, four judges.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
# The ratings of anxiety in the R package irr, first two raters; its kappa2(..., "squared") is 0.297.
ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    ],
    float,
)
scale = arrays(np.float64, st.tuples(st.just(2), st.integers(2, 15)), elements=st.integers(0, 4).map(lambda n: n / 4))


def total(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Moments over three clusters, added up."""
    return moments(first, second, np.arange(len(first)) % 3).sum(axis=0)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example(level: Level, published: float) -> None:
    found = alpha(coincidences(KRIPPENDORFF, POINTS).sum(axis=0), POINTS, level)
    assert found == pytest.approx(published, abs=0.0005)


def test_alpha_of_a_constant_is_unknown_and_of_every_resample_its_own() -> None:
    same = coincidences(np.full((4, 3), 0.75), np.array([0.5, 0.75]))
    assert np.isnan(alpha(same.sum(axis=0), np.array([0.5, 0.75]), "ordinal"))
    units = coincidences(KRIPPENDORFF, POINTS)
    draws = np.array([[1.0] * 12, [2.0] * 6 + [0.0] * 6])
    each = [alpha(np.tensordot(row, units, axes=1), POINTS, "ordinal") for row in draws]
    assert alpha(np.tensordot(draws, units, axes=1), POINTS, "ordinal") == pytest.approx(each)


def test_weighted_kappa_of_a_published_table() -> None:
    assert weighted_kappa(total(*ANXIETY)) == pytest.approx(0.297, abs=0.0005)


def test_icc_of_shrout_and_fleiss() -> None:
    value, (low, high) = absolute_agreement(SHROUT_FLEISS)
    assert value == pytest.approx(0.29, abs=0.005)
    assert (low, high) == pytest.approx((0.02, 0.76), abs=0.005)


@settings(max_examples=50, deadline=None)
@given(scale)
def test_the_closed_forms_are_those_of_the_libraries(ratings: np.ndarray) -> None:
    first, second = ratings
    sums = total(first, second)
    assert mean_absolute_error(sums) == pytest.approx(np.abs(first - second).mean())
    assume(np.ptp(first) > 0 and np.ptp(second) > 0)
    assert pearson(sums) == pytest.approx(pearsonr(first, second).statistic)
    table, _ = to_table(np.rint(4 * ratings.T).astype(int), bins=np.arange(-0.5, 5))
    assert weighted_kappa(sums) == pytest.approx(cohens_kappa(table, wt="quadratic", return_results=False))


def test_without_variation_there_is_no_coefficient() -> None:
    same = np.full(6, 0.5)
    assert np.isnan(pearson(total(same, np.arange(6.0))))
    assert np.isnan(weighted_kappa(total(same, same)))
    assert np.isnan(absolute_agreement(np.stack([same, same], axis=1))[0])
    assert np.isnan(absolute_agreement(np.eye(4, 2))[0])
    nothing = moments(np.empty(0), np.empty(0), np.empty(0, dtype=int)).sum(axis=0)
    assert np.isnan([pearson(nothing), weighted_kappa(nothing), mean_absolute_error(nothing)]).all()


def test_two_constants_that_differ_agree_no_better_than_chance() -> None:
    assert weighted_kappa(total(np.full(6, 0.5), np.full(6, 1.0))) == pytest.approx(0)


def test_the_fisher_interval_is_that_of_scipy() -> None:
    first, second = np.random.default_rng(2).normal(size=(2, 30))
    result = pearsonr(first, second + first)
    assert fisher_interval(result.statistic, 30, 0.05) == pytest.approx(tuple(result.confidence_interval(0.95)))
    assert np.isnan(fisher_interval(0.5, 3, 0.05).low)
    assert fisher_interval(1.0, 10, 0.05) == (1, 1)


def test_the_pairs_needed_just_reach_the_gate() -> None:
    for r, end in ((0.8, "low"), (0.6, "high")):
        needed = int(pairs_needed(r, 0.7, 0.05))
        ends = [getattr(fisher_interval(r, n, 0.05), end) for n in (needed - 1, needed)]
        assert (ends[0] - 0.7) * (ends[1] - 0.7) < 0, (r, needed, ends)
    # The first study had 25 submissions: an observed 0.70 then has the interval 0.42 to 0.86.
    assert fisher_interval(0.7, 25, 0.05) == pytest.approx((0.42, 0.86), abs=0.005)
    assert np.isnan(pairs_needed(0.7, 0.7, 0.05))
    assert np.isnan(pairs_needed(1.0, 0.7, 0.05))


@settings(max_examples=30, deadline=None)
@given(scale)
def test_tau_b_of_one_task_is_that_of_scipy(ratings: np.ndarray) -> None:
    assume(np.ptp(ratings[0]) > 0 and np.ptp(ratings[1]) > 0)
    first, second = (np.sign(row[:, np.newaxis] - row) for row in ratings)
    found = tau_b(Clusters(first * second, abs(first), abs(second)), np.ones(ratings.shape[1]))
    assert found == pytest.approx(kendalltau(*ratings).statistic)
