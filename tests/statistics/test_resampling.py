"""The resampling is right on cases whose answer is known."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cis_study.statistics.resampling import bootstrap_means, percentile_interval, permutation_p, stream

unit = st.floats(0, 1, allow_nan=False)


def test_bootstrap_variance_is_the_unbiased_one_in_small_cells() -> None:
    """Drawing n of n would give 2/3 of it in cells of three battles."""
    values = np.array([0.1, 0.4, 0.9])
    means = bootstrap_means(values, 40_000, np.random.default_rng(0))
    assert means.var() == pytest.approx(values.var(ddof=1) / 3, rel=0.03)


@settings(max_examples=30, deadline=None)
@given(st.lists(unit, min_size=4, max_size=12))
def test_interval_contains_the_estimate(scores: list[float]) -> None:
    values = np.array(scores)
    interval = percentile_interval(bootstrap_means(values, 500, np.random.default_rng(0)), 0.05)
    assert interval.low - 1e-9 <= values.mean() <= interval.high + 1e-9


def test_interval_of_a_single_battle_is_unknown_not_zero_wide() -> None:
    interval = percentile_interval(bootstrap_means(np.array([0.7]), 200, np.random.default_rng(0)), 0.05)
    assert np.isnan(interval.low)
    assert np.isnan(interval.high)


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        cells = [rng.beta(2, 3, 10) for _ in range(4)]
        resampled = np.mean([bootstrap_means(cell, 400, rng) for cell in cells], axis=0)
        interval = percentile_interval(resampled, 0.05)
        hits += interval.low <= 0.4 <= interval.high
    assert 0.91 <= hits / 300 <= 0.98


def test_permutation_p_equals_full_enumeration() -> None:
    first, second = np.array([0.9, 0.8, 0.7]), np.array([0.1, 0.85, 0.3])
    pooled = np.concatenate([first, second])
    observed = abs(first.mean() - second.mean())
    extreme = [
        abs(pooled[list(pick)].mean() - np.delete(pooled, pick).mean()) >= observed - 1e-12
        for pick in combinations(range(6), 3)
    ]
    p = permutation_p([first], [second], 20_000, np.random.default_rng(1))
    assert p == pytest.approx(np.mean(extreme), abs=0.01)


def test_permutation_keeps_its_level_when_tasks_differ_and_models_do_not() -> None:
    rng = np.random.default_rng(5)
    levels = (0.1, 0.5, 0.9)
    rejected = 0
    for _ in range(400):
        first = [np.clip(rng.normal(level, 0.1, 8), 0, 1) for level in levels]
        second = [np.clip(rng.normal(level, 0.1, 8), 0, 1) for level in levels]
        rejected += permutation_p(first, second, 199, rng) <= 0.05
    assert 0.02 <= rejected / 400 <= 0.085


def test_unequal_numbers_per_task_do_not_pass_for_a_model_difference() -> None:
    """Labels shuffled across tasks would call this difference of task mixes a difference of models."""
    easy, hard = np.linspace(0.88, 0.92, 20), np.linspace(0.08, 0.12, 20)
    p = permutation_p([easy, hard[:4]], [easy[:4], hard], 999, np.random.default_rng(2))
    assert p > 0.05


def test_ties_count_as_extreme() -> None:
    same = [np.full(5, 0.5)]
    assert permutation_p(same, same, 99, np.random.default_rng(0)) == 1.0


def test_streams_depend_on_names_alone() -> None:
    assert stream(1, "bootstrap", "a", "b").random() == stream(1, "bootstrap", "a", "b").random()
    assert stream(1, "bootstrap", "a", "b").random() != stream(1, "bootstrap", "ab", "").random()
    assert stream(1, "x").random() != stream(2, "x").random()
