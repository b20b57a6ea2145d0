"""FAKE scores with known properties. Nothing here was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from cis_study.beforehand import Standing
from cis_study.statistics.design import StudyDesign, study_design
from cis_study.statistics.settings import AnalysisSettings

COMMITTED: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "config/analysis.yaml").read_text())

FAKE_DESIGN: dict[str, Any] = {
    "study": "fake",
    "description": "Invented numbers for tests.",
    "demonstration": True,
    "tasks": [
        {"id": "email_validator", "title": "Email validator"},
        {"id": "rate_limiter", "title": "Rate limiter"},
        {"id": "lru_cache", "title": "LRU cache"},
        {"id": "fibonacci", "title": "Recursive Fibonacci"},
    ],
    "contestants": [
        {
            "name": name,
            "label": label,
            "tier": tier,
            "quantization": quantization,
            "parameters": parameters,
            "licence": "Apache-2.0",
        }
        for name, label, tier, quantization, parameters in (
            ("smollm2-135m", "SmolLM2 135M", "weak", "Q4_1", 134515008),
            ("qwen2.5-coder-0.5b", "Qwen2.5-Coder 0.5B", "baseline", "Q4_K_M", 494032768),
            ("qwen2.5-coder-1.5b", "Qwen2.5-Coder 1.5B", "strong", "Q4_K_M", 1543714304),
        )
    ],
    "weights": {"R": 0.25, "A": 0.25, "T": 0.25, "L": 0.25},
    "instrument": "cis-1",
}


def fake_design(replicates: int = 10, **changes: Any) -> StudyDesign:
    design = FAKE_DESIGN | changes
    return study_design(design | {"tasks": [task | {"replicates": replicates} for task in design["tasks"]]})


FAKE_STANDING = Standing("as written down beforehand", "The analysis is as written down beforehand (fake).")


def fake_settings(**changes: Any) -> AnalysisSettings:
    """Those of the study, with fewer resamples."""
    fewer = {"bootstrap_resamples": 1000, "permutations": 499, "seed": 1}
    return AnalysisSettings.model_validate(COMMITTED | fewer | changes)


def fake_scores(design: StudyDesign, step: float = 0.2, base: float = 0.2, seed: int = 7) -> pd.DataFrame:
    """A complete score table: each contestant is better than the one before it by about `step`."""
    rng = np.random.default_rng(seed)
    rows = []
    for rank, model in enumerate(design.models):
        for number, task in enumerate(design.task_ids):
            for replicate in range(1, design.replicates[task] + 1):
                level = base + step * rank + 0.05 * number
                r, a, t, logic = (float(v) for v in np.clip(level + rng.normal(0, 0.15, 4), 0, 1))
                rows.append(_row(design, model, task, replicate, r, a, t, logic))
    return pd.DataFrame(rows).astype({"tests_run": "Int64", "mutants_killed": "Int64", "tests_sound": "boolean"})


def _row(
    design: StudyDesign, model: str, task: str, replicate: int, r: float, a: float, t: float, logic: float
) -> dict[str, Any]:
    w = design.weights
    failed = logic < 0.05
    return {
        "study": design.study,
        "model": model,
        "task": task,
        "replicate": replicate,
        "variant": replicate % 5,
        "seed": 1000 + replicate,
        "instrument": "cis-1",
        "status": "model_failure" if failed else "scored",
        "R": r,
        "A": a,
        "T": t,
        "L": logic,
        "CIS": w.R * r + w.A * a + w.T * t + w.L * logic,
        "reasons": json.dumps({"R": None, "A": None, "T": None, "L": "no solution" if failed else None}),
        "has_solution": not failed,
        "has_tests": True,
        "has_rationale": True,
        "solution_parses": not failed,
        "hidden_passed": round(20 * logic),
        "hidden_total": 20,
        "tests_run": 4,
        "tests_sound": True,
        "mutants_killed": round(8 * t),
        "mutants_total": 8,
        "constraints_kept": 2,
        "constraints_total": 2,
        "requirements_covered": round(6 * r),
        "requirements_total": 6,
        "prompt_tokens": 400,
        "completion_tokens": 700,
        "finish_reason": "stop",
    }


def lose(scores: pd.DataFrame, model: str, task: str, count: int, status: str = "infra_failure") -> pd.DataFrame:
    """The same table with the first `count` battles of a cell missing."""
    lost = (scores["model"] == model) & (scores["task"] == task) & (scores["replicate"] <= count)
    damaged = scores.copy()
    damaged.loc[lost, "status"] = status
    damaged.loc[lost, ["R", "A", "T", "L", "CIS"]] = np.nan
    return damaged
