"""Our scores of the rows of a LogoMesh file, several at a time, in the order of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cis_study.cli.outcomes import Outcome, of_evidence
from cis_study.cli.submissions import Parts, load_parts
from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.logomesh.battles import read_stored_battles
from cis_study.scoring.logomesh.rows import StoredBattle

Row = tuple[StoredBattle, Outcome] | StudyError


def score_rows(path: Path, tasks_dir: Path) -> Iterator[Row]:
    """Run and score every row.

    Raises:
        StudyError: the file is no LogoMesh file, or submissions cannot be contained here.
    """
    require_sandbox()

    def run(battle: StoredBattle | StudyError) -> Row:
        if isinstance(battle, StudyError):
            return battle
        parts = Parts(source_code=battle.source, test_code=battle.tests, rationale=battle.rationale)
        return battle, of_evidence(load_parts(parts, battle.task, tasks_dir).evidence(), Weights())

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(run, read_stored_battles(path))
