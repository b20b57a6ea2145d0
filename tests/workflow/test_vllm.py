"""The vLLM path with real weights: convert, serve, generate, score. Slow; `make test-vllm` runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workflow_runs import Run

pytestmark = [pytest.mark.workflow, pytest.mark.engine, pytest.mark.vllm]


def test_the_smallest_study_runs_on_vllm(snakemake: Run, clone: Path, root: Path) -> None:
    if not (root / ".venvs/serve-cpu/bin/python").exists():
        pytest.skip("the vLLM environment is not installed: make .venvs/serve-cpu")
    (clone / ".venvs").symlink_to(root / ".venvs")
    target = "results/ci-vllm/scores/smollm2-135m.parquet"
    run = snakemake(target, "--configfile", "config/ci-vllm.yaml", timeout_s=1500)
    assert run.returncode == 0, run.stdout + run.stderr
    battles = [json.loads(p.read_bytes()) for p in sorted((clone / "results/ci-vllm/battles").rglob("*.json"))]
    assert len(battles) == 4
    assert {battle["engine"] for battle in battles} == {"vllm"}
    assert {battle["status"] for battle in battles} <= {"answered", "budget_exhausted"}
    assert all(battle["reply"]["usage"]["completion_tokens"] > 0 for battle in battles)
    assert all(battle["reply"]["content"] for battle in battles)
    (telemetry,) = json.loads((clone / "results/ci-vllm/telemetry/smollm2-135m/1-2.json").read_text())
    assert (telemetry["engine"], telemetry["engines_lost"]) == ("vllm", 0)
    (identity,) = json.loads((clone / "results/ci-vllm/engines/smollm2-135m/1-2.json").read_text())
    # Weights in GGUF are served unpacked.
    assert (identity["quantization_found"], identity["quantization"]) == ("Q4_1", None)
    assert (identity["dtype"], identity["chunked_prefill"], identity["sampling_defaults"]) == ("bfloat16", False, {})
