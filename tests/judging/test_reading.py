"""Answers of judges: what is no judgement is a typed failure, whatever it looks like."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging_studies import RUBRIC, judgement_text

from cis_study.judging.exhibit import Exhibit
from cis_study.judging.reading import Unreadable, quotes_found, read_judgement
from cis_study.judging.rubric import ASPECTS


def test_a_judgement_is_read() -> None:
    said = read_judgement(judgement_text(0.75, "a quote", L={"evidence": "x", "score": 1}), "stop", RUBRIC)
    assert said.scores == {"R": 0.75, "A": 0.75, "T": 0.75, "L": 1.0}
    assert (said.evidence["R"], said.evidence["L"], said.approve) == ("a quote", "x", True)


@pytest.mark.parametrize(
    ("text", "finish_reason", "fault"),
    [
        ("", "stop", "no_json"),
        ("The program deserves 0.75.", "stop", "no_json"),
        (judgement_text()[:-9], "length", "cut_off"),
        (judgement_text()[:-9], None, "cut_off"),
        (judgement_text()[:-9], "stop", "no_json"),
        ("[0.5, 0.5, 0.5, 0.5]", "stop", "no_json"),
        ("[" * 100_000, "stop", "no_json"),
        (judgement_text(approve=None), "stop", "no_verdict"),
        (judgement_text(approve="yes"), "stop", "no_verdict"),
        (judgement_text(T=None), "stop", "missing_aspect"),
        (judgement_text(T=0.5), "stop", "missing_aspect"),
        (judgement_text(T={"score": 0.5}), "stop", "missing_aspect"),
        (judgement_text(T={"evidence": ""}), "stop", "missing_aspect"),
        (judgement_text(0.6), "stop", "off_scale"),
        (judgement_text(-1), "stop", "off_scale"),
        (judgement_text(100), "stop", "off_scale"),
        (judgement_text(R={"evidence": "", "score": "1"}), "stop", "off_scale"),
        (judgement_text(R={"evidence": "", "score": True}), "stop", "off_scale"),
        (judgement_text(0.5).replace("0.5", "NaN"), "stop", "off_scale"),
        (judgement_text(0.5).replace("0.5", "1" * 5000), "stop", "no_json"),
    ],
)
def test_what_is_no_judgement_is_typed(text: str, finish_reason: str | None, fault: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read_judgement(text, finish_reason, RUBRIC)
    assert unreadable.value.fault == fault


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda v: st.lists(v) | st.dictionaries(
    st.sampled_from([*ASPECTS, "approve", "evidence", "score"]), v)))  # fmt: skip
def test_no_answer_gives_a_score_off_the_scale(answer: object) -> None:
    try:
        said = read_judgement(json.dumps(answer), "stop", RUBRIC)
    except Unreadable:
        return
    assert set(said.scores.values()) <= set(RUBRIC.scale)
    assert not any(math.isnan(score) for score in said.scores.values())


def test_quotes_are_looked_for_in_what_was_shown() -> None:
    exhibit = Exhibit(
        author="a", task="t", replicate=1, condition="plain", requirements="only in the task",
        source="def f(n):\n    return n + 1\n", tests=None, rationale="It adds one.",
    )  # fmt: skip
    quotes = {"R": "adds one.", "A": "def f(n):\n  return  n + 1", "T": "return n - 1", "L": "in the task"}
    assert quotes_found(quotes, exhibit) == 2  # type: ignore[arg-type]
    # Too short to be evidence, and empty.
    assert quotes_found({"R": "n", "A": "", "T": "   ", "L": "return"}, exhibit) == 0
    # Nothing runs from one part into the next.
    assert quotes_found({"R": "n + 1 It adds"}, exhibit) == 0  # type: ignore[arg-type]
