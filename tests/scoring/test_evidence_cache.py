"""Cached evidence is what the sandbox would say again, and is of one battle, hidden side and version alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_fibonacci import battle

from cis_study.battles.archive import unpack
from cis_study.errors import StudyError
from cis_study.scoring import evidence_file
from cis_study.scoring.collecting import collect_evidence
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.evidence_cache import differences, freeze_evidence, pack_evidence, unpack_evidence
from cis_study.scoring.evidence_file import collect_battles, write_lines
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

ROOT = Path(__file__).parents[2]
TASKS = ROOT / "config/tasks"
SAMPLED = 16
"""Battles of each model that the sandbox runs again."""


@pytest.fixture(scope="module")
def fibonacci() -> HiddenSide:
    return load_hidden_side(TASKS / "fibonacci", generated=False)


@pytest.fixture(scope="module")
def evidence(fibonacci: HiddenSide) -> Evidence:
    return collect_evidence(battle("no program"), fibonacci)


def refuse(*_: Any) -> Evidence:
    raise AssertionError("the sandbox ran")


def test_what_is_cached_needs_no_sandbox(
    fibonacci: HiddenSide, evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack_evidence([evidence], tmp_path / "e.jsonl.gz")
    known = unpack_evidence(tmp_path / "e.jsonl.gz")
    monkeypatch.setattr(evidence_file, "collect_evidence", refuse)
    monkeypatch.setattr(evidence_file, "require_sandbox", refuse)
    assert collect_battles([battle("no program")], {"fibonacci": fibonacci}, 1, known) == [evidence]
    with pytest.raises(AssertionError, match="the sandbox ran"):
        collect_battles([battle("no program "), battle("no program")], {"fibonacci": fibonacci}, 1, known)


def test_another_reply_or_hidden_side_is_another_thing(fibonacci: HiddenSide, evidence: Evidence) -> None:
    with_bank = load_hidden_side(TASKS / "fibonacci")
    assert collect_evidence(battle("no program"), fibonacci).of == evidence.of
    assert collect_evidence(battle("no programs"), fibonacci).of != evidence.of
    assert collect_evidence(battle("no program"), with_bank).of != evidence.of


@pytest.mark.parametrize("part", ["task", "reference", "cases", "dialects", "mutants", "constraints", "topics"])
def test_every_part_of_a_hidden_side_is_in_its_digest(fibonacci: HiddenSide, part: str) -> None:
    other = load_hidden_side(TASKS / "rate_limiter", generated=False)
    assert getattr(other, part) != getattr(fibonacci, part)
    changed = replace(fibonacci, **{part: getattr(other, part)})
    assert changed.digest != fibonacci.digest


def test_lines_of_another_version_count_as_missing(
    evidence: Evidence, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack_evidence([evidence], tmp_path / "e.jsonl.gz")
    monkeypatch.setattr(Evidence.model_fields["version"], "default", 99)
    assert unpack_evidence(tmp_path / "e.jsonl.gz") == {}
    assert "1 lines are of another version" in caplog.text


def test_a_damaged_archive_is_named_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    assert unpack_evidence(tmp_path / "none.jsonl.gz") == {}
    (tmp_path / "e.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(StudyError, match=r"e\.jsonl\.gz.*damaged"):
        unpack_evidence(tmp_path / "e.jsonl.gz")


def test_a_sandbox_that_failed_is_not_frozen(evidence: Evidence, tmp_path: Path) -> None:
    broken = evidence.model_copy(update={"sandbox_failure": "no user namespaces"})
    with pytest.raises(StudyError, match=r"m/fibonacci/1.*no user namespaces"):
        pack_evidence([broken], tmp_path / "e.jsonl.gz")


def test_freezing_sorts_by_model(evidence: Evidence, tmp_path: Path) -> None:
    other = evidence.model_copy(update={"model": "a"})
    blocks = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    blocks[0].write_text(write_lines([evidence, other]))
    blocks[1].write_text(write_lines([evidence.model_copy(update={"replicate": 0, "of": "f" * 64})]))
    freeze_evidence(blocks, [blocks[0]], tmp_path / "cache")
    assert [item.replicate for item in unpack_evidence(tmp_path / "cache/evidence/m.jsonl.gz").values()] == [0, 1]
    assert list(unpack_evidence(tmp_path / "cache/evidence/a.jsonl.gz").values()) == [other]
    assert len(unpack_evidence(tmp_path / "cache/1.jsonl.gz")) == 1


def test_a_difference_is_named(evidence: Evidence) -> None:
    changed = evidence.model_copy(update={"copied_sentences": 7})
    assert differences([evidence], {evidence.of: evidence}) == []
    assert differences([evidence], {evidence.of: changed}) == ["m/fibonacci/1: copied_sentences"]
    assert differences([evidence], {}) == []


@pytest.mark.parametrize("path", sorted((ROOT / "results/cached").glob("*/evidence/*.jsonl.gz")), ids=lambda p: p.name)
def test_the_committed_evidence_is_collected_again(path: Path) -> None:
    """Catches a change of the scorer or the sandbox that forgot to raise the version of Evidence."""
    known = unpack_evidence(path)
    battles = list(unpack(path.parents[1] / "battles" / path.name).values())
    sample = sorted(battles, key=lambda one: (one["replicate"], one["task"]))[:: max(1, len(battles) // SAMPLED)]
    sides = {task: load_hidden_side(TASKS / task) for task in {one["task"] for one in sample}}
    again = collect_battles(sample, sides, workers=2)
    assert {item.of for item in again} <= set(known), "the cache holds no evidence of these battles"
    assert differences(again, known) == []
