"""Does the cache hold the arms of the configured check? Asked before the first job of a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cis_study.battles.archive import archive_path
from cis_study.battles.coverage import cells_text, missing_records
from cis_study.battles.record import identify
from cis_study.config import Study
from cis_study.determinism.arms import ARMS, arm_dir, fighters, plan_arm
from cis_study.errors import StudyError
from cis_study.models.registry import Model
from cis_study.tasks.task import Task


def require_arms(
    study: Study, models: Mapping[str, Model], tasks: dict[str, Task], reply_format: str, cache_dir: Path
) -> None:
    """Compare every planned spec with the archives of the arms.

    Raises:
        StudyError: battles are missing; the message counts them by model and task, over all arms.
    """
    missing: Counter[str] = Counter()
    for profile, model in fighters(study):
        planned = plan_arm(study, tasks, reply_format, models[model].reasoning_effort)
        for arm in ARMS:
            archive = archive_path(arm_dir(cache_dir, profile, arm), model)
            missing += missing_records(planned, identify, model, study.engine.kind, cache_dir, archive)
    if missing:
        raise StudyError(
            cache_dir / "determinism",
            f"missing battles: {cells_text(missing)}",
            f"the cache does not hold the arms of the study {study.study!r} as configured",
            "Run the target `determinism` where an engine may start, or remove this folder: nothing was measured then.",
        )
