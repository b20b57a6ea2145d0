"""Cost of a study: download, GPU minutes by hand, and what is said where nothing is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cis_study.config import load_contestants, resolve_study, served
from cis_study.models.candidate import load_candidates
from cis_study.models.cost import STARTUP_MIN, StudyCost, cost_lines, shortages, study_cost


def cost_of(root: Path, name: str, on_disk: frozenset[str] = frozenset(), **changes: Any) -> StudyCost:
    study = resolve_study({**yaml.safe_load((root / f"config/{name}.yaml").read_text()), **changes})
    models = served(load_contestants(study, root / "config"))
    return study_cost(study, models, load_candidates(root / "config/models/candidates"), set(on_disk))


def test_gpu_minutes_follow_tokens_and_speed(root: Path) -> None:
    cost = cost_of(root, "h100")
    assert cost.study.battles_per_model == 200
    for model in cost.models:
        assert model.speed is not None
        assert model.gpu_min is not None
        low, high = model.gpu_min
        # Two kinds of ten episodes of twelve turns on four tasks, twice where vLLM reads the model's own calls.
        turns = 2 * 10 * 12 * 4 * (2 if model.model.native_tools else 1)
        tokens = 200 * 2400 + turns * 300
        assert low == pytest.approx(STARTUP_MIN[0] + tokens / model.speed.high_tokens_per_s / 60)
        assert high == pytest.approx(STARTUP_MIN[1] + tokens / model.speed.low_tokens_per_s / 60)
    cost = cost_of(root, "h100", episodes=None)
    twice = cost_of(root, "h100", episodes=None, replicate_blocks=[50, 50])
    assert twice.models[0].gpu_min is not None
    assert cost.models[0].gpu_min is not None
    assert twice.models[0].gpu_min[1] - 3 == pytest.approx(2 * (cost.models[0].gpu_min[1] - 3))


def test_weights_on_disk_are_not_downloaded_again(root: Path) -> None:
    cold, warm = cost_of(root, "laptop"), cost_of(root, "laptop", on_disk=frozenset({"qwen2.5-coder-1.5b"}))
    assert cold.download_bytes == 98_362_432 + 491_400_064 + 1_117_320_768
    assert cold.download_bytes - warm.download_bytes == 1_117_320_768
    assert cold.disk_bytes == warm.disk_bytes


def test_a_study_without_a_gpu_has_no_gpu_time(root: Path) -> None:
    text = "\n".join(cost_lines(cost_of(root, "laptop"), free_bytes=10**10))
    assert "GPU time: none" in text
    assert "12 battles each, 36 in all, 12 episodes" in text


def test_a_model_that_cannot_hold_the_requests_is_named(root: Path) -> None:
    assert shortages(cost_of(root, "h100")) == []
    engine = {**yaml.safe_load((root / "config/h100.yaml").read_text())["engine"], "concurrency": 16}
    assert [sentence.split(":")[0] for sentence in shortages(cost_of(root, "h100", engine=engine))] == [
        "qwen2.5-coder-32b-awq"
    ]
