"""Simulated power against formulas whose answer is known, and the simulated tests against those of the analysis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings
from hypothesis import assume, example, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from scipy.stats import nct, norm, ttest_rel
from scipy.stats import t as student

from cis_study.errors import StudyError
from cis_study.figures.power import draw
from cis_study.figures.style import close
from cis_study.statistics import simulation
from cis_study.statistics.analysis import analyse
from cis_study.statistics.power import (
    BETWEEN,
    FIXED,
    RANDOM,
    WITHIN,
    Curve,
    detectable,
    family_pairs,
    simulate,
)
from cis_study.statistics.power_settings import Simulated, Spreads
from cis_study.statistics.power_table import power_table
from cis_study.statistics.power_verdicts import as_text, power_summary, power_verdicts
from cis_study.statistics.resampling import permutation_p
from cis_study.statistics.scores import check_scores
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.verdicts import Verdict
from cis_study.tables.power import power as power_as_shown


def small(**power: Any) -> AnalysisSettings:
    sizes = {"pilot": "cpu", "studies": 400, "permutations": 199, "tasks": [4], "replicates": [5]}
    return fake_settings(power=sizes | power)


def spreads(residual: float = 0.13, model_task: float = 0.05) -> Spreads:
    return Spreads(residual_sd=residual, model_task_sd=model_task, task_sd=0.07)


def power_at(curve: Curve, effect: float) -> float:
    return float(np.interp(effect, curve.effects, curve.found))


def test_simulated_p_values_are_those_of_the_analysis() -> None:
    """Tasks of unequal numbers, a difference between cells and an added effect, all at once."""
    replicates, permutations, effect = (6, 9, 4), 4000, 0.06
    rng = np.random.default_rng(1)
    battles = simulation.draw_battles(2, replicates, spreads(), 6, rng)
    shuffles = simulation.draw_shuffles(replicates, permutations, rng)
    differences = simulation.task_differences(battles, replicates, 0, 1)
    shuffled = simulation.shuffled_differences(battles, shuffles, 0, 1)
    (found,) = simulation.permutation_ps(differences, shuffled, shuffles, np.full((1, 6), effect))
    ends = np.cumsum(replicates)[:-1]
    for study in range(6):
        first, second = (
            [part + battles.cell[model, study, task] for task, part in enumerate(np.split(values[study], ends))]
            for model, values in enumerate(battles.residual)
        )
        p = permutation_p([part + effect for part in second], first, permutations, np.random.default_rng(study))
        error = np.sqrt(2 * p * (1 - p) / permutations)
        assert found[study] == pytest.approx(p, abs=4 * error + 1e-3)
        assert simulation.task_level_ps(differences, np.full((1, 6), effect))[0, study] == pytest.approx(
            ttest_rel([np.mean(part) + effect for part in second], [np.mean(part) for part in first]).pvalue
        )


@budget(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.0001, 0.06), min_size=1, max_size=10))
@example([0.03, 0.04])
def test_holm_rejects_what_pingouin_rejects(p: list[float]) -> None:
    expected, adjusted = pg.multicomp(p, alpha=0.05, method="holm")
    # pingouin keeps a p value that is alpha itself, the analysis rejects it.
    assume(not np.isclose(adjusted, 0.05).any())
    assert simulation.holm_rejects(np.array(p), 0.05).tolist() == list(expected)


@pytest.mark.parametrize("contrasts", ["all_pairs", "adjacent"])
def test_the_family_is_that_of_the_analysis(contrasts: str) -> None:
    design = fake_design()
    settings = fake_settings(family={"outcome": "CIS", "contrasts": contrasts, "adjust": "holm"})
    table = analyse(check_scores(fake_scores(design), design), design, settings, FAKE_STANDING).contrasts
    named = [(design.models[a], design.models[b]) for a, b in family_pairs(3, settings.family.contrasts)]
    assert named == list(zip(table["reference"], table["model"], strict=True))


@pytest.mark.parametrize(("tasks", "replicates", "fact"), [(4, 13, 0.071), (4, 25, 0.051), (4, 50, 0.036)])
def test_on_these_tasks_power_is_that_of_the_two_sample_formula(tasks: int, replicates: int, fact: float) -> None:
    """Two contestants, no interaction: SE = sqrt(2 sd^2 / (tasks replicates)); the facts' smallest differences."""
    curve = simulate(2, (replicates,) * tasks, spreads(model_task=0), small(studies=1200, permutations=499))
    found = curve[FIXED, WITHIN]
    error = np.sqrt(2 * 0.13**2 / (tasks * replicates))
    for effect in (fact, 0.7 * fact):
        expected = norm.cdf(effect / error - norm.ppf(0.975))
        assert power_at(found, effect) == pytest.approx(expected, abs=0.045)
    smallest = detectable(found, 0.8)
    assert smallest.value == pytest.approx(fact, abs=4 * smallest.error + 0.0015)


@pytest.mark.parametrize(
    ("tasks", "replicates", "sd", "facts"),
    [
        (4, 50, 0.03, (0.29, 0.75, 1.0)),
        (4, 50, 0.08, (0.09, 0.24, 0.64)),
        (8, 25, 0.08, (0.20, 0.53, 0.98)),
        (20, 25, 0.03, (0.98, 1.0, 1.0)),
    ],
)
def test_over_tasks_power_is_that_of_the_noncentral_t(
    tasks: int, replicates: int, sd: float, facts: tuple[float, ...]
) -> None:
    """And the formula gives the simulated table of the facts, differences 0.05, 0.10 and 0.20."""
    curve = simulate(2, (replicates,) * tasks, spreads(model_task=sd), small(permutations=99))[RANDOM, BETWEEN]
    error = np.sqrt(2 * (sd**2 + 0.13**2 / replicates) / tasks)
    limit = student.ppf(0.975, tasks - 1)
    for effect, fact in zip((0.05, 0.1, 0.2), facts, strict=True):
        shift = effect / error
        expected = nct.sf(limit, tasks - 1, shift) + nct.cdf(-limit, tasks - 1, shift)
        assert expected == pytest.approx(fact, abs=0.03)
        assert power_at(curve, effect) == pytest.approx(expected, abs=0.1)


def test_equal_contestants_are_told_apart_as_often_as_agreed_and_misread_tests_far_more_often() -> None:
    """The pooled design of the facts gets worse with replicates; so do tests within tasks read over tasks."""
    few, many = (simulate(3, (n,) * 4, spreads(model_task=0.08), small()) for n in (5, 40))
    for curves in (few, many):
        level = curves[RANDOM, BETWEEN].false_positive
        assert abs(level.value - 0.05) < 4 * level.error
        assert curves[FIXED, WITHIN].false_positive.value < 0.05 + 4 * level.error
    assert 0.15 < few[RANDOM, WITHIN].false_positive.value < many[RANDOM, WITHIN].false_positive.value - 0.2
    even = simulate(3, (10,) * 4, spreads(model_task=0), small(studies=1200))
    for key in even:
        assert abs(even[key].false_positive.value - 0.05) < 4 * even[key].false_positive.error


def test_more_of_everything_finds_more_and_more_replicates_do_not_buy_tasks() -> None:
    table = power_table(fake_design(5), spreads(model_task=0.08), small(tasks=[4, 8], replicates=[5, 20]))
    found = table.set_index(["estimand", "test", "tasks", "replicates"])["detectable"]
    fixed, random = found[FIXED, WITHIN], found[RANDOM, BETWEEN]
    assert fixed[4, 5] > fixed[4, 20] > fixed[8, 20]
    assert fixed[4, 5] > fixed[8, 5]
    assert random[4, 5] > random[8, 5]
    assert random[4, 20] > 2 * fixed[4, 20]
    # Four times the battles, and yet above what is left with endless ones, which more tasks undercut.
    assert random[4, 20] > 0.95 * random[4, np.inf] > random[8, 20]


def test_without_spread_everything_is_found_where_a_test_can_find_it() -> None:
    still = spreads(0, 0)
    curves = simulate(2, (4, 4), still, small())
    for curve in curves.values():
        assert curve.false_positive.value == 0
        assert (curve.found[1:] == 1).all()
    # With 3 battles against 3 the smallest p value is 2 / 20.
    single = simulate(2, (3,), still, small())
    assert (single[FIXED, WITHIN].found == 0).all()
    assert np.isnan(detectable(single[FIXED, WITHIN], 0.8).value)
    assert np.isnan(single[RANDOM, BETWEEN].found).all()


def test_one_contestant_leaves_nothing_to_simulate() -> None:
    one = fake_design(contestants=[fake_design().contestants[0].model_dump()])
    table = power_table(one, spreads(), small())
    assert table.empty
    assert [verdict.outcome for verdict in power_verdicts(table, small())] == ["not testable"] * 2


def test_the_seed_decides_the_table() -> None:
    first, again = (power_table(fake_design(5), spreads(), small()) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    other = power_table(fake_design(5), spreads(), small().model_copy(update={"seed": 2}))
    assert not first["power"].equals(other["power"])


def test_too_few_permutations_for_the_family_are_refused() -> None:
    contestants = [fake_design().contestants[0].model_dump() | {"name": f"m{i}", "label": f"M{i}"} for i in range(5)]
    with pytest.raises(StudyError, match=r"power\.permutations: 99: .*10 contrasts"):
        power_table(fake_design(contestants=contestants), spreads(), small(permutations=99))


def rows(fixed: dict[str, float], random: dict[str, float]) -> pd.DataFrame:
    """Invented figures of the design as configured, of a larger one, and of endless replicates."""
    good = {"false_positive": 0.05, "false_positive_se": 0.01, "power": 0.9, "power_se": 0.01, "detectable": 0.04}
    endless = {"tasks": 4, "replicates": np.inf, "configured": False, "estimand": RANDOM, "test": BETWEEN}
    larger = {"tasks": 16, "replicates": 10.0, "configured": False}
    own = {"tasks": 4, "replicates": 10.0, "configured": True}
    return pd.DataFrame(
        [
            {"estimand": FIXED, "test": WITHIN, **own, **good, **fixed},
            {"estimand": RANDOM, "test": BETWEEN, **own, **good, **random},
            {"estimand": RANDOM, "test": WITHIN, **own, "false_positive": 0.43, "false_positive_se": 0.02},
            {"estimand": RANDOM, "test": BETWEEN, **larger, **good},
            {**endless, **good, "detectable": 0.3},
        ]
    )


def test_power_is_for_the_smallest_difference_of_interest_and_the_results_say_which() -> None:
    settings = small().model_copy(update={"minimum_effect": 0.11})
    table = power_table(fake_design(5), spreads(), settings)
    own = table[table["configured"] & (table["estimand"] == FIXED)].iloc[0]
    curve = simulate(3, (5,) * 4, spreads(), settings)[FIXED, WITHIN]
    assert own["power"] == curve.found[list(curve.effects).index(0.11)] != power_at(curve, 0.05)
    summary = power_summary(table, spreads(), None, fake_design(5), settings)
    assert "a difference of 0.11 in CIS" in summary["verdicts"][0]["sentence"]
    simulated = Simulated.model_validate(summary["settings"])
    assert "at a difference of 0.11;" in power_as_shown(table, simulated).told().text
    figure = draw(table, simulated)
    assert list(figure.axes[0].lines[-1].get_ydata()) == [0.11, 0.11]
    close(figure)


def said(fixed: dict[str, float], random: dict[str, float]) -> list[Verdict]:
    return power_verdicts(rows(fixed, random), small())


def test_a_design_that_can_answer_is_told_so() -> None:
    fixed, random = said({}, {})
    assert (fixed.outcome, random.outcome) == ("supported", "supported")
    assert fixed.sentence == (
        "On these tasks this design can answer its question: a difference of 0.05 in CIS is found with power"
        " 0.900 ± 0.010 after Holm, where 0.8 is wanted, and the smallest difference found with power 0.8 is 0.040."
        " Of studies of equal contestants, 5.0 ± 1.0 % find a difference."
    )
    assert "read as a claim about such tasks, would find one in 43 ± 2 %" in random.sentence


def test_a_design_that_cannot_answer_is_warned_and_told_what_would() -> None:
    fixed, random = said({"power": 0.3, "detectable": np.nan}, {"power": 0.1, "detectable": 0.4})
    assert (fixed.outcome, random.outcome) == ("not supported", "not supported")
    assert "no difference at all is found with power 0.8. None of the simulated designs" in fixed.sentence
    assert "cannot answer its question" in random.sentence
    assert "No number of replicates helps: with endless ones the smallest difference found" in random.sentence
    assert "smallest of the simulated designs that can has 16 tasks with 10 replicates" in random.sentence


def test_a_level_that_is_not_kept_and_a_single_task_are_named() -> None:
    fixed, random = said({"false_positive": 0.09}, {"power": np.nan, "detectable": np.nan})
    assert "do not keep their level: 9.0 ± 1.0 %" in fixed.sentence
    assert (random.outcome, random.sentence[:43]) == ("not testable", "A single task says nothing of others like i")


def test_what_the_command_prints_warns_first() -> None:
    settings = fake_settings(power={"spreads": spreads().model_dump() | {"source": "a paper"}})
    table = rows({}, {"power": 0.1})
    summary = power_summary(table, settings.power.spreads or spreads(), None, fake_design(), settings)
    origin, fixed, random = as_text(summary).splitlines()
    assert origin.endswith("task SD 0.070, as given in config/analysis.yaml (source: a paper).")
    assert fixed.startswith("On these tasks")
    assert random.startswith("warning: Over tasks like these this design cannot")
