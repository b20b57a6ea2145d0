"""Reading what LogoMesh stored: rows become records or errors with a name, and the file stays as it was."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from logomesh_files import FIBONACCI, SCHEMA, database, line, result

from cis_study.errors import StudyError
from cis_study.scoring.logomesh.battles import is_battle_file, read_stored_battles
from cis_study.scoring.logomesh.instruments import rate
from cis_study.scoring.logomesh.rows import StoredBattle


def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    (battle,) = read_stored_battles(database(tmp_path / "battles.db", [(0.75, result())]))
    assert isinstance(battle, StoredBattle)
    assert (battle.row, battle.task, battle.source, battle.status, battle.cis) == (
        1,
        "fibonacci",
        FIBONACCI,
        "scored",
        0.75,
    )
    recorded = battle.recorded
    assert (recorded.R, recorded.A, recorded.T, recorded.L) == (0.8, 0.7, 0.6, 0.9)
    assert (recorded.audit_valid, recorded.sandbox_passed, recorded.red_multiplier) == (True, True, 1.0)
    assert rate("logomesh-tier3", recorded).cis == pytest.approx(0.75)


def test_both_formats_give_the_same_record(tmp_path: Path) -> None:
    path = tmp_path / "battles.jsonl.gz"
    path.write_bytes(gzip.compress(line().encode()))
    (from_line,) = read_stored_battles(path)
    (from_row,) = read_stored_battles(database(tmp_path / "battles.db", [(0.75, result())]))
    assert isinstance(from_line, StoredBattle)
    assert isinstance(from_row, StoredBattle)
    assert from_line.recorded == from_row.recorded.model_copy(update={"breakdown": None})
    assert (from_line.source, from_line.cis, from_line.row) == (from_row.source, from_row.cis, 1)


def test_what_was_not_stored_is_null(tmp_path: Path) -> None:
    content = result()
    del content["red_report"], content["audit_result"], content["evaluation"]["logic_score"]
    (battle,) = read_stored_battles(database(tmp_path / "battles.db", [(0.75, content)]))
    assert isinstance(battle, StoredBattle)
    recorded = battle.recorded
    assert (recorded.L, recorded.audit_valid, recorded.red_multiplier) == (None, None, None)


def test_the_penalty_of_the_red_agent_is_kept(tmp_path: Path) -> None:
    (battle,) = read_stored_battles(database(tmp_path / "battles.db", [(0.3, result(red_penalty_applied=0.4))]))
    assert isinstance(battle, StoredBattle)
    assert battle.recorded.red_multiplier == pytest.approx(0.6)


def test_a_failed_evaluation_is_told_from_its_text_whatever_its_type(tmp_path: Path) -> None:
    zero = {"rationale_score": 0, "architecture_score": 0, "testing_score": 0}
    texts = ["Scoring failed due to error: x", {"R": "nothing right"}, None]
    path = database(tmp_path / "battles.db", [(0.36, result(**zero, breakdown=text)) for text in texts])
    rows = read_stored_battles(path)
    assert [row.status for row in rows if isinstance(row, StoredBattle)] == ["judge_failure", "scored", "judge_failure"]


def test_an_error_that_was_scored_as_source_code_is_an_infra_failure(tmp_path: Path) -> None:
    content = result(source="Error: Connection error.")
    content["purple_response"]["rationale"] = "Parsing failed"
    honest = result(source="Error: a message in a reply that could be parsed")
    rows = read_stored_battles(database(tmp_path / "battles.db", [(0.0, content), (0.5, honest)]))
    assert [row.status for row in rows if isinstance(row, StoredBattle)] == ["infra_failure", "scored"]


@pytest.mark.parametrize(
    ("score", "content"),
    [
        (0.5, "not JSON"),
        (0.5, "[" * 100_000),
        (0.5, '{"a":' * 900 + "1" + "}" * 900),
        (0.5, None),
        (0.5, b"\xff\xfe\x00"),
        (0.5, "[]"),
        (0.5, {"status": "mock_success"}),
        (0.5, result() | {"task": "Terminal \x1b[2J"}),
        (0.5, result() | {"purple_response": {"sourceCode": ["x"]}}),
        (0.5, result() | {"audit_result": {"valid": "perhaps", "penalty": 0.0}}),
        (0.5, result(logic_score=float("nan"))),
        (0.5, result(logic_score=10**400)),
        (None, result()),
        ("high", result()),
        (float("inf"), result()),
    ],
)
def test_a_damaged_row_is_named_and_costs_no_other(tmp_path: Path, score: Any, content: Any) -> None:
    path = database(tmp_path / "battles.db", [(0.75, result()), (score, content), (0.75, result())])
    before, bad, after = read_stored_battles(path)
    assert isinstance(before, StoredBattle)
    assert isinstance(after, StoredBattle)
    assert isinstance(bad, StudyError)
    assert bad.where == f"{path}: row 2"
    assert len(str(bad)) < 1000


@pytest.mark.parametrize(
    "bad", ["{\n", "[1]\n", line(published={}), line(task="Other"), line(source_code=None), "\x00\n"]
)
def test_a_damaged_line_is_named_and_costs_no_other(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "battles.jsonl"
    path.write_text(line() + bad + line())
    rows = read_stored_battles(path)
    assert [type(row) for row in rows] == [StoredBattle, StudyError, StoredBattle]
    assert isinstance(rows[1], StudyError)
    assert rows[1].where == f"{path}: line 2"


def test_a_truncated_archive_gives_its_rows_and_an_error(tmp_path: Path) -> None:
    path = tmp_path / "battles.jsonl.gz"
    path.write_bytes(gzip.compress((line() * 2000).encode())[:-9])
    *rows, last = read_stored_battles(path)
    assert rows
    assert all(isinstance(row, StoredBattle) for row in rows)
    assert isinstance(last, StudyError)


def test_a_damaged_database_gives_its_rows_and_an_error(tmp_path: Path) -> None:
    path = database(tmp_path / "battles.db", [(0.75, result(logic_critique="x" * 5000)) for _ in range(50)])
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xa5" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    rows = read_stored_battles(path)
    assert isinstance(rows[-1], StudyError)


def test_a_view_in_place_of_the_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "battles.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE VIEW battles AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
            "SELECT id, 1.0 AS score, '' AS breakdown, '{}' AS raw_result FROM n"
        )
    connection.close()
    with pytest.raises(StudyError, match="no table"):
        read_stored_battles(path)


def test_a_database_in_use_is_read_whole_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "battles.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute(SCHEMA)
    writer.commit()
    for score in (0.1, 0.2):
        writer.execute(
            "INSERT INTO battles (battle_id, timestamp, score, raw_result) VALUES ('b', 't', ?, ?)",
            (score, json.dumps(result())),
        )
        writer.commit()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert before["battles.db-wal"]
    rows = read_stored_battles(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    writer.close()
    assert [row.cis for row in rows if isinstance(row, StoredBattle)] == [0.1, 0.2]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere, so a read-only folder shows nothing")
def test_a_read_only_folder_is_enough(tmp_path: Path) -> None:
    path = database(tmp_path / "battles.db", [(0.75, result())])
    tmp_path.chmod(0o500)
    try:
        assert len(read_stored_battles(path)) == 1
    finally:
        tmp_path.chmod(0o700)


def test_a_battle_file_is_told_by_content_or_name(tmp_path: Path) -> None:
    (tmp_path / "submission.json").write_text("{}")
    (tmp_path / "rows.jsonl").write_text(line())
    named = database(tmp_path / "backup.20260114", [])
    assert [is_battle_file(tmp_path / name) for name in ("submission.json", "rows.jsonl", named.name)] == [
        False, True, True,
    ]  # fmt: skip
