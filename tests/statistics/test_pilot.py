"""Spreads are recovered from pilots of known truth, and a pilot that cannot give them is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_fibonacci import battle
from fake_scores import fake_design, fake_settings

from cis_study.errors import StudyError
from cis_study.scoring.collecting import collect_evidence
from cis_study.scoring.evidence_cache import evidence_path, pack_evidence
from cis_study.statistics.pilot import Pilot, estimate_spreads, pilot_scores
from cis_study.statistics.power_verdicts import spreads_sentence
from cis_study.tasks.hidden import load_hidden_side

TASKS = Path(__file__).parents[2] / "config/tasks"


def pilot_of(
    rng: np.random.Generator, models: int, replicates: list[int], residual: float, model_task: float, task: float
) -> pd.DataFrame:
    """Scores of known spreads; contestants differ, tasks have unequal numbers and noises."""
    of_task = task * rng.standard_normal(len(replicates))
    rows = []
    for m in range(models):
        for t, count in enumerate(replicates):
            level = 0.1 * m + of_task[t] + model_task * rng.standard_normal()
            # Half of the cells twice as noisy in variance as the others, on the average as stated.
            noise = residual * np.sqrt(2 / 3 * (1 + (m + t) % 2)) * rng.standard_normal(count)
            rows += [(f"m{m}", f"t{t}", level + value) for value in noise]
    return pd.DataFrame(rows, columns=["model", "task", "CIS"])


def test_spreads_are_recovered_from_unequal_numbers() -> None:
    rng = np.random.default_rng(4)
    found = [
        estimate_spreads(pilot_of(rng, 4, [5, 20] * 6, 0.13, 0.06, 0.08), 0.05).spreads.model_dump() for _ in range(150)
    ]
    mean = np.sqrt((pd.DataFrame(found) ** 2).mean())
    assert mean["residual_sd"] == pytest.approx(0.13, rel=0.02)
    assert mean["model_task_sd"] == pytest.approx(0.06, rel=0.04)
    assert mean["task_sd"] == pytest.approx(0.08, rel=0.06)


def test_the_interval_of_the_interaction_covers_it() -> None:
    rng = np.random.default_rng(6)
    pilots = [estimate_spreads(pilot_of(rng, 3, [10] * 4, 0.13, 0.08, 0.07), 0.1) for _ in range(100)]
    assert 0.81 < np.mean([p.model_task_low <= 0.08 <= p.model_task_high for p in pilots]) < 0.96
    assert all(p.model_task_low <= p.spreads.model_task_sd <= p.model_task_high for p in pilots)


def test_a_pilot_without_interaction_has_none_below_zero() -> None:
    rng = np.random.default_rng(2)
    pilots = [estimate_spreads(pilot_of(rng, 3, [10] * 4, 0.13, 0, 0), 0.05).spreads for _ in range(30)]
    assert min(p.model_task_sd for p in pilots) == 0
    assert max(p.model_task_sd for p in pilots) < 0.08


def test_equal_scores_have_no_spread() -> None:
    frame = pilot_of(np.random.default_rng(0), 2, [3, 3], 0, 0, 0)
    found = estimate_spreads(frame.assign(CIS=0.5), 0.05)
    assert set(found.spreads.model_dump().values()) == {0.0}
    assert (found.model_task_low, found.model_task_high, found.battles) == (0, 0, 12)


@pytest.mark.parametrize(
    ("models", "replicates", "message"),
    [(1, [5, 5], "1 contestants x 2 tasks"), (3, [5], "3 contestants x 1 tasks"), (2, [5, 1], "smallest cell 1")],
)
def test_a_pilot_that_is_too_small_is_refused(models: int, replicates: list[int], message: str) -> None:
    with pytest.raises(StudyError, match=message):
        estimate_spreads(pilot_of(np.random.default_rng(0), models, replicates, 0.1, 0.1, 0.1), 0.05)


def test_missing_battles_are_no_zeros() -> None:
    frame = pilot_of(np.random.default_rng(3), 3, [8] * 4, 0.13, 0.06, 0.08)
    lost = frame.assign(CIS=frame["CIS"].where(frame.index % 8 != 0))
    assert estimate_spreads(lost, 0.05).battles == 84
    assert estimate_spreads(lost, 0.05) == estimate_spreads(lost.dropna(), 0.05)


def test_a_cached_pilot_is_scored_as_the_planned_study_is(tmp_path: Path) -> None:
    side = load_hidden_side(TASKS / "fibonacci", generated=False)
    path = evidence_path(tmp_path, "m")
    pack_evidence([collect_evidence(battle("no program", number), side) for number in (1, 2)], path)
    scores = pilot_scores("other", [path], fake_design(instrument="cis-3"))
    assert scores[["study", "instrument", "replicate"]].to_numpy().tolist() == [
        ["other", "cis-3", 1],
        ["other", "cis-3", 2],
    ]
    assert scores["CIS"].notna().all()
    # The same battles as a score table, with components that the weights of the planned study have to be put to.
    table = tmp_path / "m.parquet"
    scores.assign(R=1.0, A=0.5, T=0.0, L=0.0, CIS=0.9).to_parquet(table)
    weighted = fake_design(instrument="cis-3", weights={"R": 0.5, "A": 0.3, "T": 0.1, "L": 0.1})
    assert pilot_scores("other", [table], weighted)["CIS"].tolist() == pytest.approx([0.65, 0.65])
    with pytest.raises(StudyError, match="nor is there a score table of logomesh-stage2"):
        pilot_scores("other", [table], fake_design(instrument="logomesh-stage2"))


def test_a_study_without_cached_evidence_is_no_pilot() -> None:
    with pytest.raises(StudyError, match=r"power\.pilot: cpu: .*snakemake freeze --cores 1 --config study=cpu"):
        pilot_scores("cpu", [], fake_design())


def test_it_is_said_whose_spreads_they_are() -> None:
    settings, design = fake_settings(), fake_design()
    found = estimate_spreads(pilot_of(np.random.default_rng(3), 3, [8] * 4, 0.13, 0.06, 0.08), 0.05)

    def relation(models: list[str], study: str) -> str:
        pilot: Pilot = found._replace(models=models)
        planned = design.model_copy(update={"study": study})
        return spreads_sentence(pilot.spreads, pilot, planned, settings).split("). ")[-1]

    names = design.models
    assert relation(["x"], "h100") == (
        "Of the 3 contestants of this study none fought there, so the spreads are borrowed from others."
    )
    assert relation([*names[:2], "x"], "h100").startswith("Of the 3 contestants of this study 2 fought there, so")
    assert relation(names, "h100") == "Of the 3 contestants of this study 3 fought there."
    assert relation(names, "cpu").startswith("These are battles of this very study")
