"""The two scripts of the scoring stage turn their file targets into one another."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from cis_study.errors import StudyError

ROOT = Path(__file__).parents[2]
WEIGHTS = {"R": 0.25, "A": 0.25, "T": 0.25, "L": 0.25}


@pytest.fixture
def battles(tmp_path: Path) -> list[str]:
    source = (ROOT / "config/tasks/lru_cache/reference.py").read_text()
    replies = {1: f"## Solution\n```python\n{source}```\n", 2: None}
    paths = []
    for replicate, content in replies.items():
        path = tmp_path / f"{replicate}.json"
        reply = {"content": content, "reasoning": None, "finish_reason": "stop", "usage": None}
        record = {
            "protocol": 1, "spec": "s", "model": "m", "task": "lru_cache", "replicate": replicate, "variant": 0,
            "seed": 7, "engine": "none", "weights": "w", "request": {"messages": []},
            "reply": reply if content is not None else None,
            "status": "answered" if content is not None else "infra_failure", "error": None,
        }  # fmt: skip
        path.write_text(json.dumps(record))
        paths.append(str(path))
    return paths


def run(script: str, **fields: object) -> None:
    runpy.run_path(str(ROOT / "scripts" / script), init_globals={"snakemake": SimpleNamespace(**fields)})


def test_battles_become_evidence_become_scores(battles: list[str], tmp_path: Path) -> None:
    evidence, table = tmp_path / "e.jsonl", tmp_path / "m.parquet"
    run(
        "collect_evidence.py",
        input=SimpleNamespace(battles=battles),
        params=SimpleNamespace(tasks_dir=str(ROOT / "config/tasks"), cached=str(tmp_path / "none.jsonl.gz")),
        threads=2,
        output=[str(evidence)],
        log=[str(tmp_path / "log")],
    )
    score_inputs = {"input": SimpleNamespace(evidence=[str(evidence)]), "output": [str(table)]}
    run("score_battles.py", params=SimpleNamespace(study="x", weights=WEIGHTS, instruments=["cis-3"]), **score_inputs)
    scores = pd.read_parquet(table)
    assert list(scores["status"]) == ["scored", "infra_failure"]
    assert scores.loc[0, "L"] == scores.loc[0, "A"] == 1.0
    assert scores.loc[0, "T"] == scores.loc[0, "R"] == 0.0
    assert scores.loc[1, ["R", "A", "T", "L", "CIS"]].isna().all()
    first = table.read_bytes()
    run("score_battles.py", params=SimpleNamespace(study="x", weights=WEIGHTS, instruments=["cis-3"]), **score_inputs)
    assert table.read_bytes() == first


def test_a_misspelt_weight_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="weights"):
        run(
            "score_battles.py",
            params=SimpleNamespace(study="x", weights={"R": 1.0, "B": 0.0}),
            input=SimpleNamespace(evidence=[]),
            output=[str(tmp_path / "m.parquet")],
        )
