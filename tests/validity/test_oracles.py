"""Known answers and oracles of the members of the battery."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from fake_scores import fake_settings
from hypothesis import given
from hypothesis import strategies as st
from planted import design_of, pass_rules, perfect, planted_material
from scipy.stats import kendalltau, spearmanr

from cis_study.statistics.design import COMPONENTS
from cis_study.validity.components import component_structure
from cis_study.validity.correlations import correlations
from cis_study.validity.finding import Verdict, at_least, at_most, exact_share, within
from cis_study.validity.generalizability import d_study, g_study
from cis_study.validity.groups import known_groups
from cis_study.validity.incremental import error_removed
from cis_study.validity.ladders import page
from cis_study.validity.material import Material, ordered
from cis_study.validity.nuisance import serving
from cis_study.validity.weights import weight_robustness

RULES = pass_rules()


def with_components(material: Material, weights_of: str = "RATL") -> Material:
    """The same battles, scored by components: `weights_of` names those that follow hidden cases; the rest is noise."""
    rng = np.random.default_rng(5)
    battles = material.battles.copy()
    for name in COMPONENTS:
        noisy = rng.uniform(size=len(battles))
        battles[name] = battles["hidden"] if name in weights_of else noisy
    battles["CIS"] = battles[list(COMPONENTS)].mean(axis=1)
    return Material(
        "parts", material.design, battles, material.controls, material.edits, material.again, material.absent
    )


def test_page_gives_the_published_value() -> None:
    """Page 1963, as in scipy's documentation: three teaching styles ranked by ten students."""
    ratings = np.array(
        [[3, 4, 3], [2, 2, 4], [3, 3, 5], [1, 3, 2], [2, 3, 2], [2, 4, 5], [1, 2, 4], [3, 4, 4], [2, 4, 5], [1, 3, 4]]
    )
    statistic, p, other_way = page(-ratings.astype(float))
    assert (statistic, p) == (133.5, pytest.approx(0.0018191161948127822))
    assert other_way > 0.99


def test_delta_of_groups_is_kendalls_numerator_scaled() -> None:
    """With two contestants, Jonckheere's statistic is that of Kendall's test of score against group."""
    material = planted_material(perfect, tasks=1)
    design = material.design.model_copy(update={"contestants": material.design.contestants[:2]})
    battles = material.battles[material.battles["model"].isin(design.models)]
    part = known_groups(
        Material("one", design, battles, *[material.battles.head(0)] * 3),
        RULES,
        fake_settings(),
    )
    tau_b = kendalltau((battles["model"] == design.models[1]).astype(int), battles["CIS"].round(9)).statistic
    n, half = len(battles), len(battles) / 2
    ties = sum(count * (count - 1) / 2 for count in battles["CIS"].round(9).value_counts())
    pairs = n * (n - 1) / 2
    tied_group = 2 * half * (half - 1) / 2
    numerator = tau_b * math.sqrt((pairs - ties) * (pairs - tied_group))
    assert part.findings[0].estimate == pytest.approx(numerator / half**2)


def test_the_interval_of_a_share_is_that_of_the_tables() -> None:
    """Clopper and Pearson 1934: none of 48."""
    assert exact_share([False] * 48, 0.05) == (0, pytest.approx(1 - 0.025 ** (1 / 48)))
    low, high = exact_share([True] * 3 + [False] * 7, 0.05)
    assert (low, high) == (pytest.approx(0.06673951117773447), pytest.approx(0.6524528500599973))


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_verdict_is_decided_only_by_the_whole_interval(low: float, width: float, bound: float) -> None:
    high = low + width
    inside: dict[str, tuple[Verdict, bool, bool]] = {
        "least": (at_least(bound).verdict(low, high), low >= bound, high < bound),
        "most": (at_most(bound).verdict(low, high), high <= bound, low > bound),
        "within": (within(bound).verdict(low, high), -bound <= low and high <= bound, high < -bound or low > bound),
    }
    for verdict, all_inside, all_outside in inside.values():
        assert verdict == ("supported" if all_inside else "contradicted" if all_outside else "not decided")
    assert at_least(bound).verdict(math.nan, math.nan) == "not decided"


def test_within_one_task_the_correlation_is_spearmans() -> None:
    material = planted_material(lambda shown: 0.5 * shown["hidden"] + 0.01 * shown["comments"], tasks=1)
    table = correlations(material, RULES, fake_settings()).details["correlations"]
    rho = table.set_index("with")["rho"]
    for other in ("hidden", "source_lines", "comments"):
        expected = spearmanr(material.battles["CIS"].round(9), material.battles[other].round(9)).statistic
        assert rho[other] == pytest.approx(expected)


def test_the_score_without_l_decides_where_l_is_the_criterion() -> None:
    material = with_components(planted_material(perfect, tasks=4), "L")
    found = {f.claim: f for f in correlations(material, RULES, fake_settings()).findings}
    assert found["Criterion: hidden cases"].estimate > 0.4
    assert abs(found["Criterion: hidden cases, without L"].estimate) < 0.2
    assert "L is" in found["Criterion: hidden cases"].note


def test_error_removed_is_that_of_regressions_fitted_and_tested_by_hand() -> None:
    rng = np.random.default_rng(2)
    tasks = [rng.normal(size=(12, 3)) for _ in range(4)]
    for values in tasks:
        values[:, 0] += values[:, 1] + 0.7 * values[:, 2]
    centred = [values - values.mean(axis=0) for values in tasks]
    errors = []
    for predictors in ([1], [1, 2]):
        error = 0.0
        for place, left_out in enumerate(centred):
            others = np.concatenate([values for number, values in enumerate(centred) if number != place])
            slopes = np.linalg.lstsq(others[:, predictors], others[:, 0], rcond=None)[0]
            error += ((left_out[:, 0] - left_out[:, predictors] @ slopes) ** 2).sum()
        errors.append(error)
    grams = np.stack([values.T @ values for values in centred])[np.newaxis]
    assert error_removed(grams)[0] == pytest.approx(1 - errors[1] / errors[0])


def test_alpha_is_that_of_the_formula_and_an_idle_component_is_named() -> None:
    material = with_components(planted_material(perfect, tasks=4))
    battles = material.battles.assign(A=0.8)
    battles["CIS"] = battles[list(COMPONENTS)].mean(axis=1)
    idle = Material("idle", material.design, battles, material.controls, material.edits, material.again)
    finding = component_structure(idle, RULES, fake_settings()).findings[0]
    assert (finding.verdict, finding.evidence, finding.estimate) == ("contradicted", "component A", 0)
    parts = battles[list(COMPONENTS)]
    alpha = 4 / 3 * (1 - parts.var().sum() / parts.sum(axis=1).var())
    assert f"α {alpha:.2f}" in finding.note
    assert pg.cronbach_alpha(data=parts)[0] == pytest.approx(alpha)


def test_shares_of_a_score_with_penalties_lie_in_their_intervals() -> None:
    """LogoMesh's formulas take penalties off the sum of the components."""
    material = with_components(planted_material(perfect, tasks=4))
    penalty = np.random.default_rng(4).choice([1.0, 0.3], size=len(material.battles))
    battles = material.battles.assign(CIS=material.battles["CIS"] * penalty)
    punished = Material("penalties", material.design, battles, material.controls, material.edits, material.again)
    table = component_structure(punished, RULES, fake_settings()).details["components"]
    assert table["variance_share"].between(table["low"], table["high"]).all()
    assert abs(table["variance_share"].sum() - 1) > 0.05


def test_weights_cannot_reorder_contestants_who_differ_alike_in_every_component() -> None:
    material = with_components(planted_material(perfect, tasks=4))
    part = weight_robustness(material, RULES, fake_settings())
    assert (part.findings[0].estimate, part.findings[0].verdict) == (1, "supported")
    assert (part.details["weights"]["drop_R"] == part.details["weights"]["drop_L"]).all()


def test_weights_reorder_contestants_half_the_time_where_two_components_oppose_two() -> None:
    material = planted_material(perfect, tasks=4)
    rank = material.battles["model"].map({name: place for place, name in enumerate(material.design.models)})
    battles = material.battles.assign(R=0.3 + 0.1001 * rank, A=0.3 + 0.1 * rank, T=0.7 - 0.1 * rank, L=0.7 - 0.1 * rank)
    battles["CIS"] = battles[list(COMPONENTS)].mean(axis=1)
    opposed = Material("opposed", material.design, battles, material.controls, material.edits, material.again)
    part = weight_robustness(opposed, pass_rules(weight_draws=4000), fake_settings())
    assert part.findings[0].estimate == pytest.approx(0.5, abs=0.03)
    assert part.findings[0].verdict == "contradicted"


def truth(models: int, tasks: int, replicates: int, seed: int) -> dict[tuple[str, str], np.ndarray]:
    """FAKE scores with standard deviations .2 (model), .1 (task), .15 (both), .3 (residual)."""
    rng = np.random.default_rng(seed)
    by_model, by_task = rng.normal(0, 0.2, models), rng.normal(0, 0.1, tasks)
    both = rng.normal(0, 0.15, (models, tasks))
    return {
        (f"m{m}", f"t{t}"): by_model[m] + by_task[t] + both[m, t] + rng.normal(0, 0.3, replicates)
        for m in range(models)
        for t in range(tasks)
    }


def test_variance_components_are_those_that_were_planted() -> None:
    found = [g_study(truth(6, 12, 10, seed), 0.05) for seed in range(60)]
    means = {
        name: np.mean([getattr(each, name) for each in found]) for name in ("model", "task", "interaction", "residual")
    }
    assert means["model"] == pytest.approx(0.04, rel=0.2)
    assert means["task"] == pytest.approx(0.01, rel=0.25)
    assert means["interaction"] == pytest.approx(0.0225, rel=0.1)
    assert means["residual"] == pytest.approx(0.09, rel=0.03)


def test_the_interval_of_the_coefficient_covers_the_truth() -> None:
    coefficient = 0.04 / (0.04 + (0.0225 + 0.09 / 10) / 4)
    found = [g_study(truth(5, 4, 10, seed), 0.05) for seed in range(400)]
    covered = np.mean([each.low <= coefficient <= each.high for each in found])
    assert 0.92 <= covered <= 0.98


def test_the_coefficient_is_pingouins_icc_of_the_cell_means() -> None:
    cells = truth(5, 6, 7, 1)
    long = pd.DataFrame(
        [(model, task, values.mean()) for (model, task), values in cells.items()], columns=["m", "t", "y"]
    )
    icc = pg.intraclass_corr(long, targets="m", raters="t", ratings="y").set_index("Type")
    row = icc.loc[next(name for name in icc.index if name in ("ICC3k", "ICC(C,k)"))]
    found = g_study(cells, 0.05)
    assert found.coefficient == pytest.approx(row["ICC"])
    bounds = row[next(name for name in row.index if name.startswith("CI95"))]
    assert found.low == pytest.approx(max(0, bounds[0]), abs=0.006)
    assert found.high == pytest.approx(bounds[1], abs=0.006)


def test_the_d_study_goes_through_the_coefficient_that_was_observed() -> None:
    found = g_study(truth(6, 8, 10, 3), 0.05)
    table = d_study(found).set_index(["tasks", "replicates"])
    assert table.at[(8, 10), "relative"] == pytest.approx(found.coefficient)
    assert (table["absolute"] <= table["relative"]).all()
    assert (table["relative"] <= table["these_tasks"]).all()
    assert table.xs(10, level="replicates")["relative"].is_monotonic_increasing


def test_two_ways_to_serve_one_model_are_compared() -> None:
    material = planted_material(perfect, tasks=4, step=0)
    weak, strong = material.design.models[0], material.design.models[-1]
    shifted = material.battles.assign(CIS=material.battles["CIS"] + 0.2 * (material.battles["model"] == strong))
    battles = ordered(shifted, design_of(4))
    moved = Material("moved", material.design, battles, material.controls, material.edits, material.again)
    finding = serving(moved, pass_rules(same_model=[[weak, strong]]), fake_settings()).findings[0]
    assert finding.verdict == "contradicted"
    assert finding.estimate == pytest.approx(0.2, abs=0.05)
    same = serving(material, pass_rules(same_model=[[weak, strong]], nuisance_bound=0.2), fake_settings())
    assert same.findings[0].verdict == "supported"
