"""Memory plans of the real candidates against sizes worked out by hand from their published configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.models.candidate import Candidate, load_candidates
from cis_study.models.candidate_plan import candidate_memory
from cis_study.models.memory import GIB

TOKENS = 16_384

# GiB of cache of one full sequence (2,048 tokens for Phi-2), and how many fit beside the weights at 0.90 / 0.92 / 0.95.
BY_HAND = {
    "mistral-7b-v0.3": (2.000, (26, 27, 28)),
    "codellama-7b": (8.000, (6, 7, 7)),
    "deepseek-coder-6.7b": (8.000, (6, 7, 7)),
    "starcoder2-7b": (0.250, (215, 221, 231)),
    "phi-2": (0.625, (99, 101, 105)),
    "llama-3.2-3b": (1.750, (34, 35, 37)),
    "qwen2.5-coder-1.5b": (0.4375, (146, 150, 156)),
    "qwen2.5-coder-7b": (0.875, (60, 62, 65)),
    "qwen2.5-coder-14b": (3.000, (13, 13, 14)),
    "qwen2.5-coder-32b-awq": (4.000, (12, 12, 13)),
    "codellama-34b": (3.000, (1, 1, 2)),
    "wizardcoder-33b": (3.875, (1, 1, 2)),
    "gpt-oss-20b": (0.3779, (143, 148, 154)),
    "qwen2.5-72b-awq": (5.000, (5, 6, 6)),
    "deepseek-coder-v2-lite": (0.4746, (79, 83, 88)),
    "mixtral-8x7b-awq": (2.000, (22, 22, 24)),
    "codestral-22b": (3.500, (7, 7, 8)),
    "qwen3-coder-30b-a3b-fp8": (1.500, (25, 26, 28)),
    "qwen3-32b-awq": (4.000, (12, 12, 13)),
    "devstral-small-2512": (2.500, (17, 17, 18)),
    "devstral-small-2507": (2.500, (9, 9, 10)),
    "qwen3.6-27b-fp8": (1.1406, (33, 34, 37)),
    "qwen3.6-35b-a3b-fp8": (0.3711, (88, 92, 98)),
    "qwen3-coder-next": (0.4453, (56, 60, 65)),
    "glm-4.7-flash": (0.8262, (10, 12, 15)),
}


@pytest.fixture(scope="module")
def candidates(root: Path) -> dict[str, Candidate]:
    return dict(load_candidates(root / "config/models/candidates"))


@pytest.mark.parametrize("name", BY_HAND)
def test_cache_and_full_sequences_of_each_candidate(candidates: dict[str, Candidate], name: str) -> None:
    gib, at_utilization = BY_HAND[name]
    plans = [candidate_memory(candidates[name], TOKENS, 1, utilization=u) for u in (0.90, 0.92, 0.95)]
    assert plans[0] is not None
    assert plans[0].kv_bytes_per_sequence / GIB == pytest.approx(gib, rel=0.001)
    assert tuple(plan.max_full_sequences for plan in plans if plan) == at_utilization


@pytest.mark.parametrize("name", ["deepseek-coder-v2-236b", "qwen2.5-coder-72b-awq"])
def test_what_is_not_known_gives_no_plan(candidates: dict[str, Candidate], name: str) -> None:
    assert candidate_memory(candidates[name], TOKENS, 1) is None
