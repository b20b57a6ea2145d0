"""What missing battles could change: bounds by hand, tipping points by search, and whether a model loses more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_cells import MIDDLE, STRONG, WEAK, fake_cells, fake_study
from fake_scores import fake_settings
from scipy.stats import fisher_exact

from cis_study.statistics import conclusions
from cis_study.statistics.contrasts import contrast_table
from cis_study.statistics.sensitivity import missingness, sensitivity_table
from cis_study.statistics.verdicts import Verdict

SETTINGS = fake_settings()


def incomplete(means: dict[str, float], lost: dict[str, int]) -> tuple[pd.DataFrame, dict[str, Any], Verdict]:
    """A study of which `lost` battles of each contestant and task are missing, beside 20 with scores."""
    design, rng = fake_study(20), np.random.default_rng(3)
    cells = fake_cells(design, SETTINGS, lambda m, *_: means[m] + _centred(rng.normal(0, 0.05, 20)))
    missing = pd.DataFrame(
        [(m, t, lost.get(m, 0), 20) for m in design.models for t in design.task_ids],
        columns=["model", "task", "n_missing", "n_scored"],
    )
    table = sensitivity_table(cells, contrast_table(cells, design, SETTINGS), missing, design, SETTINGS)
    facts = missingness(missing, design, SETTINGS)
    return table.set_index(["model", "reference"]), facts, conclusions.robustness(table, facts, SETTINGS)


def _centred(noise: np.ndarray) -> np.ndarray:
    return noise - noise.mean()


LEVELS = {WEAK: 0.3, MIDDLE: 0.5, STRONG: 0.7}


def test_bounds_are_those_of_the_worst_and_the_best_scores() -> None:
    table, *_ = incomplete(LEVELS, {MIDDLE: 5, WEAK: 1})
    row = table.loc[(MIDDLE, WEAK)]
    assert row["worst"] == pytest.approx(20 * 0.5 / 25 - (20 * 0.3 + 1) / 21)
    assert row["best"] == pytest.approx((20 * 0.5 + 5) / 25 - 20 * 0.3 / 21)
    assert row["n_missing"] == 4 * 6


def test_nothing_missing_changes_nothing() -> None:
    table, facts, verdict = incomplete(LEVELS, {})
    assert (table["worst"] == table["best"]).all()
    assert table["tipping"].isna().all()
    assert facts == {"missing": 0, "p": None}
    assert verdict.sentence == "No battle is missing, so none can change an answer."


def test_few_missing_battles_cannot_undo_a_large_difference() -> None:
    table, _, verdict = incomplete(LEVELS, {WEAK: 1, STRONG: 1})
    assert (table["changes"] == 0).all()
    assert verdict.outcome == "supported"
    assert verdict.sentence.startswith(
        "Whatever the missing battles had scored, all 3 contrasts would have the same answer. Contestants were not"
    )


def test_a_tipping_point_lies_where_the_answer_changes() -> None:
    """With 20 of 40 missing, the difference vanishes where they score (1 - t) mean + t end."""
    table, _, verdict = incomplete({WEAK: 0.45, MIDDLE: 0.55, STRONG: 0.9}, {MIDDLE: 20})
    row = table.loc[(MIDDLE, WEAK)]
    assert row["changes"] == 1
    gone = 2 * 0.1 / 0.55  # the share at which half of the cell at 0.55 (1 - t) makes up for the difference
    assert 0.5 * gone < row["tipping"] <= gone + 1 / 32
    assert verdict.outcome == "contradicted"
    assert "the answer depends on what the missing battles would have scored" in verdict.sentence


def test_an_undecided_contrast_may_be_decided_by_what_is_missing() -> None:
    table, *_ = incomplete({WEAK: 0.5, MIDDLE: 0.5, STRONG: 0.5}, {MIDDLE: 10})
    assert table.loc[(MIDDLE, WEAK), "changes"] == 1
    assert table.loc[(STRONG, WEAK), "changes"] == 0


def test_missingness_by_model() -> None:
    _, facts, verdict = incomplete(LEVELS, {WEAK: 8})
    assert facts["p"] < 0.01
    assert verdict.sentence.endswith(f"Some contestants miss more battles than others (p = {facts['p']:.3f}).")
    two = fake_study(10).model_copy(update={"contestants": fake_study(10).contestants[:2]})
    missing = pd.DataFrame({"model": two.models, "n_missing": [1, 9], "n_scored": [39, 31]})
    assert missingness(missing, two, SETTINGS)["p"] == pytest.approx(fisher_exact([[1, 39], [9, 31]]).pvalue)
