"""Does the committed cache hold every battle of the configured study? Asked before the first job."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cis_study.agents.plan import EpisodeMaterial, identify_episode, plan_episodes
from cis_study.battles.archive import archive_path, episodes_path, manifest_path, unpack
from cis_study.battles.record import identify, record_key
from cis_study.config import OutsideAgent, Study
from cis_study.errors import StudyError
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.plan import blocks, plan_block
from cis_study.tasks.task import Task

Identify = Callable[[dict[str, Any], str, str, str], dict[str, Any]]
"""Planned record, model, kind of engine, weights -> record with its spec."""


def require_coverage(
    study: Study,
    models: Mapping[str, Model | OutsideAgent],
    tasks: dict[str, Task],
    reply_format: str,
    cache_dir: Path,
    material: EpisodeMaterial | None = None,
) -> None:
    """Compare every planned spec with the archives.

    Args:
        material: of the episodes, where the study has some.

    Raises:
        StudyError: a manifest or battles are missing; the message counts them by model and task.
    """
    missing: Counter[str] = Counter()
    for model, contestant in models.items():
        effort, kind = contestant.reasoning_effort, study.engine.kind if isinstance(contestant, Model) else "a2a"
        battles = [b for name in blocks(study) for b in plan_block(study, tasks, reply_format, name, effort)]
        missing += missing_records(battles, identify, model, kind, cache_dir, archive_path(cache_dir, model))
        if material:
            episodes = [e for name in blocks(study) for e in plan_episodes(study, *material, name, contestant)]
            archive = episodes_path(cache_dir, model)
            missing += missing_records(episodes, identify_episode, model, kind, cache_dir, archive)
    if missing:
        raise StudyError(
            cache_dir,
            f"missing battles: {cells_text(missing)}",
            f"the cache does not cover the study {study.study!r} as configured",
            "Run it (--resources gpu=1, or `mode: run` where no GPU is needed), or configure the cached study.",
        )


def missing_records(
    planned: list[dict[str, Any]], identify: Identify, model: str, engine_kind: str, study_cache: Path, archive: Path
) -> Counter[str]:
    """Planned battles or episodes that an archive lacks, by `{model}/{task}`.

    Args:
        study_cache: holds the manifests; without one, everything is missing.
    """
    manifest = manifest_path(study_cache, model)
    known = unpack(archive) if manifest.is_file() else {}
    weights = weights_identity(json.loads(manifest.read_text())) if manifest.is_file() else ""
    keys = ((record_key(identify(record, model, engine_kind, weights)), record["task"]) for record in planned)
    return Counter(f"{model}/{task}" for key, task in keys if key not in known)


def cells_text(missing: Counter[str]) -> str:
    """`{model}/{task} {count}`, sorted."""
    return ", ".join(f"{cell} {count}" for cell, count in sorted(missing.items()))
