"""Does the committed cache hold every judgement of the configured study? Asked before the first job of a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cis_study.battles.archive import archive_path, judgements_path, unpack
from cis_study.battles.coverage import cells_text, missing_records
from cis_study.config import OutsideAgent, Study
from cis_study.errors import StudyError
from cis_study.judging.blinding import mask_of
from cis_study.judging.plan import identify_judgement, plan_judge, planned_judgements
from cis_study.judging.rubric import Rubric
from cis_study.judging.showing import Material, all_places, judged_slots, planted, submitted
from cis_study.models.registry import Model
from cis_study.tasks.task import Task


def require_judgements(
    study: Study,
    contestants: Mapping[str, Model | OutsideAgent],
    judges: Mapping[str, Model],
    tasks: Mapping[str, Task],
    material: Material,
    rubric: Rubric,
    cache_dir: Path,
) -> None:
    """Compare every judgement that the archived battles call for with the archives of the judges.

    Raises:
        StudyError: judgements are missing; the message counts them by judge and task.
    """
    mask, slots, places = (
        mask_of(contestants.values()),
        set(judged_slots(study)),
        all_places(study, material.settings, material.parts),
    )
    archived = [battle for name in contestants for battle in unpack(archive_path(cache_dir, name)).values()]
    judged = [battle for battle in archived if (battle["task"], battle["replicate"]) in slots]
    exhibits = submitted(judged, tasks, mask) + planted(study, material, mask)
    missing: Counter[str] = Counter()
    for name, judge in judges.items():
        planned = planned_judgements(plan_judge(study, judge, places), exhibits, rubric)
        archive = judgements_path(cache_dir, name)
        missing += missing_records(planned, identify_judgement, name, study.engine.kind, cache_dir, archive)
    if missing:
        raise StudyError(
            cache_dir / "judgements",
            f"missing judgements: {cells_text(missing)}",
            f"the cache does not cover the panel of the study {study.study!r} as configured",
            "Run it where an engine may start and freeze it, or configure the cached study (key `judges`, rubric).",
        )
