"""Candidates and settings small enough to see why each rule says what it says."""

from __future__ import annotations

from typing import Any

from cis_study.models.candidate import Candidate
from cis_study.selection.finding import Context
from cis_study.selection.settings import Selection
from cis_study.yamlfile import validate

CONFIG = {"num_hidden_layers": 64, "num_key_value_heads": 8, "head_dim": 128, "hidden_size": 5120, "vocab_size": 152064}
SOUND: dict[str, Any] = {
    "parameters_total": 32.5,
    "architecture_config": CONFIG,
    "context_tokens": 32768,
    "weights": 19.33,
    "licence": "Apache-2.0",
    "vllm_supported": True,
    "tool_parser": "hermes",
    "chat_tuned": True,
    "narrow_finetune": False,
    "gated": False,
    "humaneval": 92.7,
    "swe_bench_verified": ("board", 9.0),
}
"""Passes every must-have; at 16,384 tokens twelve sequences fit and no thirteenth does."""


def figure(value: Any, kind: str = "official", **more: Any) -> dict[str, Any]:
    """One figure; a pair is (setting, value)."""
    if isinstance(value, tuple):
        more["setting"], value = value
    kind = "none" if value is None else kind
    return {"value": value, "kind": kind, "source": f"{kind} paper", **more}


def candidate(name: str = "base", tier: str | None = None, exists: bool = True, **changes: Any) -> Candidate:
    """A sound candidate with some figures replaced; a list gives all figures of a quantity, `...` removes it."""
    figures = {
        quantity: value if isinstance(value, list) else [figure(value)]
        for quantity, value in {**SOUND, **changes}.items()
        if value is not ...
    }
    fields = {"name": name, "label": name.title(), "repo": f"them/{name}", "summary": "Small.", "figures": figures}
    return validate(Candidate, {**fields, "requested_tier": tier, "exists": exists}, name)


def settings(**changes: Any) -> Selection:
    counting = ["official", "leaderboard", "vendor_claim"]
    fields: dict[str, Any] = {
        "study": "tiny",
        "baseline": "base",
        "code_record": {"benchmarks": ["humaneval", "mbpp"], "kinds": counting},
        "agentic_record": {"benchmarks": ["swe_bench_verified"], "kinds": ["official", "leaderboard"]},
        "licences": {
            "Apache-2.0": {"verdict": "pass", "reason": "any use"},
            "MNPL": {"verdict": "fail", "reason": "no production"},
        },
        "tiers": {
            "wanted": {"weak": 1, "baseline": 1, "strong": 1},
            "admitted": {"weak": ["pass"], "strong": ["pass", "unknown"]},
            "kinds": [counting, ["third_party"]],
            "weak": {"benchmark": "humaneval", "below": 50},
            "strong_of_the_request": {"benchmark": "humaneval", "gap": 10, "ceiling": 100},
            "strong": [
                {"benchmark": "swe_bench_verified", "gap": 10, "reason": "points"},
                {"benchmark": "codeforces", "gap": 200, "reason": "Elo"},
            ],
        },
        "claims": [],
    }
    return validate(Selection, {**fields, **changes}, "selection")


def context(
    *others: Candidate, tokens: int = 16384, sequences: int = 12, share: float = 0.92, **changes: Any
) -> Context:
    known = {one.name: one for one in (candidate(codeforces=("elo", 575)), *others)}
    return Context(settings(**changes), known, tokens, sequences, share)
