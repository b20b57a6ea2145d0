"""What a study will cost before it runs: download, disk, GPU minutes. Estimates, never results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cis_study.config import Study
from cis_study.models.candidate import Candidate
from cis_study.models.candidate_plan import GB, candidate_memory
from cis_study.models.memory import MemoryPlan
from cis_study.models.registry import Model
from cis_study.models.roofline import SpeedRange, speed_range

STARTUP_MIN = (1.0, 3.0)
"""Minutes to load a model and capture its graphs on an H100; reported by users of the engine, a planning range."""
PROMPT_TOKENS = 300
"""Prompt of a battle; those of the four core tasks have 260 to 330 tokens in the cached CPU study, all 260 to 650."""
JUDGE_PROMPT_TOKENS = 1500
"""Rubric, task and submission; those of the laptop study have 1,000 to 1,700."""
JUDGEMENT_TOKENS = 250
"""Four quotes, four scores and a verdict."""
BATTLE_BYTES = 40_000
"""Journal entry, battle file and evidence of one battle, each about 10 kB of text, rounded up."""


@dataclass(frozen=True)
class ModelCost:
    """One model that is loaded to fight or to judge; None where no source says enough."""

    model: Model
    on_disk: bool
    memory: MemoryPlan | None
    speed: SpeedRange | None
    gpu_min: tuple[float, float] | None
    """At the expected length of a reply, at the high and the low end of the speed."""
    gpu_min_at_limit: float | None
    """Every reply at its `max_tokens`, at the low end of the speed."""


@dataclass(frozen=True)
class StudyCost:
    """Cost of one study."""

    study: Study
    models: tuple[ModelCost, ...]
    judges: tuple[ModelCost, ...] = ()
    exhibits: int = 0
    """That every judge rates."""

    @property
    def loads(self) -> tuple[ModelCost, ...]:
        """Every model once for each of its parts: a contestant may judge, too."""
        return self.models + self.judges

    @property
    def download_bytes(self) -> int:
        """Weights of known size that are not on disk."""
        return sum(cost.model.weights_bytes or 0 for cost in self._weights if not cost.on_disk)

    @property
    def disk_bytes(self) -> int:
        """Weights and battles."""
        weights = sum(cost.model.weights_bytes or 0 for cost in self._weights)
        return weights + BATTLE_BYTES * self.study.battles_per_model * len(self.models)

    @property
    def _weights(self) -> Iterable[ModelCost]:
        return {cost.model.name: cost for cost in self.loads}.values()


class _Tokens(NamedTuple):
    """What one load generates, and how long a sequence is on average while it does."""

    expected: int
    limit: int
    context: int


def study_cost(
    study: Study,
    models: Mapping[str, Model],
    candidates: Mapping[str, Candidate],
    on_disk: set[str],
    judges: Mapping[str, Model] | None = None,
    exhibits: int = 0,
) -> StudyCost:
    """Cost of `study`; GPU time is estimated only where the study occupies a GPU.

    Args:
        exhibits: that every judge rates.
    """
    fighting = [
        _model_cost(study, model, candidates.get(name), name in on_disk, _fighting(study, model))
        for name, model in models.items()
    ]
    judging = [
        _model_cost(study, model, candidates.get(name), name in on_disk, _judging(study, exhibits))
        for name, model in (judges or {}).items()
    ]
    return StudyCost(study, tuple(fighting), tuple(judging), exhibits)


def _fighting(study: Study, model: Model) -> _Tokens:
    battles = study.battles_per_model
    expected, limit = battles * study.expected_reply_tokens, battles * study.sampling.max_tokens
    if study.episodes is not None:
        turns = study.episodes_of(model.native_tools) * study.episodes.max_steps
        expected += turns * study.episodes.expected_turn_tokens
        limit += turns * study.episodes.max_tokens
    return _Tokens(expected, limit, PROMPT_TOKENS + study.expected_reply_tokens // 2)


def _judging(study: Study, exhibits: int) -> _Tokens:
    assert study.judges is not None
    judgements = exhibits * study.judges.repeats
    limit = judgements * study.judges.sampling.max_tokens
    return _Tokens(judgements * JUDGEMENT_TOKENS, limit, JUDGE_PROMPT_TOKENS + JUDGEMENT_TOKENS // 2)


def _model_cost(study: Study, model: Model, candidate: Candidate | None, on_disk: bool, tokens: _Tokens) -> ModelCost:
    if candidate is None or not study.gpu:
        return ModelCost(model, on_disk, None, None, None, None)
    engine = study.engine
    speed = speed_range(candidate, engine.concurrency, tokens.context)
    memory = candidate_memory(candidate, engine.max_model_len_tokens, engine.concurrency)
    if speed is None:
        return ModelCost(model, on_disk, memory, None, None, None)
    expected, limit = tokens.expected / 60, tokens.limit / 60
    return ModelCost(
        model,
        on_disk,
        memory,
        speed,
        (STARTUP_MIN[0] + expected / speed.high_tokens_per_s, STARTUP_MIN[1] + expected / speed.low_tokens_per_s),
        STARTUP_MIN[1] + limit / speed.low_tokens_per_s,
    )


def shortages(cost: StudyCost) -> list[str]:
    """One sentence per model whose full sequences do not fit all at once; the engine then queues them."""
    return [
        f"{model.model.name}: {model.memory.max_full_sequences} of {cost.study.engine.concurrency} requests of"
        f" {model.memory.tokens_per_sequence:,} tokens fit beside the weights: expect queueing and long runs."
        for model in cost.loads
        if model.memory is not None and not model.memory.fits
    ]


def cost_lines(cost: StudyCost, free_bytes: int) -> list[str]:
    """The estimate for people, one line per model and the totals."""
    study, engine = cost.study, cost.study.engine
    battles = study.battles_per_model * len(cost.models)
    episodes = sum(study.episodes_of(model.model.native_tools) for model in cost.models)
    panel = []
    if study.judges and cost.judges:
        repeats = study.judges.repeats
        panel = [f"{len(cost.judges)} judges, {cost.exhibits:,} exhibits, {repeats} judgements of each"]
    lines = [
        f"Study {study.study}: {len(cost.models)} models, {len(study.tasks)} tasks,"
        f" {study.battles_per_model:,} battles each, {battles:,} in all, {episodes:,} episodes,"
        f" {len(cost.models) * len(study.replicate_blocks) + len(cost.judges)} model loads",
        *panel,
        f"{engine.concurrency} requests in flight, {engine.max_model_len_tokens:,} tokens of context each",
        "",
        f"{'model':28}{'weights':>10}  {'full sequences':16}{'tokens/s':>15}{'GPU minutes':>14}{'at limit':>10}",
        *(_model_line(model, engine.concurrency) for model in cost.loads),
        "",
        *shortages(cost),
        f"Download: {cost.download_bytes / GB:.1f} GB. Disk: {cost.disk_bytes / GB:.1f} GB;"
        f" {free_bytes / GB:.0f} GB are free.",
    ]
    timed = [model.gpu_min for model in cost.loads if model.gpu_min is not None]
    if len(timed) == len(cost.loads):
        low, high = (sum(ends) for ends in zip(*timed, strict=True))
        limit = sum(model.gpu_min_at_limit or 0 for model in cost.loads)
        lines.append(
            f"GPU time: {low:.0f} to {high:.0f} minutes at {study.expected_reply_tokens:,} tokens a reply,"
            f" at most {limit:.0f} (every reply at its limit, {study.sampling.max_tokens:,} in battles)."
        )
    elif study.gpu:
        lines.append("GPU time: unknown, a model's size or layers are in no source.")
    else:
        lines.append("GPU time: none, the engine runs on the CPU; its speed is known only by running it.")
    return lines


def _model_line(cost: ModelCost, concurrency: int) -> str:
    weights = "unknown" if cost.model.weights_bytes is None else f"{cost.model.weights_bytes / GB:.2f} GB"
    fits = "-" if cost.memory is None else f"{cost.memory.max_full_sequences} of {concurrency}"
    speed = f"{cost.speed.low_tokens_per_s:,.0f}-{cost.speed.high_tokens_per_s:,.0f}" if cost.speed else "-"
    minutes = f"{cost.gpu_min[0]:.0f}-{cost.gpu_min[1]:.0f}" if cost.gpu_min else "-"
    limit = f"{cost.gpu_min_at_limit:.0f}" if cost.gpu_min_at_limit else "-"
    here = " (here)" if cost.on_disk else ""
    return f"{cost.model.label + here:28}{weights:>10}  {fits:16}{speed:>15}{minutes:>14}{limit:>10}"
