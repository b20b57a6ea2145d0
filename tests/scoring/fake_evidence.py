"""FAKE evidence of battles that nobody fought."""

from __future__ import annotations

from typing import Any

from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.evidence import Evidence, HiddenCase


def fake_evidence(passed: int = 2, **changes: Any) -> Evidence:
    """A program that passes `passed` of two hidden cases, without tests or rationale."""
    outcomes = [CaseOutcome.PASSED] * passed + [CaseOutcome.WRONG] * (2 - passed)
    cases = [HiddenCase(id=str(n), requirement="r", outcome=each, detail="") for n, each in enumerate(outcomes)]
    values: dict[str, Any] = {
        "of": "x", "model": "m", "task": "t", "replicate": 1, "variant": 0, "seed": 1, "spec": "s",
        "battle_status": "answered", "finish_reason": "stop", "prompt_tokens": None, "completion_tokens": 5,
        "sandbox_failure": None, "has_solution": True, "has_tests": False, "has_rationale": False,
        "solution_parses": True, "defines_exports": True, "notes": [], "hidden": cases, "hidden_total": 2,
        "resources": "within limits", "constraints": [], "constraints_total": 1, "observation": None,
        "structure": None, "suite": None, "mutants_total": 1, "rationale": [], "copied_sentences": 0,
        "contradicted": [], "requirements_total": 1,
    }  # fmt: skip
    return Evidence.model_validate(values | changes)
