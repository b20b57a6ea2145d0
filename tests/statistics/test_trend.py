"""Jonckheere and Terpstra: Kendall's tau in one stratum, blind to differences between strata."""

from __future__ import annotations

import numpy as np
import pytest
from fake_cells import MIDDLE, STRONG, WEAK, fake_cells, fake_study
from fake_scores import fake_settings
from scipy.stats import kendalltau

from cis_study.statistics.trend import stratified_trend, tier_trend


@pytest.mark.parametrize("decimals", [1, 12], ids=["ties", "no ties"])
def test_one_stratum_is_kendalls_tau(decimals: int) -> None:
    rng = np.random.default_rng(1)
    groups = [np.round(rng.random(n) + shift, decimals) for n, shift in ((7, 0.0), (9, 0.1), (6, 0.2))]
    place = np.repeat([0, 1, 2], [7, 9, 6])
    oracle = kendalltau(place, np.concatenate(groups), method="asymptotic")
    assert stratified_trend([groups]).p == pytest.approx(oracle.pvalue)


def test_a_difference_between_strata_is_no_trend() -> None:
    """Pooled, the groups of this study rise; within each stratum they do not."""
    rng = np.random.default_rng(2)
    low, high = rng.random(40) * 0.1, 0.9 + rng.random(40) * 0.1
    strata = [[low[:20], low[20:24], low[24:26]], [high[:2], high[2:6], high[6:26]]]
    assert stratified_trend(strata).p > 0.05
    assert stratified_trend([[np.concatenate(pair) for pair in zip(*strata, strict=True)]]).p < 0.001


def test_the_same_again_is_as_much_evidence_again() -> None:
    groups = [np.random.default_rng(5).random(5) + shift for shift in (0, 0.1, 0.2)]
    assert stratified_trend([groups, groups]).z == pytest.approx(np.sqrt(2) * stratified_trend([groups]).z)


def test_share_of_ordered_pairs() -> None:
    strata = [[np.array([0.1, 0.2]), np.array([0.15, 0.3])], [np.full(2, 0.5), np.full(2, 0.5)]]
    # 3 of 4 pairs rise in the first stratum; in the second all 4 are ties.
    assert stratified_trend(strata).ordered == pytest.approx((3 + 2) / 8)


def test_reversed_groups_reverse_the_sign() -> None:
    groups = [np.random.default_rng(3).random(6) + shift for shift in (0, 0.2, 0.4)]
    there, back = stratified_trend([groups]), stratified_trend([groups[::-1]])
    assert (there.z, there.p, there.ordered) == pytest.approx((-back.z, back.p, 1 - back.ordered))


def test_rounding_errors_are_ties() -> None:
    groups = [np.array([0.3, 0.3]), np.array([0.1 + 0.2, 0.1 + 0.2])]
    assert np.isnan(stratified_trend([groups]).p)


def test_tiers_are_the_groups_and_one_alone_is_not_tested() -> None:
    rng = np.random.default_rng(4)
    level = {WEAK: 0.2, MIDDLE: 0.3, STRONG: 0.4}
    strong = {"tier": "strong"}
    for changes, testable in (({}, True), ({"smollm2_135m": strong, "qwen2_5_coder_0_5b": strong}, False)):
        design = fake_study(6, 2, **changes)
        cells = fake_cells(design, fake_settings(), lambda m, *_: rng.normal(level[m], 0.05, 6))
        assert np.isfinite(tier_trend(cells, design, "CIS").p) == testable
