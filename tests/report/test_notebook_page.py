"""The page of a notebook carries its results and nothing of the run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fake_scores import fake_design, fake_scores

from cis_study.report.beside import beside
from cis_study.report.notebook import render_notebook
from cis_study.statistics.disagreement import disagreements
from cis_study.statistics.scores import check_scores

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def executed(moment: str) -> str:
    stamp = {"execution": {"iopub.execute_input": moment}}

    def cell(name: str, source: str, tags: list[str], text: str) -> dict[str, Any]:
        output = {"output_type": "stream", "name": "stdout", "text": text}
        return {
            "cell_type": "code",
            "id": name,
            "metadata": {"tags": tags, **stamp},
            "execution_count": 1,
            "source": source,
            "outputs": [output, {"output_type": "stream", "name": "stderr", "text": f"/home/{moment}/x.py: Warning"}],
        }

    cells = [
        cell(f"preamble-{moment[:4]}", f"import os; os.chdir('/home/{moment}')", ["snakemake-job-properties"], ""),
        cell("work", "print('<b>42</b>')", [], "<b>42</b>\n<script>alert(1)</script>\n"),
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def test_two_runs_give_the_same_page() -> None:
    assert render_notebook(executed("2026-01-01"), "t") == render_notebook(executed("2027-02-02"), "t")


def test_the_page_holds_results_but_no_preamble_script_or_address() -> None:
    page = render_notebook(executed("2026-01-01"), "a < b")
    assert "&lt;b&gt;42&lt;/b&gt;" in page
    assert "<title>a &lt; b</title>" in page
    for absent in ("os.chdir", "/home/", "<script", "http://", "https://"):
        assert absent not in page


def test_committed_notebooks_hold_no_outputs() -> None:
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text())["cells"]:
            assert not cell.get("outputs"), f"{path.name}: cell {cell['id']} has outputs"
            assert cell.get("execution_count") is None
            assert "snakemake-job-properties" not in cell["metadata"].get("tags", [])


def test_disagreements_put_the_flattered_submission_first() -> None:
    design = fake_design()
    scores = fake_scores(design, step=0.0)
    flattered = scores.index[(scores["task"] == "fibonacci")][7]
    scores.loc[flattered, ["R", "A", "T", "L", "CIS"]] = [1.0, 1.0, 1.0, 0.0, 0.75]
    scores.loc[flattered, "hidden_passed"] = 0
    found = disagreements(check_scores(scores, design), count=5)
    assert len(found) == 5
    assert found.iloc[0]["rank_gap"] > 0.9
    assert (found.iloc[0]["model"], found.iloc[0]["replicate"]) == ("smollm2-135m", 8)
    assert found["rank_gap"].abs().is_monotonic_decreasing


def test_another_column_can_be_compared_and_where_it_is_missing_nothing_is_said() -> None:
    scores = check_scores(fake_scores(fake_design()), fake_design())
    scores["judge"] = 1 - scores["CIS"]
    scores.loc[scores["replicate"] > 1, "judge"] = None
    found = disagreements(scores, count=99, other="judge")
    assert set(found["replicate"]) == {1}
    assert found.columns[:7].tolist() == ["model", "task", "replicate", "status", "rank_gap", "CIS", "judge"]
    assert found["rank_gap"].abs().max() == pytest.approx(2 / 3)


def test_a_reply_stands_beside_its_scores_and_is_no_markup() -> None:
    row = {"model": "m", "task": "t", "replicate": 1, "status": "scored", "CIS": 0.25, "hidden": float("nan")}
    reasons = json.dumps({"R": None, "L": "failed: <one>"})
    page = beside({**row, "reasons": reasons}, {"reply": {"content": "</pre><script>alert(1)</script>"}})
    assert "&lt;/pre&gt;&lt;script&gt;" in page
    assert "<script" not in page
    assert "L: failed: &lt;one&gt;" in page
    assert "<th>CIS</th><td>0.25</td>" in page
    assert "<th>hidden</th><td>–</td>" in page
    assert "no reply" in beside({**row, "reasons": "{}"}, {"reply": {"content": ""}})


def test_every_notebook_is_executed() -> None:
    rules = (Path(__file__).parents[2] / "rules/notebooks.smk").read_text()
    names = [path.name.removesuffix(".py.ipynb") for path in NOTEBOOKS]
    assert sorted(re.findall(r'"(\w+)"', rules.partition("NOTEBOOKS = ")[2].partition("]")[0])) == names
    assert all(f'"../notebooks/{name}.py.ipynb"' in rules for name in names)


def test_perfect_agreement_is_no_disagreement() -> None:
    design = fake_design()
    scores = fake_scores(design)
    for name in ("R", "A", "T", "L", "CIS"):
        scores[name] = scores["hidden_passed"] / scores["hidden_total"]
    assert disagreements(check_scores(scores, design), count=5).empty
