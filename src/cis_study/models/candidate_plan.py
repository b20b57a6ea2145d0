"""Memory of a model that was not downloaded, from what is published about it."""

from __future__ import annotations

import math
from typing import Any

from cis_study.models.candidate import Candidate
from cis_study.models.found import Architecture
from cis_study.models.memory import UTILIZATION, MemoryPlan, plan_memory

GB = 10**9


def candidate_config(candidate: Candidate) -> dict[str, Any] | None:
    """The published fields of its configuration; None where no source gives them."""
    value = next((figure.value for figure in candidate.known("architecture_config")), None)
    return value if isinstance(value, dict) else None


def candidate_architecture(candidate: Candidate) -> Architecture | None:
    """The published configuration as an `Architecture`; None where no source gives it."""
    config = candidate_config(candidate)
    if config is None:
        return None
    layers, latent = int(config["num_hidden_layers"] or 0), config.get("kv_lora_rank")
    window = config.get("sliding_window")
    context = candidate.number("context_tokens")
    return Architecture(
        name=candidate.name,
        layers=layers,
        kv_heads=int(config["num_key_value_heads"] or 0),
        head_dim=int(config.get("head_dim") or 0),
        context_tokens=int(context) if context is not None else None,
        sliding_layers=int(config.get("sliding_attention_layers") or (layers if window else 0)),
        window_tokens=int(window) if window else None,
        linear_layers=int(config.get("linear_attention_layers") or 0),
        linear_state_elements=_linear_state(config),
        mla_width=int(latent) + int(config["qk_rope_head_dim"] or 0) if latent else None,
    )


def candidate_weights_bytes(candidate: Candidate) -> int | None:
    """Published or computed size of the weights."""
    size_gb = candidate.number("weights")
    return round(size_gb * GB) if size_gb is not None else None


def candidate_memory(
    candidate: Candidate,
    tokens: int,
    sequences: int,
    utilization: float = UTILIZATION,
    weights_bytes: int | None = None,
) -> MemoryPlan | None:
    """Plan for `sequences` requests of `tokens` tokens (capped at the model's context); None: not enough is known.

    Args:
        weights_bytes: what they take once loaded, where it was measured; otherwise the published size counts.
    """
    architecture, weights = candidate_architecture(candidate), weights_bytes or candidate_weights_bytes(candidate)
    if architecture is None or weights is None:
        return None
    context = architecture.context_tokens or tokens
    return plan_memory(architecture, weights, min(tokens, context), sequences, utilization=utilization)


def _linear_state(config: dict[str, Any]) -> int:
    if not config.get("linear_attention_layers"):
        return 0
    return math.prod(
        int(config[name]) for name in ("linear_num_value_heads", "linear_key_head_dim", "linear_value_head_dim")
    )
