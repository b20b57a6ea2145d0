"""Power is simulated from what is configured, without a battle of the study, and reaches paper and report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from workflow_runs import Run

pytestmark = pytest.mark.workflow


def configure(clone: Path, **power: object) -> None:
    path = clone / "config/analysis.yaml"
    sizes = {"tasks": [4], "replicates": [3], "studies": 200, "permutations": 199}
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"power": sizes | power}))


def test_a_study_without_battles_is_simulated_and_warned(snakemake: Run, clone: Path) -> None:
    configure(clone, spreads={"residual_sd": 0.1, "model_task_sd": 0.1, "task_sd": 0, "source": "invented"})
    assert "simulate_power" not in snakemake("--rulegraph", "--config", "study=h100", "--resources", "gpu=1").stdout
    run = snakemake("power", "--config", "study=h100")
    assert run.returncode == 0, run.stderr
    printed = run.stdout + run.stderr
    assert "(source: invented)" in printed
    assert "warning: Over tasks like these this design cannot answer its question" in printed
    study = clone / "results/h100"
    assert sorted(path.name for path in (study / "figures").iterdir()) == [
        f"power.{form}" for form in ("pdf", "png", "svg", "txt")
    ]
    assert not (study / "battles").exists()
    assert json.loads((study / "statistics/power.json").read_text())["settings"]["studies"] == 200
    # From now on paper and report are made with it.
    graph = snakemake("--rulegraph", "--config", "study=h100", "--resources", "gpu=1").stdout
    assert "simulate_power" in graph


def test_a_pilot_that_is_not_there_is_named(snakemake: Run, clone: Path) -> None:
    configure(clone, pilot="laptop")
    run = snakemake("power", "--config", "study=h100")
    assert run.returncode != 0
    assert "snakemake freeze --cores 1 --config study=laptop" in run.stdout + run.stderr
