"""What generation jobs took: added up, kept beside that of earlier jobs, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.tally import Tally
from cis_study.battles.telemetry import GenerationJob, Timing, add_job, jobs_of_study, read_jobs, wall_time_s
from cis_study.errors import StudyError


def decided(replicate: int, tokens: int | None, stopped_by: str | None = None) -> dict[str, Any]:
    usage = None if tokens is None else {"prompt_tokens": 10, "completion_tokens": tokens}
    status = "infra_failure" if tokens is None else "answered"
    reply = {"usage": usage, "stopped_by": stopped_by}
    return {"spec": "s", "task": "t", "replicate": replicate, "status": status, "reply": reply}


def job_of(block: str = "1-4", battles: int = 4) -> GenerationJob:
    tally = Tally(engine="fake", version="1", startup_s=3.04, wall_s=20.0, losses=["it died"])
    for replicate in range(1, battles):
        tally.add(
            decided(replicate, tokens=100, stopped_by="repetition" if replicate == 1 else None), Timing(1, 0.5, 10)
        )
    tally.add(decided(battles, tokens=None), Timing(4, None, None))
    job = tally.job("m", block, 2)
    assert job is not None
    return job


def test_a_job_adds_up() -> None:
    job = job_of()
    assert (job.battles, job.prompt_tokens, job.completion_tokens) == (4, 30, 300)
    assert (job.tokens_per_s, job.in_flight_mean, job.episodes) == (15.0, 1.5, 0)
    assert (job.asked_again, job.cut_loops, job.engines_lost, job.startup_s) == (3, 1, 1, 3.0)
    assert job.latency_s is not None
    assert (job.latency_s.p50, job.latency_s.p99) == (10, 10)
    assert job.gpu_energy_j is None


def test_without_an_engine_there_is_no_job() -> None:
    assert Tally().job("m", "1-4", 2) is None


def test_tokens_that_nobody_told_are_not_zero() -> None:
    tally = Tally(engine="fake", wall_s=1.0)
    tally.add(decided(1, tokens=None), Timing(1, None, 1.0))
    job = tally.job("m", "1-1", 2)
    assert job is not None
    assert (job.prompt_tokens, job.completion_tokens, job.tokens_per_s) == (None, None, None)


def test_a_second_job_of_a_block_leaves_the_first(tmp_path: Path) -> None:
    path = tmp_path / "telemetry/m/1-4.json"
    add_job(path, job_of())
    add_job(path, job_of(battles=2))
    assert [job.battles for job in read_jobs(path)] == [4, 2]


def test_jobs_that_ran_here_count_before_those_of_the_cache(tmp_path: Path) -> None:
    add_job(tmp_path / "cache/telemetry/m/1-4.json", job_of(battles=2))
    add_job(tmp_path / "cache/telemetry/m/5-9.json", job_of("5-9", battles=3))
    add_job(tmp_path / "here/telemetry/m/1-4.json", job_of(battles=4))
    blocks = [("m", "1-4"), ("m", "5-9"), ("m", "10-12")]
    jobs = jobs_of_study(tmp_path / "here", tmp_path / "cache", blocks)
    assert [(job.block, job.battles) for job in jobs] == [("1-4", 4), ("5-9", 3)]


def test_the_time_of_all_blocks_is_known_or_none_is(tmp_path: Path) -> None:
    add_job(tmp_path / "cache/telemetry/m/1-4.json", job_of())
    add_job(tmp_path / "here/telemetry/m/5-9.json", job_of("5-9"))
    add_job(tmp_path / "here/telemetry/m/5-9.json", job_of("5-9"))
    places = (tmp_path / "here", tmp_path / "cache", "m")
    assert wall_time_s(*places, ["1-4", "5-9"]) == 60.0
    assert wall_time_s(*places, ["1-4", "5-9", "10-12"]) is None


def test_a_damaged_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "1-4.json"
    path.write_text('[{"model": "m"}]')
    with pytest.raises(StudyError, match="tokens_per_s"):
        read_jobs(path)
