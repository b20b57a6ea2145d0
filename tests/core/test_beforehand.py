"""The analysis is kept before the first battle, once, and every later change of it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles import generate
from cis_study.battles.freezing import freeze_battles
from cis_study.battles.generate import Job
from cis_study.battles.record import record_key
from cis_study.beforehand import note_analysis, standing
from cis_study.errors import StudyError

WRITTEN = "alpha: 0.05  # level\nfamily: {outcome: CIS, adjust: holm}\n"


@pytest.fixture
def analysis(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.yaml"
    path.write_text(WRITTEN)
    return path


def note(analysis: Path) -> Path:
    study = analysis.parent / "s"
    note_analysis(analysis, study, analysis.parent / "cached")
    return study / "analysis.json"


def first_battle(analysis: Path) -> None:
    journal = analysis.parent / "s/journal/m/1-2.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text("a battle\n")


def test_unchanged_but_for_comments_and_layout(analysis: Path) -> None:
    record = note(analysis)
    analysis.write_text("family:\n  adjust: holm\n  outcome: CIS\nalpha: 0.050\n")
    found = standing(analysis, [record])
    assert found.state == "as written down beforehand"
    assert json.loads(record.read_text())["sha256"][:16] in found.sentence


def test_a_change_after_the_first_battle_is_exploratory_and_named(analysis: Path) -> None:
    record = note(analysis)
    first_battle(analysis)
    analysis.write_text("alpha: 0.1\nfamily: {outcome: CIS}\nbound: 1\n")
    assert note(analysis) == record
    assert standing(analysis, [record]) == (
        "exploratory",
        "The analysis is exploratory: analysis.yaml was changed after the first battle had been generated"
        " (alpha, bound, family.adjust).",
    )


def test_until_the_first_battle_it_may_change(analysis: Path) -> None:
    record = note(analysis)
    analysis.write_text("alpha: 0.1\n")
    assert standing(analysis, [record]).state == "exploratory"
    note(analysis)
    assert standing(analysis, [record]).state == "as written down beforehand"


@pytest.mark.parametrize("where", ["s/journal/m/1-2.jsonl", "cached/battles/m.jsonl.gz"])
def test_battles_that_are_older_than_the_record_get_none(analysis: Path, where: str) -> None:
    (analysis.parent / where).parent.mkdir(parents=True)
    (analysis.parent / where).write_text("x")
    record = note(analysis)
    assert not record.exists()
    assert standing(analysis, [record]).state == "not recorded"


def test_the_record_of_the_cache_counts_where_the_study_has_none(analysis: Path) -> None:
    record = note(analysis)
    freeze_battles([], record.parent, analysis.parent / "cached")
    kept = analysis.parent / "cached/analysis.json"
    record.unlink()
    assert standing(analysis, [record, kept]).state == "as written down beforehand"


@pytest.mark.parametrize("damage", ["", "{}", '{"analysis": {"alpha": 0.1}, "sha256": "0"}'])
def test_a_damaged_record_stops_the_analysis(analysis: Path, damage: str) -> None:
    record = note(analysis)
    record.write_text(damage)
    with pytest.raises(StudyError, match=r"analysis\.json: damaged"):
        standing(analysis, [record])


def test_an_analysis_that_is_no_yaml_stops_the_first_battle(analysis: Path) -> None:
    analysis.write_text("alpha: [")
    with pytest.raises(StudyError, match="cannot be read"):
        note(analysis)


def test_the_job_keeps_it_before_it_asks(analysis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(analysis)
    record = job.study_dir / "analysis.json"
    asked = []

    def fake_ask(missing: list[dict[str, Any]], journal: Any, tally: Any) -> None:
        assert record.is_file()
        analysis.write_text("alpha: 0.1\n")
        for battle in missing:
            answered = {**battle, "status": "answered", "reply": {"content": "x"}, "error": None}
            journal.append({record_key(battle): answered})
            tally.battles[record_key(battle)] = answered
            asked.append(battle)

    monkeypatch.setattr(generate, "_asker", lambda *_: fake_ask)
    generate.generate(job)
    assert len(asked) == 1
    kept = record.read_bytes()
    generate.generate(job)
    assert record.read_bytes() == kept
    assert standing(analysis, [record]).state == "exploratory"


def _job(analysis: Path) -> Job:
    plan = analysis.parent / "results/s/plan/m/1-1.json"
    plan.parent.mkdir(parents=True)
    battle = {"task": "t", "replicate": 1, "request": {"messages": [], "seed": 1}}
    engine = {"kind": "endpoint", "max_model_len_tokens": 10}
    plan.write_text(json.dumps({"agent": {}, "engine": engine, "battles": [battle]}))
    manifest = analysis.parent / "manifest.json"
    manifest.write_text(json.dumps({"weights_sha256": "a" * 64}))
    return Job(plan, manifest, "run", 1, analysis.parent / "log", analysis=analysis)
