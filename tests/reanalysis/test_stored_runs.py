"""Files become runs: every row gets a kind, failures are no scores, and a wrong file is named before anything runs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from logomesh_files import database, line, result

from cis_study.errors import StudyError
from cis_study.reanalysis.files import battle_paths, require_given
from cis_study.reanalysis.reading import read_files


def refused(source: str) -> dict[str, Any]:
    content = result(source=source)
    content["purple_response"]["rationale"] = "Parsing failed"
    return content


def test_every_row_has_a_kind_and_an_error_is_counted_by_what_it_says(tmp_path: Path) -> None:
    zeros = {"rationale_score": 0, "architecture_score": 0, "testing_score": 0}
    kinds = {
        "scored": result(),
        "judge timeout": result(logic_score=0.5, logic_critique="Logic review timed out."),
        "judge error": result(logic_score=0.5, logic_critique="Logic review failed: no route"),
        "judge unknown": result(logic_score=0.5, logic_critique=None),
        "evaluation failed": result(**zeros, logic_score=0.5, breakdown="Scoring failed due to error: x"),
        "no connection": refused("Error: Connection error."),
        "HTTP 401": refused("Error: Error code: 401 - {'error': 'key'}"),
        "HTTP 404": refused("Error: Error code: 404 - no such model"),
        "contestant error": refused("Error: something else"),
    }
    path = database(tmp_path / "battles.db", [(0.5, content) for content in kinds.values()])
    reading = read_files([path])
    assert [row.kind for row in reading.rows] == list(kinds)
    assert not reading.unreadable


def test_ids_tell_the_runs_of_one_file_apart(tmp_path: Path) -> None:
    ids = ["auto_1_2", "tier1-other-901", "tier3-model-912", "something", "tier9"]
    rows = [(0.1 * n, result()) for n in range(5)]
    found = read_files([database(tmp_path / "battles_tier2_backup.db", rows, ids)]).rows
    assert [(row.run, row.arm) for row in found] == [
        ("battles_tier2_backup:auto", "stage2"),
        ("battles_tier2_backup:tier1-other", "tier1"),
        ("battles_tier2_backup:tier3-model", "tier3"),
        ("battles_tier2_backup", "tier2"),
        ("battles_tier2_backup", "tier2"),
    ]


def test_a_row_that_a_backup_repeats_counts_once(tmp_path: Path) -> None:
    rows, ids = [(0.7, result()), (0.8, result())], ["tier2-model-901", "tier2-model-902"]
    first = database(tmp_path / "battles_tier2.db", rows, ids)
    again = (0.9, result())
    backup = database(tmp_path / "backup.db", [*rows, again, again], [*ids, "tier2-model-902", "tier2-model-902"])
    kinds = [row.kind for row in read_files([first, backup]).rows]
    # Two equal rows of one file are two battles: a request was posted again.
    assert kinds == ["scored", "scored", "copy", "copy", "scored", "scored"]


def test_two_files_cannot_hold_runs_of_one_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rows.jsonl").write_text(line())
    with pytest.raises(StudyError, match="holds a run of this name"):
        read_files([tmp_path / "a/rows.jsonl", tmp_path / "b/rows.jsonl"])


def test_rows_that_are_no_battle_are_counted_by_reason(tmp_path: Path) -> None:
    rows = [(0.5, result()), (0.0, {"status": "mock_success"}), (0.0, "{"), (0.4, result() | {"task": "Other"})]
    reading = read_files([database(tmp_path / "battles.db", rows)])
    assert len(reading.rows) == 1
    assert set(reading.unreadable.items()) == {
        (("battles.db", "the row is no LogoMesh battle"), 1),
        (("battles.db", "the row is damaged"), 1),
        (("battles.db", "it is no task of this study"), 1),
    }


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("CREATE TABLE results (id INTEGER)", "no table `battles`"),
        ("CREATE TABLE battles (id INTEGER, score REAL)", "no column battle_id, raw_result"),
        ("CREATE TABLE battles (id INTEGER, battle_id TEXT, score REAL, raw_result TEXT)", "it holds no battle"),
    ],
)
def test_a_database_of_another_kind_is_named(tmp_path: Path, statement: str, message: str) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    assert battle_paths(str(path)) == [path]
    with pytest.raises(StudyError, match=message) as caught:
        read_files([path])
    assert str(path) in str(caught.value)


def test_paths_are_checked_before_anything_runs(tmp_path: Path) -> None:
    good = database(tmp_path / "a.db", [])
    (tmp_path / "text.db").write_text("no database")
    assert battle_paths(None) == []
    assert battle_paths(f"{good}, {database(tmp_path / 'b.sqlite', [])}") == [good, tmp_path / "b.sqlite"]
    assert battle_paths([str(good)]) == [good]
    for given, message in [
        (f"{good},{tmp_path}/b.db", "b.db: there is no such file"),
        (str(tmp_path), "there is no such file"),
        (str(tmp_path / "text.db"), "neither a SQLite database"),
        (f"{good},{good}", "named twice"),
        (f"{good},", "separated by commas"),
        (7, "paths are expected"),
    ]:
        with pytest.raises(StudyError, match=message) as caught:
            battle_paths(given)
        assert caught.value.where == "battles_db"
    with pytest.raises(StudyError, match="battles_db"):
        require_given([])


def test_json_lines_name_their_run(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line() + line(run="stage2", battle_id="auto_1_2") + json.dumps({"task": "LRU Cache"}) + "\n")
    reading = read_files([path])
    assert [(row.run, row.arm) for row in reading.rows] == [("tier3_published", "tier3"), ("stage2", "stage2")]
    assert sum(reading.unreadable.values()) == 1
