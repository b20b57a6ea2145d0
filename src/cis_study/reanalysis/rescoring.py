"""Evidence of the answers that LogoMesh stored: each runs in our sandbox once, and stays in a journal."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from cis_study.journal import Journal
from cis_study.provenance import canonical_json
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.collecting import content_hash, evidence_of
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.logomesh.rows import StoredBattle
from cis_study.scoring.submission import Submission, from_parts
from cis_study.scoring.unfought import unfought
from cis_study.tasks.hidden import HiddenSide, load_hidden_side
from cis_study.yamlfile import validate

logger = logging.getLogger(__name__)


def collect_answers(battles: Sequence[StoredBattle], tasks_dir: Path, journal: Path, workers: int) -> list[Evidence]:
    """Evidence in the order of the battles; equal answers run once, and those in the journal not at all.

    Raises:
        StudyError: there is no sandbox and something to run in it, or the journal is damaged or in use.
    """
    sides = {task: load_hidden_side(tasks_dir / task) for task in sorted({battle.task for battle in battles})}
    found: dict[str, Evidence] = {}
    with Journal(journal) as kept, ThreadPoolExecutor(max(1, workers)) as pool:
        keys = [_key(battle, sides[battle.task]) for battle in battles]
        wanted = {key: battle for key, battle in zip(keys, battles, strict=True) if key not in kept.entries}
        logger.info("evidence of %d of %d answers is at hand", sum(key in kept.entries for key in keys), len(keys))
        if wanted:
            require_sandbox()
        jobs = {pool.submit(_evidence, battle, sides[battle.task]): key for key, battle in wanted.items()}
        for done, job in enumerate(as_completed(jobs), start=1):
            found[jobs[job]] = job.result()
            if job.result().sandbox_failure is None:
                kept.append({jobs[job]: job.result().model_dump(mode="json")})
            logger.info("evidence of %d of %d answers", done, len(jobs))
        return [found.get(key) or validate(Evidence, kept.entries[key], where=str(journal)) for key in keys]


def _key(battle: StoredBattle, hidden: HiddenSide) -> str:
    version = Evidence.model_fields["version"].default
    return f"{version}:{content_hash(*_loaded(battle, hidden), hidden)}"


def _evidence(battle: StoredBattle, hidden: HiddenSide) -> Evidence:
    return evidence_of(*_loaded(battle, hidden), hidden)


def _loaded(battle: StoredBattle, hidden: HiddenSide) -> tuple[Submission, dict[str, Any]]:
    parts = battle.source, battle.tests, battle.rationale
    return from_parts(*parts, hidden.task.exports), unfought(hidden, canonical_json(parts))
