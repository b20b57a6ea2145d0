"""The roads to a contrast agree with published implementations where those apply, and with each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from fake_cells import MIDDLE, STRONG, WEAK, fake_cells, fake_study
from fake_scores import fake_settings
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, ttest_ind
from scipy.stats import t as student

from cis_study.statistics.checks import games_howell, hc3, tost
from cis_study.statistics.contrasts import contrast_table, holm
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells, combination
from cis_study.statistics.resampling import acceleration, bca_interval, bootstrap_means

PAIRS = [(MIDDLE, WEAK), (STRONG, WEAK)]


def skewed(tasks: int = 4, replicates: int = 15, seed: int = 0) -> tuple[Cells, StudyDesign]:
    rng = np.random.default_rng(seed)
    design = fake_study(replicates, tasks)
    level = {WEAK: 0.6, MIDDLE: 1.0, STRONG: 1.4}
    return fake_cells(design, fake_settings(), lambda m, *_, n=replicates: rng.beta(level[m], 3, n)), design


def test_bca_is_that_of_scipy() -> None:
    """Scipy draws n of n; at n = 40 the difference to n - 1 of n is 1 % of the width."""
    rng = np.random.default_rng(1)
    parts = [rng.exponential(1, 40) ** 1.5 for _ in range(4)]

    def contrast(a: Any, b: Any, c: Any, d: Any, axis: int = -1) -> Any:
        means = [x.mean(axis=axis) for x in (a, b, c, d)]
        return (means[0] + means[1] - means[2] - means[3]) / 2

    theirs = bootstrap(parts, contrast, n_resamples=20_000, method="BCa", rng=rng).confidence_interval
    weights = (0.5, 0.5, -0.5, -0.5)
    resampled = sum(w * bootstrap_means(part, 20_000, rng) for w, part in zip(weights, parts, strict=True))
    skew = float(acceleration(list(zip(weights, parts, strict=True))))
    ours = bca_interval(float(contrast(*parts)), resampled, skew, 0.05)
    width = theirs.high - theirs.low
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.04 * width)


def test_bca_leans_to_the_long_tail() -> None:
    values = np.linspace(0, 1, 16) ** 4
    resampled = bootstrap_means(values, 20_000, np.random.default_rng(2))
    interval = bca_interval(values.mean(), resampled, float(acceleration([(1.0, values)])), 0.05)
    low, high = np.quantile(resampled, [0.025, 0.975])
    assert interval.low > low
    assert interval.high > high


def test_acceleration_of_one_sample_is_that_of_the_jackknife() -> None:
    values = np.random.default_rng(3).exponential(1, 12)
    left_out = np.array([np.delete(values, place).mean() for place in range(12)])
    spread = left_out.mean() - left_out
    assert float(acceleration([(1.0, values)])) == pytest.approx((spread**3).sum() / (6 * (spread**2).sum() ** 1.5))
    assert float(acceleration([(1.0, np.full(4, 0.5))])) == 0


@given_settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_bca_is_defined_and_ordered_for_any_scores(scores: list[float]) -> None:
    values = np.array(scores)
    resampled = bootstrap_means(values, 300, np.random.default_rng(0))
    low, high = bca_interval(values.mean(), resampled, float(acceleration([(1.0, values)])), 0.05)
    assert resampled.min() <= low <= high <= resampled.max()


def test_hc3_is_its_formula() -> None:
    """In a model with a mean for every cell the variance of a mean is the sum of squares / (n - 1)^2."""
    cells, design = skewed()
    (p, _) = hc3(cells, design, PAIRS, "CIS")
    used = [cells[model, task].values[:, 0] for model in PAIRS[0] for task in design.task_ids]
    error = np.sqrt(sum(part.var(ddof=1) / (len(part) - 1) for part in used)) / 4
    difference = (sum(part.mean() for part in used[:4]) - sum(part.mean() for part in used[4:])) / 4
    assert p == pytest.approx(2 * student.sf(abs(difference) / error, 12 * 15 - 12))


def test_games_howell_of_two_is_welchs_test() -> None:
    """The studentized range of two groups is a t times the root of two."""
    cells, design = skewed()
    two = fake_study(15, 4).model_copy(update={"contestants": design.contestants[:2]})
    pooled = [np.concatenate([cells[m, t].values[:, 0] for t in two.task_ids]) for m in (MIDDLE, WEAK)]
    (p,) = games_howell(cells, two, PAIRS[:1], "CIS")
    assert p == pytest.approx(ttest_ind(*pooled, equal_var=False).pvalue, abs=1e-6)


def test_tost_of_one_task_is_that_of_pingouin() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(0.5, 0.1, 20), rng.normal(0.52, 0.2, 13)
    for bound in (0.02, 0.1, 0.3):
        oracle = pg.tost(a, b, bound=bound, correction=True)["pval"].item()
        assert tost([a], [b], bound) == pytest.approx(oracle, abs=1e-4)


def test_a_difference_that_is_not_significant_is_not_equivalence() -> None:
    rng = np.random.default_rng(5)
    few = [rng.normal(0.5, 0.2, 4) for _ in range(4)], [rng.normal(0.5, 0.2, 4) for _ in range(4)]
    many = [rng.normal(0.5, 0.1, 200) for _ in range(4)], [rng.normal(0.5, 0.1, 200) for _ in range(4)]
    assert tost(*few, 0.05) > 0.05
    assert tost(*many, 0.05) < 0.05


def test_nothing_is_said_where_nothing_can_be_known() -> None:
    one, same = [np.array([0.4])], [np.full(5, 0.5)]
    assert np.isnan(tost(one, one, 0.05))
    assert np.isnan(tost(same, same, 0.05))
    design = fake_study(3)
    flat = fake_cells(design, fake_settings(), lambda *_: np.full(3, 0.5))
    table = contrast_table(flat, design, fake_settings())
    assert table[["p_hc3", "p_games_howell", "p_tost", "p_tost_holm", "hedges_g"]].isna().all(axis=None)
    assert (table["p"] == 1).all()
    assert (table[["difference", "low", "high"]] == 0).all(axis=None)
    single = fake_study(1)
    lone = contrast_table(fake_cells(single, fake_settings(), lambda *_: np.array([0.5])), single, fake_settings())
    assert lone[["low", "high", "p_hc3", "p_tost"]].isna().all(axis=None)


def test_holm_counts_only_what_was_computed() -> None:
    assert holm(pd.Series([0.01, np.nan, 0.03])) == pytest.approx([0.02, np.nan, 0.03], nan_ok=True)


def test_names_and_their_order_do_not_matter() -> None:
    """Other names are other random streams: what is resampled moves within its error, the rest not at all."""
    cells, design = skewed()
    renamed = [c.model_dump() | {"name": name} for c, name in zip(design.contestants, "zya", strict=True)]
    other = design.model_validate(design.model_dump() | {"contestants": renamed, "tasks": design.tasks[::-1]})
    names = dict(zip(design.models, "zya", strict=True))
    again = {(names[model], task): cell for (model, task), cell in cells.items()}
    settings = fake_settings(permutations=4999)
    first, second = contrast_table(cells, design, settings), contrast_table(again, other, settings)
    exact = ["expected", "difference", "low", "high", "hedges_g", "cliff", "p_hc3", "p_games_howell", "p_tost"]
    np.testing.assert_allclose(first[exact], second[exact], rtol=1e-9)
    np.testing.assert_allclose(first["p"], second["p"], atol=0.02)


def test_a_mean_has_the_bca_interval_of_its_cells() -> None:
    cells, design = skewed(tasks=1)
    cell = cells[WEAK, "t0"]
    expected = bca_interval(
        cell.values[:, 0].mean(), cell.resampled[:, 0], float(acceleration([(1.0, cell.values[:, 0])])), 0.05
    )
    assert combination(cells, design, {WEAK: 1.0}, "CIS", 0.05)[1:] == pytest.approx(expected)


def test_a_contrast_backwards_is_its_negative() -> None:
    cells, design = skewed()
    there = combination(cells, design, {STRONG: 1.0, WEAK: -1.0}, "CIS", 0.05)
    back = combination(cells, design, {WEAK: 1.0, STRONG: -1.0}, "CIS", 0.05)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low), abs=1e-3)
