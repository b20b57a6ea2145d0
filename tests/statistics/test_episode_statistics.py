"""Success and its relation to CIS: known answers, planted relations at one level that must not show at another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_scores import fake_design, fake_settings

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.episodes import correlations, detectable, episode_table, relation_table

SETTINGS = fake_settings(bootstrap_resamples=300)


@pytest.fixture(scope="module")
def design() -> StudyDesign:
    tasks = [{"id": f"t{i}", "title": f"T{i}", "replicates": 12} for i in range(16)]
    return StudyDesign.model_validate({**fake_design().model_dump(), "tasks": tasks})


def outcome(model: str, task: str, replicate: int, share: float, **more: Any) -> dict[str, Any]:
    return {
        "model": model,
        "kind": "repair",
        "tool_protocol": "fenced",
        "task": task,
        "replicate": replicate,
        "solved": share == 1,
        "hidden_passed": round(20 * share),
        "hidden_total": 20,
        "regressions": 0,
        "steps": 4,
        "unread_calls": 1,
        "invalid_calls": 0,
        "recovered": None,
        "completion_tokens": 100,
        **more,
    }


def planted(design: StudyDesign, level: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores and outcomes in which CIS and success go together at one level and at no other."""
    rng = np.random.default_rng(5)
    scores, outcomes = [], []
    for m, model in enumerate(design.models):
        for t, task in enumerate(design.task_ids):
            common, single = rng.normal(), rng.normal(size=12)
            single -= single.mean()
            for replicate in range(1, 13):
                own = 3.0 * single[replicate - 1]
                shared = {"between": 3.0 * m, "across": 3.0 * common, "within": own, "none": 0.0}[level]
                x, y = (shared + rng.normal(size=2)) / 12 + 0.45
                # A confounder of the other levels, which centring has to take out.
                if level == "within":
                    x, y = x + 0.02 * (m - 1) + 0.02 * t, y - 0.02 * (m - 1) - 0.02 * t
                scores.append((model, task, replicate, np.clip(x, 0, 1), rng.uniform()))
                outcomes.append(outcome(model, task, replicate, float(np.clip(y, 0, 1))))
    columns = ["model", "task", "replicate", "CIS", "hidden"]
    return pd.DataFrame(scores, columns=columns), pd.DataFrame(outcomes)


@pytest.mark.parametrize("level", ["across", "within", "none"])
def test_a_relation_shows_at_its_own_level(design: StudyDesign, level: str) -> None:
    table = relation_table(*planted(design, level), SETTINGS).set_index("level")
    names = {"across": "across tasks", "within": "within model and task"}
    for name, label in names.items():
        row = table.loc[label]
        assert (row["low"] > 0) == (name == level), (name, row.to_dict())
        assert row["low"] <= row["rho"] <= row["high"]
    assert np.isnan(table.loc["between models", "low"])
    assert table["n"].to_dict() == {"between models": 3, "across tasks": 48, "within model and task": 576}


def test_between_models_is_shown_and_never_tested(design: StudyDesign) -> None:
    row = relation_table(*planted(design, "between"), SETTINGS).set_index("level").loc["between models"]
    assert row["rho"] > 0.9
    assert row[["low", "high", "beyond", "beyond_low", "detectable"]].isna().all()


def test_what_the_pass_rate_explains_is_not_counted_for_cis() -> None:
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=4000)
    cis, success = hidden + rng.normal(size=(2, 4000))
    centred = [values - values.mean() for values in (cis, hidden, success)]
    rho, beyond = correlations(np.stack(centred[:2], axis=1), centred[2])
    assert rho == pytest.approx(0.5, abs=0.04)
    assert beyond == pytest.approx(0, abs=0.04)


def test_correlations_are_those_of_numpy_and_undefined_without_variance() -> None:
    a, b, c = np.random.default_rng(1).normal(size=(3, 50))
    a, b, c = (v - v.mean() for v in (a, b, c))
    rho, beyond = correlations(np.stack([a, b], axis=1), c)
    assert rho == pytest.approx(np.corrcoef(a, c)[0, 1])
    rest = [v - b * (v @ b) / (b @ b) for v in (a, c)]
    assert beyond == pytest.approx(np.corrcoef(*rest)[0, 1])
    assert np.isnan(correlations(np.stack([a, b], axis=1), np.zeros(50))[0])
    assert np.isnan(correlations(np.stack([a, a], axis=1), c)[1])


@pytest.mark.parametrize(("sizes", "expected"), [([30], 0.5), ([85], 0.3), ([6] * 40, 0.2), ([3], np.nan)])
def test_what_can_be_detected(sizes: list[int], expected: float) -> None:
    """By the usual tables (Cohen 1988): 0.5 needs 29 pairs, 0.3 needs 85; grouped pairs lose one each."""
    found = detectable(sizes, 0.05, np.random.default_rng(3), studies=2000)
    assert found == pytest.approx(expected, abs=0.051, nan_ok=True)


def test_episodes_are_counted_by_arm_with_equal_weight_of_tasks() -> None:
    design = fake_design()
    model = design.models[0]
    rows = [outcome(model, "a", r, 1.0) for r in (1, 2, 3)] + [outcome(model, "b", 1, 0.5, recovered=True)]
    rows += [outcome(model, "b", 2, 0.0, solved=None, hidden_passed=None)]
    rows += [outcome(model, "a", 1, 0.25, tool_protocol="native", unread_calls=2)]
    table = episode_table(pd.DataFrame(rows), design, SETTINGS).set_index("tool_protocol")
    fenced = table.loc["fenced"]
    assert (fenced["n_planned"], fenced["n_graded"]) == (5, 4)
    assert (fenced["solved"], fenced["hidden"]) == (0.5, 0.75)
    assert (fenced["unread_share"], fenced["recovered"], fenced["steps"]) == (0.25, 1.0, 4.0)
    assert (table.loc["native", "solved"], table.loc["native", "unread_share"]) == (0.0, 0.5)
    assert np.isnan(table.loc["native", "recovered"])
