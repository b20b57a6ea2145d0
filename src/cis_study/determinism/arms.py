"""Arms of the check: the same battles, fought by engines of their own. An arm is laid out as a study.

`base` and `again` differ in nothing but the process that serves the model, `base` and `other` in the requests in
flight as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from cis_study.config import Engine, ReplicateBlock, Study
from cis_study.errors import StudyError
from cis_study.plan import plan_block
from cis_study.profiles import Determinism
from cis_study.tasks.task import Task
from cis_study.yamlfile import validate

Arm = Literal["base", "again", "other"]
ARMS: tuple[Arm, ...] = ("base", "again", "other")

COMPARISONS: dict[str, Arm] = {"restart": "again", "concurrency": "other"}
"""What changed -> the arm that is compared with `base`."""


class Fighter(NamedTuple):
    """A contestant under a profile."""

    profile: str
    model: str


def check_of(study: Study) -> Determinism:
    """Raises StudyError where the study has no such check."""
    if study.determinism is None:
        raise StudyError(
            f"study {study.study}: determinism",
            "missing",
            "nothing says which battles to fight again",
            "Add the key, see config/README.md, or ask for another study.",
        )
    return study.determinism


def fighters(study: Study) -> list[Fighter]:
    """Profiles in the order of the configuration, contestants in that of the study; none without a check."""
    check = study.determinism
    if check is None:
        return []
    return [Fighter(p, model) for p in check.profiles for model in check.contestants(p, study.served)]


def arm_dir(root: Path, profile: str, arm: str) -> Path:
    """The folder of an arm below that of its study, in the results or in the cache."""
    return root / "determinism" / profile / arm


def block_name(study: Study) -> str:
    """Name of the one block of an arm."""
    return f"first-{check_of(study).battles}"


def slots(study: Study) -> Iterator[tuple[str, int]]:
    """(task, replicate) of every battle of an arm. A check may have more replicates than its study."""
    for number in range(check_of(study).battles):
        replicate, task = divmod(number, len(study.tasks))
        yield study.tasks[task], replicate + 1


def plan_arm(
    study: Study, tasks: dict[str, Task], reply_format: str, reasoning_effort: str | None = None
) -> list[dict[str, Any]]:
    """The battles of an arm: requests, seeds and caps are those of the study."""
    replicates = math.ceil(check_of(study).battles / len(study.tasks))
    whole = study.model_copy(update={"replicate_blocks": [ReplicateBlock(replicates=replicates)]})
    planned = plan_block(whole, tasks, reply_format, f"1-{replicates}", reasoning_effort)
    by_slot = {(battle["task"], battle["replicate"]): battle for battle in planned}
    return [by_slot[slot] for slot in slots(study)]


def arm_engine(study: Study, profile: str) -> Engine:
    """The study's engine as the profile changes it."""
    changes = check_of(study).profiles[profile]
    changed: dict[str, Any] = {"flags": {**study.engine.flags, **changes.flags}}
    if changes.batch_invariant:
        changed["batch_invariant"] = True
    return validate(Engine, {**study.engine.model_dump(), **changed}, where=f"determinism.profiles.{profile}")


def arm_concurrency(study: Study, arm: str) -> int:
    """Requests in flight."""
    return check_of(study).other_concurrency if arm == "other" else study.engine.concurrency
