"""Evidence files: one canonical JSON line per battle."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.provenance import canonical_json
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.collecting import collect_evidence, content_hash, submission_of
from cis_study.scoring.evidence import Evidence
from cis_study.tasks.hidden import HiddenSide, load_hidden_side
from cis_study.yamlfile import validate

logger = logging.getLogger(__name__)


def collect_files(
    battles: Sequence[Path], tasks_dir: Path, workers: int, known: Mapping[str, Evidence] | None = None
) -> list[Evidence]:
    """Evidence of battle files, as `collect_battles`.

    Raises:
        StudyError: a battle file is unreadable or its task unknown, or as `collect_battles`.
    """
    loaded = [_read_battle(path) for path in battles]
    sides = {task: load_hidden_side(tasks_dir / task) for task in sorted({battle["task"] for battle in loaded})}
    return collect_battles(loaded, sides, workers, known)


def collect_battles(
    battles: Sequence[dict[str, Any]],
    sides: Mapping[str, HiddenSide],
    workers: int,
    known: Mapping[str, Evidence] | None = None,
) -> list[Evidence]:
    """Evidence of battles, sorted by model, task and replicate whatever the number of workers.

    Args:
        known: evidence by what it is of; the sandbox runs the rest.

    Raises:
        StudyError: there is no sandbox and something to run in it.
    """
    hashes = [content_hash_of(battle, sides[battle["task"]]) for battle in battles]
    collected = [known[found] for found in hashes if known and found in known]
    missing = [battle for battle, found in zip(battles, hashes, strict=True) if not known or found not in known]
    logger.info("evidence of %d of %d battles is cached", len(collected), len(battles))
    if missing:
        require_sandbox()
    with ThreadPoolExecutor(max(1, workers)) as pool:
        jobs = [pool.submit(collect_evidence, battle, sides[battle["task"]]) for battle in missing]
        for done, job in enumerate(as_completed(jobs), start=1):
            collected.append(job.result())
            logger.info("evidence of %d of %d battles", done, len(jobs))
    return sorted(collected, key=place)


def content_hash_of(battle: dict[str, Any], hidden: HiddenSide) -> str:
    """What evidence of a battle is of."""
    return content_hash(submission_of(battle, hidden), battle, hidden)


def place(item: Evidence) -> tuple[str, str, int]:
    """Key by which evidence is sorted."""
    return item.model, item.task, item.replicate


def write_lines(evidence: Iterable[Evidence]) -> str:
    """The text of an evidence file."""
    return "".join(canonical_json(item.model_dump(mode="json")) + "\n" for item in evidence)


def read_evidence(paths: Iterable[Path]) -> list[Evidence]:
    """All evidence in some files.

    Raises:
        StudyError: a line is of another version, or does not fit the schema.
    """
    return [
        _read_line(line, where=f"{path}:{number}")
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    ]


def _read_line(line: str, where: str) -> Evidence:
    content = json.loads(line)
    if content.get("version") != (current := Evidence.model_fields["version"].default):
        raise StudyError(
            where,
            f"version {content.get('version')}",
            f"evidence of version {current} is needed",
            "Delete the file and run the workflow again: it collects the evidence from the battles.",
        )
    return validate(Evidence, content, where=where)


def _read_battle(path: Path) -> dict[str, Any]:
    try:
        battle = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StudyError(path, error, "it is not a battle file", "Delete it and run again.") from error
    if not isinstance(battle, dict) or battle.get("protocol") != 1:
        raise StudyError(path, battle, "it is not a battle of protocol 1", "Delete it and run again.")
    return battle
