"""The study that `make bench-scale` fights follows `config/h100.yaml`, whatever is added there."""

from __future__ import annotations

from pathlib import Path

from fake_scale import large_study

from cis_study.config import resolve_study


def test_the_large_study_is_one() -> None:
    study = resolve_study(large_study(Path(__file__).parents[2], replicates=125, concurrency=32))
    assert len(study.contestants) * study.battles_per_model == 10_000
