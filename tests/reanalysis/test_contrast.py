"""Differences against other people's code: two samples in scipy, strata in least squares, and nulls that reject."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from cis_study.reanalysis.contrast import contrast, permuted_p

SAMPLES = st.lists(st.integers(0, 100), min_size=2, max_size=30).map(lambda values: np.array(values) / 100)


@pytest.mark.filterwarnings("ignore:Precision loss")
@given(SAMPLES, SAMPLES)
def test_one_stratum_is_the_test_of_two_samples(first: np.ndarray, second: np.ndarray) -> None:
    found = contrast([first], [second], [1.0], 0.05)
    for name, equal in (("student", True), ("welch", False)):
        ours, theirs = getattr(found, name), ttest_ind(second, first, equal_var=equal)
        if np.ptp(first) == np.ptp(second) == 0:
            assert np.isnan(ours.p)
        else:
            assert ours.t == pytest.approx(theirs.statistic, rel=1e-6, abs=1e-9)
            assert ours.p == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-12)
    if np.ptp(first) + np.ptp(second) > 0:
        low, high = ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-9)


def test_strata_are_a_contrast_of_cell_means_in_least_squares() -> None:
    rng = np.random.default_rng(1)
    shapes = ((0.4, 5), (0.9, 9)), ((0.5, 7), (0.8, 3))
    first, second = ([rng.normal(mean, 0.1, n) for mean, n in side] for side in shapes)
    weights = [0.3, 0.7]
    cells = [*first, *second]
    design = np.repeat(np.eye(4), [len(cell) for cell in cells], axis=0)
    fit, contrasted = sm.OLS(np.concatenate(cells), design).fit(), [-0.3, -0.7, 0.3, 0.7]
    theirs = fit.t_test(contrasted)
    ours = contrast(first, second, weights, 0.05)
    assert ours.difference == pytest.approx(theirs.effect.item())
    assert ours.student.t == pytest.approx(theirs.tvalue.item())
    assert ours.student.p == pytest.approx(theirs.pvalue.item())
    assert ours.student.df == 20
    # HC2 is unbiased for cell means: one variance per cell.
    assert ours.welch.t == pytest.approx(fit.get_robustcov_results("HC2").t_test(contrasted).tvalue.item())
    assert 2 < ours.welch.df < 20


def test_a_cell_of_one_has_no_interval_and_no_spread_has_no_test() -> None:
    one, many = np.array([0.5]), np.array([0.1, 0.2, 0.4])
    found = contrast([one], [many], [1.0], 0.05)
    assert found.difference == pytest.approx(0.7 / 3 - 0.5)
    assert np.isnan([found.low, found.high, found.welch.p]).all()
    assert found.student.df == 2
    flat = contrast([one, one], [one, one], [0.5, 0.5], 0.05)
    assert flat.difference == 0
    assert np.isnan([flat.student.p, flat.welch.p]).all()


def test_permutation_stays_within_strata_and_keeps_its_level() -> None:
    rng = np.random.default_rng(2)
    # The second run has met the easy task more often: that alone is no difference.
    sizes = ((9, 3), (3, 9))
    p = []
    for _ in range(400):
        first, second = ([rng.normal(m, 0.1, n) for m, n in zip((0.2, 0.9), side, strict=True)] for side in sizes)
        p.append(permuted_p(first, second, [0.5, 0.5], 199, rng))
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.08
    first, second = ([rng.normal(m, 0.1, 9) for m in means] for means in ((0.2, 0.9), (0.4, 1.1)))
    assert permuted_p(first, second, [0.5, 0.5], 199, rng) == 1 / 200
