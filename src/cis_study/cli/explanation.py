"""The explanation of one score, as indented lines: every piece of evidence, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cis_study.config import Weights
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.points import Piece, account
from cis_study.scoring.submission import Submission
from cis_study.tasks.hidden import HiddenSide

_TITLES = {
    "L": "the code: hidden cases passed",
    "A": "the architecture: constraints kept, and structure against the reference",
    "T": "the tests: mutants detected, if the tests pass on a correct solution",
    "R": "the rationale: requirements addressed",
}


class Line(NamedTuple):
    """A paragraph of the explanation."""

    indent: int
    text: str


def explain(evidence: Evidence, submission: Submission, hidden: HiddenSide, weights: Weights) -> Iterator[Line]:
    """Lines for people. The text of the submission stands in them as it is: escape it before a terminal sees it."""
    yield Line(0, f"{evidence.task}, {evidence.model}, replicate {evidence.replicate}")
    result, parts = account(evidence, submission, hidden, weights)
    if result.components is None:
        yield Line(0, f"{result.status}: there is no score. {evidence.sandbox_failure or ''}")
        return
    shares = weights.model_dump()
    total = " + ".join(f"{shares[name]:g} x {name} {part.value:.3f}" for name, part in result.components.items())
    yield Line(0, f"{result.status}: CIS {result.cis:.4f} = {total}")
    for note in submission.notes:
        yield Line(0, note)
    for part in parts:
        yield Line(0, "")
        yield Line(0, f"{part.name} {part.value:.3f}  {_TITLES[part.name]}")
        yield Line(2, f"{part.value * part.share:.4f} of {part.share:.4f} of CIS")
        if part.value == 0 and part.reason:
            yield Line(2, part.reason)
        for piece in part.pieces:
            yield Line(2, f"{_points(piece)}  {piece.text}")
            yield from (Line(6, detail) for detail in piece.details)
        yield from (Line(2, f"for information: {remark}") for remark in part.remarks)


def _points(piece: Piece) -> str:
    if piece.points <= 0:
        return f"- {piece.worth or -piece.points:.4f}"
    partly = "" if piece.points == piece.worth else f" of {piece.worth:.4f}"
    return f"+ {piece.points:.4f}{partly}"
