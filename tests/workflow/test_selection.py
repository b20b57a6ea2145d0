"""The selection report is a target of its own, and follows every file it is computed from."""

from __future__ import annotations

from pathlib import Path

import pytest
from workflow_runs import Run

pytestmark = pytest.mark.workflow

WEAK, STRONG = "**Mistral 7B v0.3** (weak)", "**Qwen3-Coder 30B A3B FP8** (strong)"


def test_rules_figures_and_study_change_the_report(snakemake: Run, clone: Path) -> None:
    def summary(name: str, old: str, new: str) -> str:
        path = clone / "config" / name
        content = path.read_text()
        assert old in content
        path.write_text(content.replace(old, new))
        run = snakemake("selection")
        assert run.returncode == 0, run.stderr
        path.write_text(content)
        return (clone / "results/selection/report.md").read_text().split("## 2 ")[0]

    unchanged = summary("models/selection.yaml", "below: 50", "below: 50.0")
    assert WEAK in unchanged
    assert STRONG in unchanged
    assert WEAK not in summary("models/selection.yaml", "below: 50", "below: 30")
    assert WEAK not in summary("models/candidates/mistral-7b-v0.3.yaml", "value: 38.4", "value: 58.4")
    assert STRONG not in summary("h100.yaml", "concurrency: 12", "concurrency: 27")
