"""The reanalysis from a command line: databases in, report out; what is wrong is said before anything is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from workflow_runs import Run

sys.path.insert(0, str(Path(__file__).parents[1] / "logomesh"))
from logomesh_files import database, result

pytestmark = pytest.mark.workflow


def fake_databases(folder: Path) -> str:
    """Two made-up tiers: the first with a timeout, the second with a rejected key, and answers that work or do not."""
    late = result(logic_score=0.5, logic_critique="Logic review timed out.")
    lost = result(source="Error: Error code: 401 - {}")
    lost["purple_response"]["rationale"] = "Parsing failed"
    broken = result(source="def fibonacci(n):\n    return 1\n")
    for name, rows in {
        "tier2-fake": [(0.78, result()), (0.62, late), (0.78, broken)],
        "tier3-fake": [(0.75, result()), (0.75, broken), (0.16, lost)],
    }.items():
        ids = [f"{name}-{number:03}" for number in range(len(rows))]
        database(folder / f"battles_{name}.db", rows, ids)
    return f"battles_db={folder}/battles_tier2-fake.db,{folder}/battles_tier3-fake.db"


def test_databases_become_a_report_once(snakemake: Run, clone: Path) -> None:
    given = fake_databases(clone)
    run = snakemake("reanalysis", "--config", given)
    assert run.returncode == 0, run.stderr
    folder = clone / "results/reanalysis"
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if "log" not in path.parts[-2]}
    battles = pd.read_csv(folder / "tables/battles.csv")
    assert list(battles["kind"]) == ["scored", "judge timeout", "scored", "scored", "scored", "HTTP 401"]
    working = battles["program"] == battles["program"].iloc[0]
    logic = battles.groupby(working)["cis-3 L"]
    assert logic.min()[True] > logic.max()[False]
    assert battles["cis-3"].notna().tolist() == [True] * 5 + [False]
    findings = pd.read_csv(folder / "tables/findings.csv").set_index("question")
    assert findings.loc["failures", "outcome"] == "stored as scores"
    claims = pd.read_csv(folder / "validity/claims.csv").set_index("instrument")
    assert list(dict.fromkeys(claims.index)) == ["cis-3", "logomesh-stage2", "logomesh-tier3", "logomesh-head"]
    assert set(claims.loc["logomesh-head", "verdict"]) == {"not testable"}
    assert findings.loc["validity of logomesh-head", "outcome"] == "not testable"
    assert (folder / "figures/specification_curve_1.png").stat().st_size > 10_000

    forgotten = snakemake("reanalysis")
    assert forgotten.returncode != 0
    assert "battles_db" in forgotten.stderr
    assert {path: path.read_bytes() for path in before} == before

    wrong = snakemake("reanalysis", "--config", f"battles_db={clone}/typo.db")
    assert wrong.returncode != 0
    assert "typo.db: there is no such file" in wrong.stderr

    again = snakemake("reanalysis", "--forcerun", "rescore_stored", "--config", given)
    assert again.returncode == 0, again.stderr
    log = (folder / "logs/rescore_stored.log").read_text()
    assert "evidence of 5 of 5 answers is at hand" in log
    assert {path: path.read_bytes() for path in before} == before
