"""What the weights themselves say: the common result of reading any weight format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """The fields that decide how much memory a token of context takes; None = the files do not say."""

    name: str
    layers: int
    kv_heads: int
    head_dim: int
    """Elements of one key or value vector."""
    context_tokens: int | None
    sliding_layers: int = 0
    """Layers whose cache keeps only `window_tokens`."""
    window_tokens: int | None = None
    linear_layers: int = 0
    """Layers with a state of constant size instead of a cache."""
    linear_state_elements: int = 0
    """Elements of the state of one linear-attention layer, per sequence."""
    mla_width: int | None = None
    """Latent plus rotary elements per token and layer, for multi-head latent attention."""


@dataclass(frozen=True)
class FoundWeights:
    """Result of reading weights."""

    quantization: str
    """Scheme in the registry's vocabulary: Q4_K_M, Q4_1, F16, bf16, fp16, awq, fp8, mxfp4, ..."""
    parameters: int
    """Parameters as stored: packed ones unpacked, scales left out; an output matrix with its own copy counts."""
    tensor_types: Mapping[str, int]
    """Stored elements by tensor type."""
    architecture: Architecture
    weights_bytes: int
    """Size of the weight files."""
