"""Tasks as a sample: oracles for the task-level tests, known variances for the mixed model, silence below 16 tasks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_cells import MIDDLE, STRONG, WEAK, fake_cells, fake_study
from fake_scores import fake_settings
from scipy.stats import ttest_rel
from statsmodels.formula.api import ols

from cis_study.statistics import conclusions
from cis_study.statistics.contrasts import contrast_table
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.generalisation import generalisation_table
from cis_study.statistics.verdicts import Verdict


def random_tasks(tasks: int = 16, replicates: int = 12, step: float = 0.1, seed: int = 1) -> tuple[StudyDesign, Cells]:
    """Scores with standard deviations between tasks, between models within tasks and between battles."""
    rng, design = np.random.default_rng(seed), fake_study(replicates, tasks)
    sd = (0.06, 0.08, 0.13)
    of_task = dict(zip(design.task_ids, rng.normal(0, sd[0], tasks), strict=True))
    of_cell = {(m, t): rng.normal(0, sd[1]) for m in design.models for t in design.task_ids}
    level = {WEAK: 0.4, MIDDLE: 0.4 + step, STRONG: 0.4 + 2 * step}

    def draw(model: str, task: str, _: str, count: int) -> np.ndarray:
        return level[model] + of_task[task] + of_cell[model, task] + rng.normal(0, sd[2], count)

    return design, fake_cells(design, fake_settings(), draw)


def generalised(design: StudyDesign, cells: Cells) -> tuple[pd.DataFrame, dict[str, Any], Verdict]:
    table, facts = generalisation_table(cells, contrast_table(cells, design, fake_settings()), design, fake_settings())
    return table, facts, conclusions.generalisation(table, facts, fake_settings())


def test_task_level_test_is_the_paired_t_test_of_scipy() -> None:
    design, cells = random_tasks()
    table, *_ = generalised(design, cells)
    row = table.set_index(["model", "reference"]).loc[(STRONG, WEAK)]
    means = {m: [cells[m, t].values[:, 0].mean() for t in design.task_ids] for m in (STRONG, WEAK)}
    oracle = ttest_rel(means[STRONG], means[WEAK])
    assert row["p"] == pytest.approx(oracle.pvalue)
    assert (row["low"], row["high"]) == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    assert row["p_sign_flip"] == pytest.approx(2 / 500)


def test_mixed_model_finds_the_planted_variances() -> None:
    design, cells = random_tasks(tasks=60, replicates=15)
    table, facts, _ = generalised(design, cells)
    found = [facts[f"sd_{name}"] for name in ("task", "model_task", "residual")]
    assert found == pytest.approx([0.06, 0.08, 0.13], rel=0.25)
    # Balanced: the estimate is the difference of means, whatever the variances.
    np.testing.assert_allclose(table["mixed_difference"], table["difference"], atol=6e-5)


def test_the_mixed_model_is_the_analysis_of_variance_of_the_cell_means() -> None:
    """With cells of one size and a positive variance within tasks they are the same test."""
    design, cells = random_tasks(step=0.03)
    table, facts, _ = generalised(design, cells)
    assert facts["sd_model_task"] > 0
    means = pd.DataFrame([(m, t, cells[m, t].values[:, 0].mean()) for m, t in cells], columns=["model", "task", "mean"])
    additive = ols("mean ~ 0 + C(model) + C(task)", means).fit()
    assert additive.df_resid == 2 * 15
    for row in table.itertuples():
        oracle = additive.t_test(f"C(model)[{row.model}] - C(model)[{row.reference}] = 0")
        assert row.p_mixed == pytest.approx(oracle.pvalue.item(), abs=2e-4)
        assert [row.mixed_low, row.mixed_high] == pytest.approx(oracle.conf_int()[0], abs=2e-4)


def test_the_interval_over_tasks_is_wider_than_on_these() -> None:
    design, cells = random_tasks(replicates=40)
    fixed = contrast_table(cells, design, fake_settings())
    table, *_ = generalised(design, cells)
    for name in ("", "mixed_"):
        assert (table[f"{name}high"] - table[f"{name}low"] > 1.5 * (fixed["high"] - fixed["low"])).all()


def test_below_16_tasks_nothing_is_said() -> None:
    table, facts, verdict = generalised(*random_tasks(tasks=15, replicates=3))
    assert table.empty
    assert facts["sd_task"] is None
    assert verdict == (
        "generalisation",
        "not testable",
        "With 15 tasks nothing is said about tasks that were not asked; that takes 16.",
    )


@pytest.mark.parametrize(
    ("step", "outcome", "sentence"),
    [
        (0.15, "supported", "The order of tiers extends to tasks like these: 3 of 3 contrasts between tiers hold"),
        (-0.15, "contradicted", "Over tasks like these CIS contradicts the order of tiers: 3 contrasts are reversed"),
        (0.0, "not supported", "The order of tiers was not shown to extend to tasks like these: 0 of 3"),
    ],
)
def test_sentences(step: float, outcome: str, sentence: str) -> None:
    *_, verdict = generalised(*random_tasks(step=step, seed=2))
    assert verdict.outcome == outcome
    assert verdict.sentence.startswith(sentence)


def test_scores_that_never_vary_are_not_tested() -> None:
    design = fake_study(3, 16)
    cells = fake_cells(design, fake_settings(), lambda *_: np.full(3, 0.5))
    table, facts, verdict = generalised(design, cells)
    assert (facts["converged"], verdict.outcome) == (False, "not testable")
    assert table[["p", "p_sign_flip", "p_mixed"]].isna().all(axis=None)
