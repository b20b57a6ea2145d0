"""Measured speed of generation beside the speed that memory allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cis_study.battles.telemetry import GenerationJob
from cis_study.models.candidate import Candidate
from cis_study.models.roofline import SpeedRange, speed_range


class Performance(NamedTuple):
    """One generation job and what was to be expected of it; None where size, layers or hardware are unknown."""

    job: GenerationJob
    expected: SpeedRange | None


def performance(jobs: Iterable[GenerationJob], candidates: Mapping[str, Candidate], gpus: int) -> list[Performance]:
    """Every job with its expectation on an H100, for the sequences that were in flight and the length they had.

    Args:
        candidates: what is published about the models, by name.
        gpus: that the study occupies; without one nothing is expected.
    """
    return [Performance(job, _expected(job, candidates.get(job.model)) if gpus else None) for job in jobs]


def _expected(job: GenerationJob, candidate: Candidate | None) -> SpeedRange | None:
    requests = job.battles + job.turns
    if candidate is None or not requests or job.in_flight_mean is None:
        return None
    if job.prompt_tokens is None or job.completion_tokens is None:
        return None
    # A sequence is, on average over its decoding, half way through its reply.
    context = round((job.prompt_tokens + job.completion_tokens / 2) / requests)
    return speed_range(candidate, max(1, round(job.in_flight_mean)), context)
