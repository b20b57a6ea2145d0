"""Does a model fit: weights plus attention cache at full context, by plain arithmetic."""

from __future__ import annotations

from cis_study.models.quantization import Architecture

KV_BYTES = 2
"""16-bit attention cache in both engines."""


def kv_bytes_per_token(architecture: Architecture) -> int:
    """Keys and values of one token over all layers: 2 x layers x KV heads x head size x bytes.

    Full attention (Vaswani et al. 2017; grouped heads, Ainslie et al. 2023); sliding windows take less.
    """
    return 2 * architecture.layers * architecture.kv_heads * architecture.head_dim * KV_BYTES


def memory_plan(architecture: Architecture, weights_bytes: int, max_model_len_tokens: int) -> dict[str, int]:
    """Bytes of the weights, and of the cache of one sequence at full context."""
    per_token = kv_bytes_per_token(architecture)
    return {
        "weights_bytes": weights_bytes,
        "kv_bytes_per_token": per_token,
        "kv_bytes_per_full_sequence": per_token * max_model_len_tokens,
    }
