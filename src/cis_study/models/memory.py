"""GPU memory of a model: weights, key-value cache, and how many full sequences fit.

Formulas: two vectors (key, value) per layer, head and token; layers with a sliding window keep only the
window; multi-head latent attention keeps one latent per layer and token; linear attention keeps a state of
constant size, in 32 bit. All sizes in bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cis_study.models.found import Architecture

GIB = 1 << 30
CARD_BYTES = round(79.1 * GIB)
"""What the CUDA runtime reports on an 80 GB H100: a planning value, to be read on the real card."""
UTILIZATION = 0.92
OVERHEAD_BYTES = 4 * GIB
"""Activations, CUDA graphs, workspaces: a planning value."""
PLANNED_TOKENS = 16_384
"""Context of the H100 study (`--max-model-len`)."""
_STATE_BYTES_PER_ELEMENT = 4


@dataclass(frozen=True)
class MemoryPlan:
    weights_bytes: int
    kv_bytes_per_token: int
    """Growth per token beyond every sliding window."""
    tokens_per_sequence: int
    kv_bytes_per_sequence: int
    sequences: int
    need_bytes: int
    """Weights + overhead + `sequences` full sequences."""
    budget_bytes: int
    fits: bool
    max_full_sequences: int


def kv_bytes_per_token(architecture: Architecture, bytes_per_element: int = 2) -> int:
    """Cache bytes that one more token takes once the sliding windows are full."""
    return _full_layers(architecture) * _layer_bytes_per_token(architecture, bytes_per_element)


def kv_bytes_per_sequence(architecture: Architecture, tokens: int, bytes_per_element: int = 2) -> int:
    """Cache bytes of one sequence of `tokens` tokens."""
    per_layer = _layer_bytes_per_token(architecture, bytes_per_element)
    windowed = min(tokens, architecture.window_tokens) if architecture.window_tokens is not None else tokens
    state = architecture.linear_layers * architecture.linear_state_elements * _STATE_BYTES_PER_ELEMENT
    return per_layer * (_full_layers(architecture) * tokens + architecture.sliding_layers * windowed) + state


def max_full_sequences(weights_bytes: int, sequence_bytes: int, budget_bytes: int, overhead_bytes: int) -> int:
    """Sequences that fit beside weights and overhead; 0 where not even one does."""
    return max(0, math.floor((budget_bytes - weights_bytes - overhead_bytes) / sequence_bytes))


def plan_memory(
    architecture: Architecture,
    weights_bytes: int,
    tokens: int,
    sequences: int,
    card_bytes: int = CARD_BYTES,
    utilization: float = UTILIZATION,
    overhead_bytes: int = OVERHEAD_BYTES,
) -> MemoryPlan:
    """Memory for `sequences` requests of `tokens` tokens at once on a card of `card_bytes`.

    Not fitting is no crash: the engine queues, so throughput falls and latency rises.
    """
    sequence_bytes = kv_bytes_per_sequence(architecture, tokens)
    budget = math.floor(utilization * card_bytes)
    need = weights_bytes + overhead_bytes + sequences * sequence_bytes
    return MemoryPlan(
        weights_bytes=weights_bytes,
        kv_bytes_per_token=kv_bytes_per_token(architecture),
        tokens_per_sequence=tokens,
        kv_bytes_per_sequence=sequence_bytes,
        sequences=sequences,
        need_bytes=need,
        budget_bytes=budget,
        fits=need <= budget,
        max_full_sequences=max_full_sequences(weights_bytes, sequence_bytes, budget, overhead_bytes),
    )


def _full_layers(architecture: Architecture) -> int:
    return architecture.layers - architecture.sliding_layers - architecture.linear_layers


def _layer_bytes_per_token(architecture: Architecture, bytes_per_element: int) -> int:
    if architecture.mla_width is not None:
        return architecture.mla_width * bytes_per_element
    return 2 * architecture.kv_heads * architecture.head_dim * bytes_per_element
