"""What the weights themselves say: the common result of reading any weight format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


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
    bits: int
    """Bits of one quantized value, scales left out; in GGUF those of the type that holds most elements."""
    group_size: int | None
    """Values that share a scale, counted along each axis that has groups; in GGUF one block. None: no groups."""
    unquantized: tuple[str, ...]
    """Tensors left in 16 bit or more, sorted, layer and expert numbers folded: `layers.*.input_layernorm.weight`."""
    parameters: int
    """Parameters as stored: packed ones unpacked, scales left out; an output matrix with its own copy counts."""
    tensor_types: Mapping[str, int]
    """Stored elements by tensor type."""
    architecture: Architecture
    tensor_bytes: int
    """Size of the tensors alone."""
    weights_bytes: int
    """Size of the weight files."""
    output_parameters: int = 0
    """GGUF: parameters of an output matrix of the embedding's shape; for a tied model it is the embedding again."""
    tokenizer: Mapping[str, str | None] = field(default_factory=dict)
    """Hashes of the tokenizer and of its chat template, see `cis_study.models.tokenizer`."""


def fold_numbers(names: Iterable[str]) -> tuple[str, ...]:
    """Names that differ only in the number of a layer or expert become one, with `*` for the number."""
    return tuple(sorted({re.sub(r"(?<=\.)\d+(?=\.)", "*", name) for name in names}))
