"""Tables hold what the study holds: every column, missing as null, the same bytes every time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from fake_export import CIS, LOST, UNRUN, fake_scores

from cis_study.agents.plan import identify_episode, plan_episodes
from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.export.columns import layouts
from cis_study.export.outcomes import episode_key, read_outcomes
from cis_study.export.rows import battle_row, episode_row, judgement_row
from cis_study.export.tables import parquet_table
from cis_study.judging.plan import identify_judgement
from cis_study.models.registry import load_model
from cis_study.scoring.episodes import EpisodeOutcome
from cis_study.scoring.score_table import score_table
from cis_study.statistics.files import csv_text
from cis_study.tasks.hidden import load_hidden_side
from cis_study.tasks.repairs import load_repairs

Battles = list[dict[str, Any]]


def stored(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = pq.read_table(io.BytesIO(parquet_table(name, rows))).to_pylist()
    return read


def test_the_described_columns_are_those_of_the_score_table(study: Study) -> None:
    real = score_table("s", [], study.weights, ["cis-3"])
    assert list(layouts()["scores"].columns) == list(real.columns)
    kinds = {"string": "text", "bool": "truth", "boolean": "truth", "float64": "number"}
    found = [kinds.get(str(dtype), "integer") for dtype in real.dtypes]
    assert [kind for kind, _ in layouts()["scores"].columns.values()] == found


def test_a_battle_is_a_row_that_says_what_was_asked_and_answered(battles: Battles) -> None:
    rows = stored("battles", [battle_row("fake", battle) for battle in reversed(battles)])
    assert [(row["task"], row["replicate"]) for row in rows] == [LOST, UNRUN, *CIS]
    lost, half, reasoned, cut = rows
    said = [reasoned[name] for name in ("reply", "reasoning", "completion_tokens")]
    assert said == ["print(1)", "Let me think.", 20]
    assert reasoned["prompt"] == battles[0]["request"]["messages"][1]["content"]
    assert reasoned["sampling"] == '{"max_tokens":96,"min_p":0.0,"temperature":0.7,"top_k":0,"top_p":0.95}'
    assert (cut["status"], cut["reply"]) == ("budget_exhausted", "print(")
    assert [lost[name] for name in ("reply", "finish_reason", "prompt_tokens")] == [None, None, None]
    assert (lost["error_type"], lost["error_message"]) == ("TimeoutError", "no token for 300 s")
    assert half["reply"] == "half \ufffd and <b>\x00</b>"
    assert [row["altered"] for row in rows] == [False, True, False, False]


def test_a_missing_score_is_null(battles: Battles) -> None:
    rows = stored("scores", fake_scores(battles))
    assert {(row["task"], row["replicate"]): row["CIS"] for row in rows} == {LOST: None, UNRUN: None, **CIS}


def test_the_same_rows_give_the_same_bytes(battles: Battles) -> None:
    rows = fake_scores(battles)
    assert parquet_table("scores", rows) == parquet_table("scores", rows[::-1])


def test_a_row_too_many_and_an_unknown_column_are_refused(battles: Battles) -> None:
    rows = fake_scores(battles)
    with pytest.raises(StudyError, match="lru_cache/1/cis-3: scored: it stands twice"):
        parquet_table("scores", [*rows, rows[0]])
    with pytest.raises(StudyError, match="differ in novelty"):
        parquet_table("scores", [{**rows[0], "novelty": 1}])


def test_an_episode_stands_beside_its_outcome(root: Path, study: Study, tmp_path: Path) -> None:
    folder = root / "config/tasks/fibonacci"
    model = load_model(root / "config/models/smollm2-135m.yaml")
    sides, repairs = {"fibonacci": load_hidden_side(folder)}, {"fibonacci": load_repairs(folder)}
    planned = plan_episodes(study, sides, repairs, "1-2", model)
    turns = [{"said": {"text": "\ud83d"}}]
    ended = {"transcript": turns, "files": {"solution.py": ""}, "stopped_by": None, "error": None}
    episodes = [
        {**identify_episode(each, "m", "llama_cpp", "a" * 64), **ended, "status": "finished", "usage": None}
        for each in planned
    ]
    outcomes = [
        EpisodeOutcome(
            **{name: episode[name] for name in ("model", "kind", "tool_protocol", "task", "replicate", "mutant")},
            status="finished" if number else "sandbox_failure",
            stopped_by=None,
            error=None,
            solved=False if number else None,
            hidden_passed=3 if number else None,
            hidden_total=7,
            regressions=None,
            steps=1,
            unread_calls=0,
            invalid_calls=0,
            test_runs=0,
            recovered=None,
            prompt_tokens=None,
            completion_tokens=None,
        )
        for number, episode in enumerate(episodes)
    ]
    table = tmp_path / "m.csv"
    table.write_text(csv_text(pd.DataFrame([outcome.model_dump() for outcome in outcomes])))
    read = read_outcomes([table])
    assert list(read.values()) == outcomes
    rows = stored("episodes", [episode_row("fake", each, read[episode_key(each)]) for each in episodes])
    assert {row["kind"]: row["solved"] for row in rows} == {"implement": None, "repair": False}
    assert rows[0]["transcript"] == '[{"said":{"text":"\ufffd"}}]'
    assert rows[0]["altered"]


def test_a_judgement_without_an_answer_has_no_scores() -> None:
    asked = {
        "author": "m", "task": "fibonacci", "replicate": 1, "condition": "plain", "seeds": [1], "messages": [],
        "response_format": {}, "sampling": {"temperature": 0.7}, "budget": None,
    }  # fmt: skip
    said = {"scores": {"R": 0.0, "A": 0.5, "T": 1.0, "L": 0.25}, "evidence": {"R": "quote"}, "approve": False}
    unread = {"type": "no_json", "message": "x"}
    ended = [
        {"repeat": 1, "said": said, "status": "rated", "error": None, "usage": {"prompt_tokens": 9}},
        {"repeat": 2, "said": None, "status": "judge_failure", "error": unread, "usage": None},
    ]
    judged = [identify_judgement({**asked, **each}, "j", "vllm", "a" * 64) | {"attempts": [], **each} for each in ended]
    rated, failed = stored("judgements", [judgement_row("fake", each) for each in judged])
    assert [rated[name] for name in ("judge", "R", "A", "T", "L", "approve")] == ["j", 0.0, 0.5, 1.0, 0.25, False]
    assert (rated["evidence"], rated["prompt_tokens"], rated["completion_tokens"]) == ('{"R":"quote"}', 9, None)
    assert [failed[name] for name in ("R", "L", "approve", "error_type")] == [None, None, None, "no_json"]
