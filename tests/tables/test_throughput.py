"""The throughput table: one row per job, a dash where nothing was measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_jobs import fake_performances
from fake_scores import fake_design

from cis_study.battles.performance import performance
from cis_study.models.candidate import load_candidates
from cis_study.models.roofline import speed_range
from cis_study.tables.throughput import throughput

CANDIDATES = load_candidates(Path(__file__).parents[2] / "config/models/candidates")


def test_a_row_is_one_job() -> None:
    design = fake_design()
    table = throughput(fake_performances(design, ("1-50", "51-90"), gpu=True), design)
    assert len(table.rows) == 2 * len(design.models)
    assert dict(zip(table.header, table.rows[1], strict=True)) == {
        "Model": design.contestants[0].label,
        "Replicates": "51–90",
        "Battles": "200",
        "Episodes": "0",
        "Tokens in": "60,000",
        "out": "123,456",
        "Tokens/s": "123",
        "Expected": "400–650",
        "Roofline": "1000",
        "In flight": "28 / 32",
        "First token, s": "0.4 / 2.0 / 3.0",
        "Battle, s": "80 / 150 / 310",
        "Load, s": "44",
        "Run, s": "1000",
        "GPU, GB": "71.0",
        "kJ": "346",
    }


def test_without_a_gpu_nothing_is_expected_of_it() -> None:
    design = fake_design()
    table = throughput(fake_performances(design), design)
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert [row[name] for name in ("Expected", "Roofline", "GPU, GB", "kJ")] == ["–"] * 4


@pytest.mark.parametrize("gpus", [0, 1])
def test_what_is_expected_follows_the_length_and_number_of_the_sequences(gpus: int) -> None:
    model = "qwen2.5-coder-32b-awq"
    job = fake_performances(fake_design())[0].job.model_copy(update={"model": model})
    (found,) = performance([job], CANDIDATES, gpus)
    # 60,000 / 200 tokens of prompt and half of 123,456 / 200 tokens of reply; 28.4 sequences.
    assert found.expected == (speed_range(CANDIDATES[model], 28, 609) if gpus else None)
    assert (found.expected is None) == (gpus == 0)


def test_turns_of_episodes_are_sequences_too() -> None:
    """60,000 and half of 123,456 tokens over 200 battles and 300 turns, 28.4 requests in flight."""
    changes = {"model": "qwen2.5-coder-32b-awq", "episodes": 40, "turns": 300}
    (found,) = performance([fake_performances(fake_design())[0].job.model_copy(update=changes)], CANDIDATES, 1)
    assert found.expected == speed_range(CANDIDATES["qwen2.5-coder-32b-awq"], 28, 243)


def test_an_unknown_model_has_no_expectation() -> None:
    (found,) = performance([fake_performances(fake_design())[0].job.model_copy(update={"model": "?"})], CANDIDATES, 1)
    assert found.expected is None
