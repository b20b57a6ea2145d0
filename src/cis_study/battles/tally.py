"""What one generation job did so far, over all engines it needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cis_study.battles.record import FINISHED, is_episode, record_key, usage_of
from cis_study.battles.telemetry import GenerationJob, Percentiles, Timing
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.processor import processor_names


@dataclass
class Tally:
    """Battles decided by the job, and what they took."""

    battles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By key; the last decision counts."""
    timings: list[Timing] = field(default_factory=list)
    startup_s: float = 0.0
    wall_s: float = 0.0
    """Time with an engine that was ready."""
    losses: list[str] = field(default_factory=list)
    """Why engines were lost."""
    engine: str = ""
    version: str | None = None
    gpu_peak_bytes: int | None = None
    gpu_energy_j: float | None = None
    hardware: list[str] | None = None

    def add(self, battle: dict[str, Any], timing: Timing) -> None:
        """Take in a decided battle."""
        self.battles[record_key(battle)] = battle
        self.timings.append(timing)

    def finished(self) -> int:
        """Battles that need not be asked again."""
        return sum(battle["status"] in FINISHED for battle in self.battles.values())

    def close(self, endpoint: Endpoint, startup_s: float, wall_s: float) -> None:
        """Take in the life of one engine, while its meter still runs."""
        self.engine, self.version = endpoint.engine, endpoint.version
        # Of a server that somebody else runs, nobody here knows.
        self.hardware = (endpoint.gpu.names or processor_names()) if endpoint.process else None
        self.startup_s += startup_s
        self.wall_s += wall_s
        if endpoint.gpu.peak_bytes is not None:
            self.gpu_peak_bytes = max(self.gpu_peak_bytes or 0, endpoint.gpu.peak_bytes)
        if endpoint.gpu.energy_j is not None:
            self.gpu_energy_j = (self.gpu_energy_j or 0.0) + endpoint.gpu.energy_j

    def job(self, model: str, block: str, concurrency: int) -> GenerationJob | None:
        """Times, throughput and cost; None where no engine became ready."""
        if not self.wall_s:
            return None
        records = list(self.battles.values())
        replies = [record["reply"] for record in records if "reply" in record]
        episodes = [record for record in records if is_episode(record)]
        tokens = _counted(records, "completion_tokens")
        latencies = [timing.latency_s for timing in self.timings if timing.latency_s is not None]
        busy_s = sum(latencies) + sum(timing.turns_s for timing in self.timings)
        return GenerationJob(
            model=model,
            block=block,
            engine=self.engine,
            engine_version=self.version,
            battles=len(replies),
            episodes=len(episodes),
            turns=sum(len(record["transcript"]) for record in episodes),
            judgements=len(records) - len(replies) - len(episodes),
            concurrency=concurrency,
            in_flight_mean=round(busy_s / self.wall_s, 1) if busy_s else None,
            prompt_tokens=_counted(records, "prompt_tokens"),
            completion_tokens=tokens,
            startup_s=round(self.startup_s, 1),
            wall_s=round(self.wall_s, 1),
            tokens_per_s=None if tokens is None else round(tokens / self.wall_s, 1),
            latency_s=_percentiles(latencies),
            first_token_s=_percentiles(t.first_token_s for t in self.timings if t.first_token_s is not None),
            asked_again=sum(timing.attempts - 1 for timing in self.timings),
            cut_loops=sum(reply.get("stopped_by") == "repetition" for reply in replies),
            engines_lost=len(self.losses),
            gpu_memory_peak_bytes=self.gpu_peak_bytes,
            gpu_energy_j=None if self.gpu_energy_j is None else round(self.gpu_energy_j, 1),
            hardware=self.hardware,
        )


def _counted(records: Iterable[dict[str, Any]], kind: str) -> int | None:
    """Tokens of all records; None where none tells."""
    told = [usage[kind] for record in records if kind in (usage := usage_of(record))]
    return sum(told) if told else None


def _percentiles(values: Iterable[float]) -> Percentiles | None:
    given = list(values)
    if not given:
        return None
    p50, p90, p99 = (round(float(value), 2) for value in np.percentile(given, (50, 90, 99)))
    return Percentiles(p50=p50, p90=p90, p99=p99)
