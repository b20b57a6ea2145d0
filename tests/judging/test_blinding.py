"""No name and no mark of a chat template reaches a rater, and nothing else is touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.config import OutsideAgent
from cis_study.judging.blinding import MASK, blind, mask_of
from cis_study.models.registry import load_registry
from cis_study.scoring.python_text import parse

MODELS = load_registry(Path(__file__).parents[2] / "config/models")
MASK_OF_ALL = mask_of([*MODELS.values(), OutsideAgent(name="theirs", a2a="http://x", label="Their agent")])
NAMES = sorted(
    {name for model in MODELS.values() for name in (model.name, model.label, model.vendor)}
    | {model.hub.repo for model in MODELS.values() if model.hub}
    | {"Qwen", "Mistral", "SmolLM2", "GPT", "DeepSeek", "theirs", "Their agent"}
)
MARKS = ["<|im_start|>", "<|channel|>analysis<|message|>", "[INST]", "[/INST]", "<think>", "</think>", "<｜User｜>"]
edges = st.sampled_from(["", " ", "\n", "_", "(", "'", "<", "|", "`", "."])
pieces = st.one_of(st.sampled_from(NAMES + MARKS), st.text(alphabet="ab1 _<>|[]/\n.", max_size=12))


def stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W\d_])", text, re.IGNORECASE) is not None


@given(st.sampled_from(NAMES), st.text(), edges, edges, st.text(), st.sampled_from([str.upper, str.lower, str]))
def test_no_name_survives_whatever_its_case_and_neighbours(name, before, left, right, after, case) -> None:  # type: ignore[no-untyped-def]
    masked = blind(f"{before} {left}{case(name)}{right} {after}", MASK_OF_ALL)
    assert not stands_in(name, masked)


@given(st.lists(pieces, max_size=8).map("".join))
def test_names_and_marks_that_are_put_together_leave_none(text: str) -> None:
    masked = blind(text, MASK_OF_ALL)
    assert not [name for name in NAMES if stands_in(name, masked)]
    assert not re.search(r"<\|[^<>|\n]*\|>|\[/?INST\]|</?think>", masked)
    assert masked.count("\n") == text.count("\n")
    assert blind(masked, MASK_OF_ALL) == masked


@pytest.mark.parametrize(
    "text",
    [
        "values[key] + matrix[i][j] if a < b else c | d",
        "def test_vendor():\n    assert get('mistralian') is None  # gptx, qwenish",
        "x: list[int] = []\nif 1<2>0: pass",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert blind(text, MASK_OF_ALL) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("# Qwen2.5-Coder-32B wrote this", f"# {MASK} wrote this"),
        ("as Mistral 7B v0.3 would", f"as {MASK} would"),
        ("GPT-4.1, gpt5, gpt-4o", f"{MASK}, {MASK}, {MASK}"),
        ("Mistral é-x", f"{MASK} é-x"),
        ("qwen-a1é", f"{MASK}é"),
        ("def qwen_solution(): ...", f"def {MASK}_solution(): ..."),
        ("<|<|a|>|>", MASK),
        ("half of a pair: \ud800", "half of a pair: \ufffd"),
    ],
)
def test_known_texts(text: str, masked: str) -> None:
    assert blind(text, MASK_OF_ALL) == masked


def test_a_program_stays_a_program() -> None:
    text = "class Qwen:\n    mistral = 1\n\n\ndef gpt(deepseek: int) -> int:\n    return Qwen.mistral + deepseek\n"
    assert parse(blind(text, MASK_OF_ALL)) is not None


def test_versions_that_never_end_take_no_time() -> None:
    for text in ("gpt" + "1." * 20_000 + "1a", "gpt" + "-a1" * 20_000 + "é"):
        assert blind(text, MASK_OF_ALL).startswith(MASK)
