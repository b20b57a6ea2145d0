"""Known answers: sizes and sequence counts worked out by hand from published configurations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.models.found import Architecture
from cis_study.models.memory import CARD_BYTES, GIB, kv_bytes_per_sequence, kv_bytes_per_token, plan_memory

MISTRAL = Architecture("mistral", 32, 8, 128, 32768)
BASELINE = Architecture("Qwen2ForCausalLM", 64, 8, 128, 32768)
GPT_OSS = Architecture("GptOssForCausalLM", 24, 8, 64, 131072, sliding_layers=12, window_tokens=128)
QWEN3_CODER = Architecture("Qwen3MoeForCausalLM", 48, 4, 128, 262144)
DEVSTRAL = Architecture("MistralForCausalLM", 40, 8, 128, 131072)
STARCODER2 = Architecture("Starcoder2ForCausalLM", 32, 4, 128, 16384, sliding_layers=32, window_tokens=4096)
GLM_FLASH = Architecture("Glm4MoeLiteForCausalLM", 47, 20, 256, None, mla_width=576)
QWEN36 = Architecture("Qwen3_5", 64, 4, 256, 262144, linear_layers=48, linear_state_elements=48 * 128 * 128)


@pytest.mark.parametrize(
    ("architecture", "per_token"),
    [
        (MISTRAL, 131072),
        (BASELINE, 262144),
        (GPT_OSS, 24576),
        (QWEN3_CODER, 98304),
        (STARCODER2, 0),
        (GLM_FLASH, 54144),
    ],
)
def test_cache_bytes_per_token(architecture: Architecture, per_token: int) -> None:
    assert kv_bytes_per_token(architecture) == per_token


@pytest.mark.parametrize(
    ("architecture", "gib"),
    [(MISTRAL, 2.0), (BASELINE, 4.0), (GPT_OSS, 0.3779), (QWEN3_CODER, 1.5), (DEVSTRAL, 2.5), (STARCODER2, 0.25),
     (GLM_FLASH, 0.8262), (QWEN36, 1.1406)],
)  # fmt: skip
def test_cache_of_one_full_sequence(architecture: Architecture, gib: float) -> None:
    assert kv_bytes_per_sequence(architecture, 16384) / GIB == pytest.approx(gib, abs=5e-5)


@pytest.mark.parametrize(
    ("architecture", "weights_gb", "by_utilization"),
    [
        (MISTRAL, 14.50, (26, 27, 28)),
        (BASELINE, 19.33, (12, 12, 13)),
        (GPT_OSS, 13.76, (143, 148, 154)),
        (QWEN3_CODER, 31.20, (25, 26, 28)),
        (DEVSTRAL, 47.10, (9, 9, 10)),
    ],
)
def test_full_sequences_on_the_card(
    architecture: Architecture, weights_gb: float, by_utilization: tuple[int, int, int]
) -> None:
    plans = [plan_memory(architecture, round(weights_gb * 1e9), 16384, 1, utilization=u) for u in (0.90, 0.92, 0.95)]
    assert tuple(plan.max_full_sequences for plan in plans) == by_utilization


def test_need_of_the_baseline_at_sixteen_sequences() -> None:
    plan = plan_memory(BASELINE, round(19.33e9), 16384, 16)
    assert plan.need_bytes / GIB == pytest.approx(86.0, abs=0.05)
    assert not plan.fits


def test_weights_larger_than_the_card_leave_no_sequence() -> None:
    plan = plan_memory(MISTRAL, CARD_BYTES, 16384, 1)
    assert (plan.fits, plan.max_full_sequences) == (False, 0)


@given(st.integers(1, 200_000), st.integers(0, 24))
def test_windows_never_cost_more_than_full_attention(tokens: int, sliding: int) -> None:
    windowed = Architecture("x", 24, 8, 64, None, sliding_layers=sliding, window_tokens=128)
    full = Architecture("x", 24, 8, 64, None)
    assert kv_bytes_per_sequence(windowed, tokens) <= kv_bytes_per_sequence(full, tokens)


@given(st.integers(0, 10**11), st.integers(1, 64))
def test_a_plan_fits_exactly_up_to_its_maximum(weights: int, sequences: int) -> None:
    plan = plan_memory(MISTRAL, weights, 16384, sequences)
    assert plan.fits == (sequences <= plan.max_full_sequences)
