"""Decode roofline: hand-computed traffic of dense models and of a mixture of experts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.models.candidate import Candidate
from cis_study.models.roofline import EFFICIENCY, speed_range, weights_read_bytes

MISTRAL = {
    "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
    "head_dim": 128, "intermediate_size": 14336, "vocab_size": 32768, "tie_word_embeddings": False,
}  # fmt: skip
GPT_OSS = {
    "num_hidden_layers": 24, "hidden_size": 2880, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64,
    "intermediate_size": 2880, "vocab_size": 201088, "sliding_window": 128, "sliding_attention_layers": 12,
    "num_local_experts": 32, "num_experts_per_tok": 4, "tie_word_embeddings": False,
}  # fmt: skip


def candidate(config: dict[str, Any], weights_gb: float | None, parameters_b: float) -> Candidate:
    figures: dict[str, list[dict[str, Any]]] = {
        "architecture_config": [{"value": config, "source": "test", "kind": "computed"}],
        "parameters_total": [{"value": parameters_b, "unit": "B", "source": "test", "kind": "computed"}],
    }
    if weights_gb is not None:
        figures["weights"] = [{"value": weights_gb, "unit": "GB", "source": "test", "kind": "computed"}]
    fields = {"name": "x", "label": "X", "repo": "a/x", "requested_tier": None, "summary": "a test model"}
    return Candidate.model_validate({**fields, "figures": figures})


@pytest.mark.parametrize(
    ("config", "weights_gb", "parameters_b", "sequences", "context", "published_tokens_per_s"),
    [
        # 3.35 TB/s over 14.50 GB less the 0.27 GB look-up table of the input embedding.
        (MISTRAL, 14.50, 7.25, 1, 1, 3.35e12 / (14.50e9 - 2 * 32768 * 4096 + 131072)),
        (MISTRAL, 14.50, 7.25, 64, 3000, 64 * 3.35e12 / (14.50e9 - 2 * 32768 * 4096 + 64 * 3000 * 131072)),
        # All 32 experts are hit at 64 sequences: 1 - (7/8)^64 = 0.9998.
        (GPT_OSS, 13.76, 20.91, 64, 3000, 12_262),
        # One token reads 4 of 32 experts: 10.16 GB / 8 beside 3.60 - 1.16 GB of the rest.
        (GPT_OSS, 13.76, 20.91, 1, 1, 3.35e12 / (10.17e9 / 8 + 2.44e9 + 25e3 + 25e3)),
    ],
)
def test_roofline_by_hand(
    config: dict[str, Any],
    weights_gb: float,
    parameters_b: float,
    sequences: int,
    context: int,
    published_tokens_per_s: float,
) -> None:
    speed = speed_range(candidate(config, weights_gb, parameters_b), sequences, context)
    assert speed is not None
    assert speed.roofline_tokens_per_s == pytest.approx(published_tokens_per_s, rel=0.01)
    assert (speed.low_tokens_per_s, speed.high_tokens_per_s) == tuple(
        share * speed.roofline_tokens_per_s for share in EFFICIENCY
    )


def test_unknown_size_gives_no_speed() -> None:
    assert speed_range(candidate(MISTRAL, None, 7.25), 12, 3000) is None


def test_a_tied_embedding_is_read_as_output_matrix() -> None:
    tied = {**MISTRAL, "tie_word_embeddings": True}
    assert weights_read_bytes(10**10, tied, 7, 1) - weights_read_bytes(10**10, MISTRAL, 7, 1) == 2 * 32768 * 4096


@given(st.integers(1, 512))
def test_more_sequences_read_more_experts_and_never_more_than_all(sequences: int) -> None:
    reads = [weights_read_bytes(13_760_000_000, GPT_OSS, 20.91, n) for n in (sequences, sequences + 1)]
    assert reads[0] <= reads[1] <= 13_760_000_000
