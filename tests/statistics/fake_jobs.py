"""Fake telemetry beside the fake scores: what generation jobs of the fake design could have taken."""

from __future__ import annotations

from cis_study.battles.performance import Performance
from cis_study.battles.telemetry import GenerationJob, Percentiles
from cis_study.models.roofline import SpeedRange
from cis_study.statistics.design import StudyDesign


def fake_performances(design: StudyDesign, blocks: tuple[str, ...] = ("1-50",), gpu: bool = False) -> list[Performance]:
    """One job per contestant and block; with `gpu` also memory, energy and an expected speed."""
    return [
        Performance(
            GenerationJob(
                model=model,
                block=block,
                engine="fake",
                engine_version=None,
                battles=200,
                concurrency=32,
                in_flight_mean=28.4,
                prompt_tokens=60_000,
                completion_tokens=123_456,
                startup_s=44.2,
                wall_s=1000 / (rank + 1),
                tokens_per_s=123.456 * (rank + 1),
                battles_per_min=12.0 * (rank + 1),
                latency_s=Percentiles(p50=80.4, p90=150, p99=310),
                first_token_s=Percentiles(p50=0.44, p90=2, p99=3),
                asked_again=0,
                cut_loops=3,
                engines_lost=0,
                gpu_memory_peak_bytes=71_000_000_000 if gpu else None,
                gpu_energy_j=345_678.0 if gpu else None,
            ),
            SpeedRange(400.0, 650.0, 1000.0) if gpu else None,
        )
        for rank, model in enumerate(design.models)
        for block in blocks
    ]
