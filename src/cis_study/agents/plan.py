"""The plan of episodes: a pure function of study seed, tasks and replicates; the same for every model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cis_study.agents.material import Material, implement, repair
from cis_study.config import OutsideAgent, Study
from cis_study.models.registry import Model
from cis_study.plan import blocks, caps, hash_int
from cis_study.provenance import canonical_json, sha256_text
from cis_study.tasks.hidden import HiddenSide
from cis_study.tasks.repairs import Repairs

EPISODE_PROTOCOL = 3
"""Version of the episode. Raise it when prompts, tools or the loop change."""


EpisodeMaterial = tuple[Mapping[str, HiddenSide], Mapping[str, Repairs]]
"""Hidden sides and repairs by task, of every task that has episodes."""

_DEFINING = (
    *("kind", "tool_protocol", "task", "replicate", "seeds", "mutant"),
    *("shown", "start", "opening", "limits", "budget", "sampling"),
)
"""Keys of a planned episode, which a finished one keeps."""


def episode_slots(study: Study, block: str, native: bool) -> Iterator[tuple[str, str, str, int]]:
    """(kind, protocol, task, replicate) of every episode of a block.

    Args:
        native: whether the contestant takes part in the arm of native calls.
    """
    if study.episodes is None:
        return
    replicates, tasks = blocks(study)[block]
    for kind in study.episodes.kinds:
        for protocol in study.episodes.protocols:
            if protocol == "native" and not native:
                continue
            for task in tasks:
                if task in (study.episodes.tasks or study.tasks):
                    for replicate in replicates:
                        if replicate <= study.episodes.replicates:
                            yield kind, protocol, task, replicate


def plan_episodes(
    study: Study,
    sides: Mapping[str, HiddenSide],
    repairs: Mapping[str, Repairs],
    block: str,
    contestant: Model | OutsideAgent,
) -> list[dict[str, Any]]:
    """Every episode of a block; the same for every contestant but for its reasoning effort and the arm of native calls.

    Args:
        sides: by task, of every task that has episodes; `repairs` likewise.
    """
    return [
        _planned(study, sides[task], repairs[task], kind, protocol, replicate, contestant.reasoning_effort)
        for kind, protocol, task, replicate in episode_slots(study, block, contestant.native_tools)
    ]


def _planned(
    study: Study,
    side: HiddenSide,
    repairs: Repairs,
    kind: str,
    protocol: str,
    replicate: int,
    reasoning_effort: str | None,
) -> dict[str, Any]:
    episodes = study.episodes
    assert episodes is not None
    task, steps = side.task.id, episodes.max_steps
    material: Material = (
        implement(side, study.seed, replicate, steps)
        if kind == "implement"
        else repair(side, repairs, study.seed, replicate, steps)
    )
    effort = {} if reasoning_effort is None else {"reasoning_effort": reasoning_effort}
    return {
        "kind": kind,
        "tool_protocol": protocol,
        "task": task,
        "replicate": replicate,
        # Of neither kind nor protocol: the two arms of an episode meet the same seeds.
        "seeds": [_seed(study.seed, task, replicate, step) for step in range(steps)],
        "mutant": material.mutant,
        "shown": material.shown,
        "start": material.files,
        "opening": material.opening,
        "limits": {"steps": steps},
        "budget": caps(study.budget) if study.budget else None,
        "sampling": {**study.sampling.model_dump(), "max_tokens": episodes.max_tokens, **effort},
    }


def _seed(study_seed: int, task: str, replicate: int, step: int) -> int:
    return hash_int(f"episode/{study_seed}/{task}/{replicate}/{step}") % 2**31


def identify_episode(planned: Mapping[str, Any], model: str, engine: str, weights_sha256: str) -> dict[str, Any]:
    """The part of an episode that is known before it is played."""
    defining = {"protocol": EPISODE_PROTOCOL, "engine": engine, "weights": weights_sha256, "planned": planned}
    return {
        "protocol": EPISODE_PROTOCOL,
        "spec": sha256_text(canonical_json(defining)),
        "model": model,
        "engine": engine,
        "weights": weights_sha256,
        **planned,
    }


def spec_of_episode(record: Mapping[str, Any]) -> str:
    """The spec of a finished episode, computed again from what defines it."""
    planned = {key: record[key] for key in _DEFINING}
    return str(identify_episode(planned, record["model"], record["engine"], record["weights"])["spec"])
