"""Does the committed cache hold every battle of the configured study? Asked before the first job."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cis_study.battles.archive import archive_path, manifest_path, unpack
from cis_study.battles.record import battle_key, identify
from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.plan import blocks, plan_block
from cis_study.tasks.task import Task


def require_coverage(
    study: Study, models: Mapping[str, Model], tasks: dict[str, Task], reply_format: str, cache_dir: Path
) -> None:
    """Compare every planned spec with the archives.

    Raises:
        StudyError: a manifest or battles are missing; the message counts them by model and task.
    """
    missing: Counter[str] = Counter()
    for model in study.contestants:
        effort = models[model].reasoning_effort
        planned = [b for name in blocks(study) for b in plan_block(study, tasks, reply_format, name, effort)]
        missing += missing_battles(planned, model, study.engine.kind, cache_dir, cache_dir)
    if missing:
        raise StudyError(
            cache_dir,
            f"missing battles: {cells_text(missing)}",
            f"the cache does not cover the study {study.study!r} as configured",
            "Run it (--resources gpu=1, or `mode: run` where no GPU is needed), or configure the cached study.",
        )


def missing_battles(
    planned: list[dict[str, Any]], model: str, engine_kind: str, study_cache: Path, battles_cache: Path
) -> Counter[str]:
    """Planned battles that an archive lacks, by `{model}/{task}`.

    Args:
        study_cache: holds the manifests; without one, every battle is missing.
        battles_cache: holds the archive.
    """
    manifest = manifest_path(study_cache, model)
    known = unpack(archive_path(battles_cache, model)) if manifest.is_file() else {}
    weights = weights_identity(json.loads(manifest.read_text())) if manifest.is_file() else ""
    keys = ((battle_key(identify(battle, model, engine_kind, weights)), battle["task"]) for battle in planned)
    return Counter(f"{model}/{task}" for key, task in keys if key not in known)


def cells_text(missing: Counter[str]) -> str:
    """`{model}/{task} {count}`, sorted."""
    return ", ".join(f"{cell} {count}" for cell, count in sorted(missing.items()))
