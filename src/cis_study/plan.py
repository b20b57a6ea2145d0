"""The battle plan: a pure function of study seed, tasks and replicates; the same for every model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from cis_study.config import Budget, Sampling, Study
from cis_study.provenance import canonical_json, sha256_text
from cis_study.tasks.task import Task

PROTOCOL = 1
"""Version of the single-shot battle. Raise it when prompts or requests are built differently."""

LOOP_CRITERION = 1
"""Version of what `cis_study.battles.repetition` takes for a loop. Raise it when that changes."""

SYSTEM_MESSAGE = "You are a careful Python programmer."
"""Sent explicitly: without one, some chat templates insert a system message of their own."""


@dataclass(frozen=True)
class Slot:
    """One (task, replicate) with what every model meets there."""

    task: str
    replicate: int
    variant: int
    """Index of the prompt wording."""
    seed: int
    """Sampling seed, 31 bits."""


class Block(NamedTuple):
    """Replicates, counted from 1, of some tasks in the order of the study."""

    replicates: range
    tasks: tuple[str, ...]


def blocks(study: Study) -> dict[str, Block]:
    """Block name -> what it holds: `[3, 7]` gives `1-3` and `4-10`."""
    named: dict[str, Block] = {}
    first = 1
    for block in study.replicate_blocks:
        last = first + block.replicates - 1
        tasks = tuple(task for task in study.tasks if task in (block.tasks or study.tasks))
        named[f"{first}-{last}"] = Block(range(first, last + 1), tasks)
        first = last + 1
    return named


def slot(study_seed: int, task: Task, replicate: int) -> Slot:
    """Seed by hash; wordings in rotation from a hashed start, so that each is used equally often."""
    offset = hash_int(f"wording/{study_seed}/{task.id}")
    return Slot(
        task=task.id,
        replicate=replicate,
        variant=(offset + replicate) % len(task.wordings),
        seed=hash_int(f"seed/{study_seed}/{task.id}/{replicate}") % 2**31,
    )


def hash_int(text: str) -> int:
    """64 bits of the hash of a text: what seeds are made from."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def build_request(
    task: Task, slot: Slot, reply_format: str, sampling: Sampling, reasoning_effort: str | None
) -> dict[str, Any]:
    """The exact request of a battle: OpenAI chat parameters and the engines' sampling extensions."""
    user = prompt_of(task, slot.variant, reply_format)
    effort = {} if reasoning_effort is None else {"reasoning_effort": reasoning_effort}
    return {
        "messages": [{"role": "system", "content": SYSTEM_MESSAGE}, {"role": "user", "content": user}],
        "seed": slot.seed,
        **sampling.model_dump(),
        **effort,
    }


def prompt_of(task: Task, variant: int, reply_format: str) -> str:
    """What a contestant reads in one wording of a task."""
    requirements = "\n".join(f"{i}. {r.text}" for i, r in enumerate(task.requirements, start=1))
    wording = task.wordings[variant].replace("{requirements}", requirements)
    return f"{wording.rstrip()}\n\n{reply_format.replace('{exports}', ', '.join(task.exports))}"


def plan_block(
    study: Study, tasks: dict[str, Task], reply_format: str, block: str, reasoning_effort: str | None = None
) -> list[dict[str, Any]]:
    """Every battle of a block, sorted by task order and replicate.

    Args:
        reasoning_effort: of a model that reasons; all else is the same for every model.
    """
    budget = {"budget": caps(study.budget)} if study.budget else {}
    planned = []
    replicates, fought = blocks(study)[block]
    for task in map(tasks.__getitem__, fought):
        for replicate in replicates:
            here = slot(study.seed, task, replicate)
            planned.append(
                {
                    "task": here.task,
                    "replicate": here.replicate,
                    "variant": here.variant,
                    "seed": here.seed,
                    "request": build_request(task, here, reply_format, study.sampling, reasoning_effort),
                    **budget,
                }
            )
    return planned


def caps(budget: Budget) -> dict[str, Any]:
    """The budget of a record: which caps apply."""
    return {"repetition": LOOP_CRITERION if budget.repetition else None, "wall_s": budget.wall_s}


def spec_hash(
    request: dict[str, Any], engine_kind: str, weights_sha256: str, budget: dict[str, Any] | None = None
) -> str:
    """Hash of all that defines a reply's distribution: protocol, engine kind, weights, request and budget.

    Concurrency and engine version are left out on purpose (recorded in the manifest and the telemetry).
    """
    defining = {"protocol": PROTOCOL, "engine": engine_kind, "weights": weights_sha256, "request": request}
    return sha256_text(canonical_json(defining | ({"budget": budget} if budget else {})))
