"""The check as it lies on the disk: what changes the table, and what forbids it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from arms_on_disk import change_record, write_arms

from cis_study.battles.record import record_path
from cis_study.config import Study
from cis_study.determinism.arms import arm_dir
from cis_study.determinism.study import Comparison, compare_study, kept_pairs
from cis_study.errors import StudyError
from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.files import csv_text
from cis_study.tasks.task import Task

MODEL = "smollm2-135m"


def equal_replies(_arm: str, task: str, replicate: int) -> str:
    return f"a fake reply to {task} {replicate}"


@pytest.fixture
def folder(tmp_path: Path, checked: Study, tasks: dict[str, Task], reply_format: str) -> Path:
    """`results/ci` with arms whose replies are all equal."""
    write_arms(checked, tasks, reply_format, tmp_path / "ci", equal_replies)
    return tmp_path / "ci"


@pytest.fixture
def compared(checked: Study, folder: Path) -> Callable[[], Comparison]:
    return lambda: compare_study(checked, folder, folder.parent / "cached/ci", folder.parent / "models", alpha=0.05)


def say(folder: Path, arm: str, replicate: int, text: str) -> None:
    path = record_path(
        arm_dir(folder, "throughput", arm), {"model": MODEL, "task": "lru_cache", "replicate": replicate}
    )
    battle = json.loads(path.read_bytes())
    write_atomic(path, readable_json({**battle, "reply": {**battle["reply"], "content": text}}))


def identical(found: Comparison) -> dict[str, int]:
    return dict(zip(found.summary["comparison"], found.summary["identical"], strict=True))


def test_equal_arms(compared: Callable[[], Comparison]) -> None:
    found = compared()
    assert identical(found) == {"restart": 5, "concurrency": 5}
    assert len(found.pairs) == 10
    (row,) = found.summary[found.summary["comparison"] == "concurrency"].to_dict(orient="records")
    assert (row["engine"], row["version"], row["concurrency"], row["concurrency_compared"]) == ("llama_cpp", "1", 4, 2)


def test_a_changed_reply_changes_its_comparison_alone(compared: Callable[[], Comparison], folder: Path) -> None:
    say(folder, "again", 2, "a fake reply to lru_cacheX")
    found = compared()
    assert identical(found) == {"restart": 4, "concurrency": 5}
    (pair,) = found.pairs[found.pairs["outcome"] == "differs"].to_dict(orient="records")
    assert (pair["comparison"], pair["task"], pair["replicate"]) == ("restart", "lru_cache", 2)
    assert pair["first_character"] == len("a fake reply to lru_cache") + 1
    assert pd.isna(pair["first_token"])
    say(folder, "base", 1, "another")
    assert identical(compared()) == {"restart": 3, "concurrency": 4}


def test_a_lost_battle_is_counted_apart(
    checked: Study, tasks: dict[str, Task], reply_format: str, folder: Path, compared: Callable[[], Comparison]
) -> None:
    lose = ("again", "fibonacci", 1)
    write_arms(checked, tasks, reply_format, folder, lambda *slot: None if slot == lose else equal_replies(*slot))
    rows = compared().summary.set_index("comparison")
    assert rows.loc["restart", ["battles", "missing", "identical", "share"]].tolist() == [5, 1, 4, 1.0]
    assert rows.loc["concurrency", "missing"] == 0


@pytest.mark.parametrize(
    ("arm", "kind", "changes", "message"),
    [
        ("again", "engines", {"version": "2"}, "version: its arms were fought by engines that differ"),
        ("other", "engines", {"dtype": "float32"}, "dtype: its arms"),
        ("base", "telemetry", {"battles": 3}, "3 battles with 0 engines lost"),
        ("other", "telemetry", {"engines_lost": 1}, "1 engines lost"),
        ("again", "telemetry", {"concurrency": 3}, r"\[4, 3, 2\]"),
        ("other", "telemetry", {"concurrency": 4}, r"\[4, 4, 4\]"),
    ],
)
def test_arms_that_differ_in_more_are_not_compared(
    compared: Callable[[], Comparison], folder: Path, arm: str, kind: str, changes: dict[str, Any], message: str
) -> None:
    change_record(arm_dir(folder, "throughput", arm) / kind / MODEL / "first-5.json", changes)
    with pytest.raises(StudyError, match=message):
        compared()


def test_an_arm_without_a_record_is_not_compared(compared: Callable[[], Comparison], folder: Path) -> None:
    for kind in ("engines", "telemetry"):
        (arm_dir(folder, "throughput", "base") / kind / MODEL / "first-5.json").unlink()
    with pytest.raises(StudyError, match="no record of a job"):
        compared()


def test_the_cache_gives_the_same_tables_without_weights(
    compared: Callable[[], Comparison], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(folder, "again", 1, "another")
    monkeypatch.setattr("cis_study.determinism.tokens.TokenPositions._tokenizer", object())
    monkeypatch.setattr("cis_study.determinism.tokens.TokenPositions._ids", lambda _self, text: text.split())
    live = compared()
    monkeypatch.undo()
    assert live.pairs["first_token"].dropna().tolist() == [1]
    cache = tmp_path / "cached/ci"
    write_atomic(kept_pairs(cache), csv_text(live.pairs))
    for arm in ("base", "again", "other"):
        for kind in ("engines", "telemetry"):
            arm_dir(cache, "throughput", arm).mkdir(parents=True, exist_ok=True)
            (arm_dir(folder, "throughput", arm) / kind).rename(arm_dir(cache, "throughput", arm) / kind)
    replayed = compared()
    assert csv_text(replayed.pairs) == csv_text(live.pairs)
    assert csv_text(replayed.summary) == csv_text(live.summary)
