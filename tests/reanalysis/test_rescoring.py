"""An answer runs once: equal ones share their evidence, and a later run takes it from the journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_runs import fake_row

from cis_study.reanalysis import rescoring
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.logomesh.rows import StoredBattle


def fake_answer(number: int, program: int) -> StoredBattle:
    """A program that does not parse, so that nothing has to run."""
    return replace(fake_row(number, "tier2_fake", "fibonacci", 0.5).battle, source=f"def fibonacci(: {program}")


def test_equal_answers_run_once_and_the_journal_is_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str | None] = []
    broken: set[str] = set()

    def counted(submission: Any, *rest: Any) -> Evidence:
        ran.append(submission.source)
        found = real(submission, *rest)
        return found.model_copy(update={"sandbox_failure": "fake"}) if submission.source in broken else found

    real = rescoring.evidence_of
    monkeypatch.setattr(rescoring, "evidence_of", counted)
    monkeypatch.setattr(rescoring, "require_sandbox", lambda: None)

    def collected(*programs: int) -> list[Evidence]:
        battles = [fake_answer(number, program) for number, program in enumerate(programs)]
        return rescoring.collect_answers(battles, root / "config/tasks", tmp_path / "journal", 2)

    first = collected(1, 2, 1)
    assert sorted(map(str, ran)) == ["def fibonacci(: 1", "def fibonacci(: 2"]
    assert first[0] == first[2] != first[1]
    assert collected(2, 1) == [first[1], first[0]]
    assert len(ran) == 2
    broken.add("def fibonacci(: 3")
    assert collected(3, 1)[0].sandbox_failure == "fake"
    broken.clear()
    # A failure of the sandbox is tried again.
    assert collected(3)[0].sandbox_failure is None
    assert len(ran) == 4
