"""Small files as LogoMesh writes them, with submissions of our own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SCHEMA = (
    "CREATE TABLE battles (id INTEGER PRIMARY KEY AUTOINCREMENT, battle_id TEXT NOT NULL, timestamp TEXT NOT NULL, "
    "score REAL, breakdown TEXT, raw_result TEXT, dbom_hash TEXT)"
)
FIBONACCI = "def fibonacci(n):\n    return 0 if n < 1 else 1 if n < 3 else fibonacci(n - 1) + fibonacci(n - 2)\n"


def result(source: str = FIBONACCI, **changes: Any) -> dict[str, Any]:
    """Content of `raw_result`; `changes` replace keys of `evaluation`."""
    evaluation = {
        "rationale_score": 0.8, "architecture_score": 0.7, "testing_score": 0.6, "logic_score": 0.9,
        "logic_critique": "Sound.", "breakdown": "Well.", "cis_score": 0.75,
    }  # fmt: skip
    return {
        "battle_id": "one",
        "task": "Recursive Fibonacci",
        "purple_response": {"sourceCode": source, "testCode": "", "rationale": "It calls itself on smaller numbers."},
        "red_report": None,
        "audit_result": {"valid": True, "penalty": 0.0, "reason": "fine"},
        "sandbox_result": {"success": True, "duration": 1.0, "tests_used": "hidden", "output": "ok"},
        "evaluation": evaluation | changes,
    }


def database(path: Path, rows: Sequence[tuple[Any, Any]], ids: Sequence[Any] = ()) -> Path:
    """A database of rows (score, raw_result); a mapping is stored as JSON, an id that is not given is `b`."""
    with sqlite3.connect(path) as connection:
        connection.execute(SCHEMA)
        connection.executemany(
            "INSERT INTO battles (battle_id, timestamp, score, breakdown, raw_result) VALUES (?, 't', ?, 'Well.', ?)",
            [
                (name, score, json.dumps(content) if isinstance(content, dict) else content)
                for name, (score, content) in zip(ids or ["b"] * len(rows), rows, strict=True)
            ],
        )
    connection.close()
    return path


def line(**changes: Any) -> str:
    """One JSON line."""
    content = {
        "task": "Recursive Fibonacci",
        "run": "tier3_published",
        "source_code": FIBONACCI,
        "test_code": "",
        "rationale": "It calls itself on smaller numbers.",
        "published": {"R": 0.8, "A": 0.7, "T": 0.6, "L": 0.9, "cis": 0.75, "judge_critique": "Sound."},
        "audit": {"valid": True, "penalty": 0.0},
        "sandbox": {"success": True},
    }
    return json.dumps(content | changes) + "\n"
