"""Memory of a model that was not downloaded, from what is published about it."""

from __future__ import annotations

import math
from typing import Any

from cis_study.models.candidate import Candidate
from cis_study.models.found import Architecture
from cis_study.models.memory import UTILIZATION, MemoryPlan, plan_memory

GB = 10**9


def candidate_architecture(candidate: Candidate) -> Architecture | None:
    """The published configuration as an `Architecture`; None where no source gives it."""
    known = candidate.known("architecture_config")
    if not known or not isinstance(known[0].value, dict):
        return None
    config = known[0].value
    layers, latent = int(config["num_hidden_layers"] or 0), config.get("kv_lora_rank")
    window = config.get("sliding_window")
    kv_heads = int(config["num_key_value_heads"] or 0)
    return Architecture(
        name=candidate.name,
        layers=layers,
        kv_heads=kv_heads,
        head_dim=int(config.get("head_dim") or 0),
        context_tokens=_context_tokens(candidate),
        sliding_layers=int(config.get("sliding_attention_layers") or (layers if window else 0)),
        window_tokens=int(window) if window else None,
        linear_layers=int(config.get("linear_attention_layers") or 0),
        linear_state_elements=_linear_state(config),
        mla_width=int(latent) + int(config["qk_rope_head_dim"] or 0) if latent else None,
    )


def candidate_weights_bytes(candidate: Candidate) -> int | None:
    """Published or computed size of the weights."""
    known = candidate.known("weights")
    return round(float(known[0].value) * GB) if known and isinstance(known[0].value, int | float) else None


def candidate_memory(
    candidate: Candidate, tokens: int, sequences: int, utilization: float = UTILIZATION
) -> MemoryPlan | None:
    """Plan for `sequences` requests of `tokens` tokens (capped at the model's context); None: not enough is known."""
    architecture, weights = candidate_architecture(candidate), candidate_weights_bytes(candidate)
    if architecture is None or weights is None:
        return None
    context = architecture.context_tokens or tokens
    return plan_memory(architecture, weights, min(tokens, context), sequences, utilization=utilization)


def _context_tokens(candidate: Candidate) -> int | None:
    known = candidate.known("context_tokens")
    return int(known[0].value) if known and isinstance(known[0].value, int | float) else None


def _linear_state(config: dict[str, Any]) -> int:
    if not config.get("linear_attention_layers"):
        return 0
    return math.prod(
        int(config[name]) for name in ("linear_num_value_heads", "linear_key_head_dim", "linear_value_head_dim")
    )
