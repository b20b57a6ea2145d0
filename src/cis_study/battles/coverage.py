"""Does the committed cache hold every battle of the configured study? Asked before the first job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cis_study.agents.plan import EpisodeMaterial, identify_episode, plan_episodes
from cis_study.battles.archive import archive_path, episodes_path, manifest_path, unpack
from cis_study.battles.record import identify, record_key
from cis_study.config import OutsideAgent, Study
from cis_study.errors import StudyError
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.plan import blocks, plan_block
from cis_study.tasks.task import Task


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
    missing: dict[str, int] = {}
    for model in study.names:
        effort = models[model].reasoning_effort
        named = blocks(study)
        manifest = manifest_path(cache_dir, model)
        archives = (archive_path(cache_dir, model), episodes_path(cache_dir, model)) if manifest.is_file() else ()
        known = {key for path in archives for key in unpack(path)}
        weights = weights_identity(json.loads(manifest.read_text())) if manifest.is_file() else ""
        identity = (model, study.engine.kind if isinstance(models[model], Model) else "a2a", weights)
        planned = [
            identify(battle, *identity)
            for name in named
            for battle in plan_block(study, tasks, reply_format, name, effort)
        ]
        if material:
            planned += [
                identify_episode(episode, *identity)
                for name in named
                for episode in plan_episodes(study, *material, name, models[model])
            ]
        for record in planned:
            if record_key(record) not in known:
                cell = f"{model}/{record['task']}"
                missing[cell] = missing.get(cell, 0) + 1
    if missing:
        cells = ", ".join(f"{cell} {count}" for cell, count in sorted(missing.items()))
        raise StudyError(
            cache_dir,
            f"missing battles: {cells}",
            f"the cache does not cover the study {study.study!r} as configured",
            "Run it (--resources gpu=1, or `mode: run` where no GPU is needed), or configure the cached study.",
        )
