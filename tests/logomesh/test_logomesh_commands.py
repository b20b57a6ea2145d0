"""`cis-study score` and `cis-study reanalyse` on the files of LogoMesh."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from logomesh_files import FIBONACCI, database, result

from cis_study.cli.main import main
from cis_study.cli.reanalyse import comparison

TASKS = ["--tasks", str(Path(__file__).parents[2] / "config" / "tasks")]


@pytest.fixture
def battles(tmp_path: Path) -> Path:
    """A correct submission, one that does not parse and was praised, a failed judge, a damaged row."""
    failed = result(logic_score=0.5, logic_critique="Logic review timed out.")
    rows = [(0.75, result()), (0.85, result(source="def fibonacci(n: \\n")), (0.65, failed), (0.5, "damage")]
    return database(tmp_path / "battles.db", rows)


def test_one_line_for_every_row(battles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(battles), *TASKS]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["1", "fibonacci", "scored"], ["2", "fibonacci", "model_failure"], ["3", "fibonacci", "scored"],
    ]  # fmt: skip
    assert "not valid Python" in lines[1]
    assert "row 4" in err


def test_the_published_instrument_runs_nothing_and_flags_the_failed_judge(
    battles: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cis_study.sandbox.oracle.run", None)
    assert main(["score", str(battles), "--instrument", "logomesh-tier3", "--json", *TASKS]) == 1
    first, _, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["status"], first["cis"], first["published"]) == ("scored", pytest.approx(0.75), 0.75)
    assert (third["status"], third["cis"]) == ("judge_failure", None)


def test_reanalysis_writes_a_line_for_every_battle(
    battles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reanalyse", str(battles), "--output", str(tmp_path / "table.csv"), *TASKS]) == 1
    table = pd.read_csv(tmp_path / "table.csv")
    assert list(table["row"]) == [1, 2, 3]
    assert list(table["published_status"]) == ["scored", "scored", "judge_failure"]
    assert table.loc[1, "CIS"] < table.loc[0, "CIS"]
    out = capsys.readouterr().out
    assert "all published numbers: rank correlation" in out
    assert "row 2 fibonacci -" in out
    assert FIBONACCI.splitlines()[0] not in (tmp_path / "table.csv").read_text()


def test_agreement_and_disagreement_have_known_values() -> None:
    columns = {name: 0.5 for name in ("R", "A", "T", "L")}
    points = [("a", 0.1, 0.2), ("a", 0.2, 0.4), ("a", 0.3, 0.6), ("b", 0.7, 0.3), ("b", 0.8, 0.2), ("b", 0.9, 0.1)]
    table = pd.DataFrame(
        [
            {
                "row": row,
                "task": task,
                "published_status": "scored",
                "published": x,
                "status": "scored",
                "CIS": y,
                **columns,
            }
            for row, (task, x, y) in enumerate(points, start=1)
        ]
    )
    table.loc[5, "published_status"] = "judge_failure"
    lines = list(comparison(table))
    assert "  rank correlation 1.000 (n = 3) in a" in lines
    assert "  rank correlation -1.000 (n = 3) in b" in lines
    assert "  rank correlation -1.000 (n = 2) in b" in lines
    assert "  rank correlation 0.000 (n = 6) within task, ranks pooled" in lines
    worst = [line.split()[1] for line in lines if line.startswith("  row")]
    assert len(worst) == 6
    assert worst[0] == "6"


def test_scores_without_spread_have_no_correlation() -> None:
    table = pd.DataFrame(
        [{"row": 1, "task": "a", "published_status": "scored", "published": 0.5, "CIS": 0.5,
          "R": 0.5, "A": 0.5, "T": 0.5, "L": 0.5}]
    )  # fmt: skip
    assert "all published numbers: rank correlation undefined (n = 1, no spread) overall" in list(comparison(table))
