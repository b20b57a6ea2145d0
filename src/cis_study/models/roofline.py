"""Decode speed that the memory of the GPU allows: a range expected before any model runs.

Roofline of decoding (Williams, Waterman, Patterson 2009, applied to memory traffic): each step reads the weights
once and the cache of every sequence, so B sequences give at most B * bandwidth / (weights + B * cache) tokens/s.
Compute is no limit at the concurrency of the study.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cis_study.models.candidate import Candidate
from cis_study.models.candidate_plan import candidate_architecture, candidate_config, candidate_weights_bytes
from cis_study.models.memory import kv_bytes_per_sequence

H100_BYTES_PER_S = 3.35e12
"""HBM3 of the SXM card (NVIDIA H100 data sheet)."""
EFFICIENCY = (0.40, 0.65)
"""Share of the roofline to expect, a planning range. For comparison: published serving results of gpt-oss-20b on one
H100 (GPUStack performance lab: 7,817 and 9,064 tokens/s) are 0.63 and 0.73 of its roofline at 64 sequences."""
_BYTES_16_BIT = 2


@dataclass(frozen=True)
class SpeedRange:
    """Output tokens per second of all sequences together."""

    low_tokens_per_s: float
    high_tokens_per_s: float
    roofline_tokens_per_s: float


def speed_range(candidate: Candidate, sequences: int, context_tokens: int) -> SpeedRange | None:
    """Expected decode speed of `sequences` requests at `context_tokens` each; None where size or layers are unknown."""
    config, architecture = candidate_config(candidate), candidate_architecture(candidate)
    weights = candidate_weights_bytes(candidate)
    if config is None or architecture is None or weights is None:
        return None
    read = weights_read_bytes(weights, config, candidate.number("parameters_total"), sequences)
    cache = kv_bytes_per_sequence(architecture, context_tokens)
    roofline = sequences * H100_BYTES_PER_S / (read + sequences * cache)
    return SpeedRange(EFFICIENCY[0] * roofline, EFFICIENCY[1] * roofline, roofline)


def weights_read_bytes(weights_bytes: int, config: dict[str, Any], parameters_b: float | None, sequences: int) -> float:
    """Bytes of weights one decoding step reads.

    The input embedding is a look-up and is not read, unless it is tied to the output. Of a mixture of experts each
    token reads `k` of `E` experts; with independent routing a step of B tokens reads 1 - (1 - k/E)^B of them.
    Experts take what remains of the weights when everything else is stored in 16 bit.

    Args:
        parameters_b: all parameters, in units of 1e9; without them a mixture counts as dense.
    """
    tied = bool(config.get("tie_word_embeddings"))
    embedding = 0 if tied else _product(config, "vocab_size", "hidden_size") * _BYTES_16_BIT
    experts = config.get("num_local_experts") or config.get("num_experts") or config.get("n_routed_experts")
    if not experts or parameters_b is None:
        return weights_bytes - embedding
    width = "moe_intermediate_size" if config.get("moe_intermediate_size") else "intermediate_size"
    expert_parameters = 3 * experts * _product(config, "num_hidden_layers", "hidden_size", width)
    expert_bytes = weights_bytes - _BYTES_16_BIT * (parameters_b * 1e9 - expert_parameters)
    idle_share = (1 - config["num_experts_per_tok"] / experts) ** sequences
    return float(weights_bytes - embedding - expert_bytes * idle_share)


def _product(config: dict[str, Any], *names: str) -> int:
    return math.prod(int(config.get(name) or 0) for name in names)
