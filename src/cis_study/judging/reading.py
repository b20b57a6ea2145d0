"""Read what a judge answered; what is no judgement is a typed failure, never a number."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

from cis_study.judging.exhibit import Exhibit
from cis_study.judging.rubric import Aspect, Rubric

Fault = Literal["cut_off", "no_json", "missing_aspect", "off_scale", "no_verdict", "too_long"]
"""Why there is no judgement; `too_long`: the exhibit does not fit the judge's context."""

_LEAST_CHARACTERS = 8
"""Of a quote that can be found: fewer stand in every program."""


class Unreadable(Exception):
    """An answer that is no judgement."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = fault


class Said(NamedTuple):
    """A judgement as it was read."""

    scores: dict[Aspect, float]
    evidence: dict[Aspect, str]
    approve: bool


def read_judgement(text: str, finish_reason: str | None, rubric: Rubric) -> Said:
    """The judgement in an answer.

    Args:
        finish_reason: of the engine, None where a cap of the client ended the answer.

    Raises:
        Unreadable: it was cut off, is not JSON, lacks an aspect or the verdict, or has a score off the scale.
    """
    try:
        answer = json.loads(text)
    # Also numbers of thousands of digits (ValueError) and brackets nested a thousandfold.
    except (ValueError, RecursionError) as error:
        cut = finish_reason in (None, "length")
        raise Unreadable("cut_off" if cut else "no_json", f"{error}") from error
    if not isinstance(answer, dict):
        raise Unreadable("no_json", f"an object is expected, not {type(answer).__name__}")
    if not isinstance(answer.get("approve"), bool):
        raise Unreadable("no_verdict", "`approve` is neither true nor false")
    found = {aspect: _aspect(aspect, answer.get(aspect), rubric) for aspect in rubric.aspects}
    return Said(
        scores={aspect: score for aspect, (score, _) in found.items()},
        evidence={aspect: quote for aspect, (_, quote) in found.items()},
        approve=answer["approve"],
    )


def _aspect(aspect: Aspect, said: Any, rubric: Rubric) -> tuple[float, str]:
    if not isinstance(said, dict) or not isinstance(said.get("evidence"), str) or "score" not in said:
        raise Unreadable("missing_aspect", f"{aspect}: `evidence` and `score` are expected")
    score = said["score"]
    if isinstance(score, bool) or not isinstance(score, int | float) or score not in rubric.scale:
        raise Unreadable("off_scale", f"{aspect}: {str(score)[:40]} is no point of the scale")
    return float(score), said["evidence"]


def quotes_found(evidence: dict[Aspect, str], exhibit: Exhibit) -> int:
    """Aspects whose quote stands in the exhibit, whatever its spaces and line breaks."""
    shown = [_squeezed(text) for text in (exhibit.source, exhibit.tests, exhibit.rationale) if text is not None]
    quotes = [_squeezed(quote) for quote in evidence.values()]
    return sum(len(quote) >= _LEAST_CHARACTERS and any(quote in text for text in shown) for quote in quotes)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
