"""Times and throughput of generation jobs: `telemetry/{model}/{block}.json`, one entry for each job that fought there.

Feeds the performance table and figure, and the duration in an Inspect log; no result depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cis_study.provenance import readable_json, write_atomic
from cis_study.yamlfile import Strict, validate


class Timing(NamedTuple):
    """Clock of one battle, for the telemetry; None where no reply came."""

    attempts: int
    first_token_s: float | None
    """From the last sending to the first text; None where the reply has none."""
    latency_s: float | None
    """From the last sending to the end of the reply."""
    turns_s: float = 0.0
    """Of turns, of whichever episode, that ended since the last episode was decided: only sums mean something."""


class Percentiles(Strict):
    """Of one value per battle."""

    p50: float
    p90: float
    p99: float


class GenerationJob(Strict):
    """What one job did, over all engines it needed; None where nothing measured it."""

    model: str
    block: str
    engine: str
    engine_version: str | None
    battles: int
    """Decided by this job. Fewer than the block has, where an earlier job had finished some."""
    episodes: int
    """Likewise. Tokens are those of battles and episodes together, latencies those of battles."""
    turns: int
    """Of the episodes."""
    judgements: int = 0
    """Of a judge, which does nothing else; the tokens are then those of every attempt."""
    concurrency: int
    """Requests in flight at most."""
    in_flight_mean: float | None
    """Requests that were answered, turns of episodes among them."""
    prompt_tokens: int | None
    completion_tokens: int | None
    startup_s: float
    """Until engines were ready."""
    wall_s: float
    """With an engine that was ready."""
    tokens_per_s: float | None
    """Output tokens."""
    latency_s: Percentiles | None
    first_token_s: Percentiles | None
    asked_again: int | None
    cut_loops: int
    engines_lost: int | None
    gpu_memory_peak_bytes: int | None
    gpu_energy_j: float | None
    hardware: list[str] | None = None
    """Names of the GPUs, or of the processor where there are none, as the last engine found them."""


def read_jobs(path: Path) -> list[GenerationJob]:
    """Jobs of one block, in the order they ran; none where the file is missing.

    Raises:
        StudyError: an entry does not fit the schema.
    """
    if not path.is_file():
        return []
    return [validate(GenerationJob, entry, where=str(path)) for entry in json.loads(path.read_bytes())]


def add_job(path: Path, job: GenerationJob) -> None:
    """Append a job to the file of its block. Raises StudyError as `read_jobs` does."""
    write_atomic(path, readable_json([entry.model_dump() for entry in [*read_jobs(path), job]]))


def jobs_of_study(study_dir: Path, cache_dir: Path, blocks: Iterable[tuple[str, str]]) -> list[GenerationJob]:
    """Jobs of (model, block) pairs: those that ran here, else those that filled the cache.

    Raises:
        StudyError: an entry does not fit the schema.
    """
    places = [Path("telemetry", model, f"{block}.json") for model, block in blocks]
    return [job for place in places for job in read_jobs(study_dir / place) or read_jobs(cache_dir / place)]


def wall_time_s(study_dir: Path, cache_dir: Path, model: str, blocks: Iterable[str]) -> float | None:
    """Seconds that the jobs of a contestant took one after another, without the start of engines.

    None where a block has no telemetry.

    Raises:
        StudyError: an entry does not fit the schema.
    """
    jobs = [jobs_of_study(study_dir, cache_dir, [(model, block)]) for block in blocks]
    return sum(job.wall_s for block in jobs for job in block) if all(jobs) else None
