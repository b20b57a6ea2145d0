"""The Slurm profile on a real slurmctld, with the real engine: one GPU job per model and block."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from workflow_runs import write_study

pytestmark = [pytest.mark.workflow, pytest.mark.engine, pytest.mark.slurm]


@pytest.mark.usefixtures("engines")
def test_generation_and_sandbox_run_as_slurm_jobs(slurm: dict[str, str], clone: Path) -> None:
    if importlib.util.find_spec("snakemake_executor_plugin_slurm") is None:
        pytest.skip("the executors are not installed: make cluster")
    study = write_study(clone, "ci", study="changed", replicate_blocks=[1, 1], gpu=1)
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "snakemake"), "results/changed/scores/smollm2-135m.parquet",
            "--profile", "profiles/slurm", "--configfile", study, "--config", "mode=run",
            "--default-resources", "mem_mb=2000", "runtime=10", "--latency-wait", "5",
            # One node has neither accounts nor a database of finished jobs.
            "--slurm-no-account", "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "3",
        ],
        cwd=clone, env=slurm, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    shown = subprocess.run(["scontrol", "show", "job"], env=slurm, capture_output=True, text=True, check=True).stdout
    jobs = [job for job in shown.split("\n\n") if job.strip()]
    assert all("JobState=COMPLETED" in job for job in jobs), shown
    rules = {block: [job for job in jobs if f"rule_{block}" in job] for block in ("generate_1_1", "generate_2_2")}
    assert all(len(found) == 1 and "gres:gpu:1" in found[0] for found in rules.values()), shown
    assert len([job for job in jobs if "rule_collect_evidence" in job and "gres:gpu" not in job]) == len(jobs) - 2 == 2
    journals = sorted((clone / "results/changed/journal/smollm2-135m").iterdir())
    # Two episodes beside the two battles of the first block.
    assert [(path.name, len(path.read_bytes().splitlines())) for path in journals] == [
        ("1-1.jsonl", 4),
        ("2-2.jsonl", 2),
    ]
