"""What won and lost each point of a score: all evidence of a battle, piece by piece, with what it is worth in CIS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cis_study.config import Weights
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.constants import CLAIM_COST, CONSTRAINT_SHARE
from cis_study.scoring.evidence import Evidence, RequirementCoverage
from cis_study.scoring.instrument import Score, measure_share, score
from cis_study.scoring.rationale import needed_similarity, sentences
from cis_study.scoring.submission import Submission
from cis_study.tasks.hidden import HiddenSide

_LINE = re.compile(r"\r\n|\r|\n")
_ROUNDING = 1e-9


class Piece(NamedTuple):
    """One piece of evidence: the points of CIS it won, of those it could win. Negative points were taken away."""

    points: float
    worth: float
    text: str
    details: tuple[str, ...] = ()


class Part(NamedTuple):
    """A component: its value in [0, 1], its share of CIS, and the pieces, whose points sum to value x share.

    `reason` is why it is not 1; `remarks` are told and worth nothing.
    """

    name: str
    value: float
    share: float
    reason: str | None
    pieces: list[Piece]
    remarks: list[str]


class Account(NamedTuple):
    """A score and its four parts, L, A, T and R; none where there is no score."""

    score: Score
    parts: list[Part]


def account(evidence: Evidence, submission: Submission, hidden: HiddenSide, weights: Weights) -> Account:
    """Account for every point. Texts of the submission stand in it as they are: whoever shows them escapes them."""
    result = score(evidence, weights)
    if result.components is None:
        return Account(result, [])
    shares = weights.model_dump()
    found = {
        "L": _cases(evidence, shares["L"]),
        "A": [*_constraints(evidence, submission, shares["A"]), *_structure(evidence, shares["A"])],
        "T": _mutants(evidence, hidden, shares["T"]),
        "R": _requirements(evidence, submission, hidden, shares["R"]),
    }
    remarks = {"T": _reach(evidence), "R": _copies(evidence)}
    parts = []
    for name, pieces in found.items():
        value, reason = result.components[name]
        won = sum(piece.points for piece in pieces)
        # Void as a whole, as for code that does nothing: it keeps most constraints.
        void = value == 0 and won > _ROUNDING
        counted = [piece._replace(points=0.0) if void else piece for piece in pieces]
        rest = shares[name] - sum(piece.worth for piece in counted)
        if rest > _ROUNDING:
            counted.append(Piece(0.0, rest, reason or "nothing was measured"))
        parts.append(Part(name, value, shares[name], reason, counted, list(remarks.get(name, ()))))
    return Account(result, parts)


def _cases(evidence: Evidence, share: float) -> list[Piece]:
    worth = share / evidence.hidden_total
    pieces = []
    for case in evidence.hidden:
        passed = case.outcome is CaseOutcome.PASSED
        detail = "" if passed else f": {case.outcome.value}, {case.detail}"
        pieces.append(Piece(worth * passed, worth, f"{case.id} ({case.requirement}){detail}"))
    return pieces


def _constraints(evidence: Evidence, submission: Submission, share: float) -> Iterator[Piece]:
    worth = CONSTRAINT_SHARE * share / evidence.constraints_total
    source = _LINE.split(submission.source or "")
    for check in evidence.constraints:
        details = []
        for number, what in check.findings:
            details.append(f"line {number}: {what}" if number else what)
            if 0 < number <= len(source):
                details.append(f"  {source[number - 1].strip()}")
        yield Piece(worth * check.kept, worth, check.rule, (*details, *check.observed))


def _structure(evidence: Evidence, share: float) -> Iterator[Piece]:
    measures, whole = evidence.structure or [], (1 - CONSTRAINT_SHARE) * share
    if not measures and evidence.constraints:
        yield Piece(0.0, whole, "structure: cannot be measured")
    for measure in measures:
        worth = whole / len(measures)
        text = f"{measure.name} {measure.value:g}, reference {measure.reference:g}"
        yield Piece(worth * measure_share(measure), worth, text)


def _mutants(evidence: Evidence, hidden: HiddenSide, share: float) -> list[Piece]:
    worth = share / evidence.mutants_total
    known = {mutant.id: mutant for mutant in hidden.mutants}
    pieces = []
    for run in evidence.suite.mutants if evidence.suite is not None else []:
        ended = "" if run.ended == "reported" else f" ({run.ended})"
        pieces.append(Piece(worth * run.killed, worth, f"{run.id} ({run.breaks}): {known[run.id].what}{ended}"))
    return pieces


def _reach(evidence: Evidence) -> Iterator[str]:
    suite = evidence.suite
    if suite is None or not suite.sound:
        return
    if (found := suite.coverage) is not None:
        lines, branches = f"{found.lines_covered} of {found.lines}", f"{found.branches_covered} of {found.branches}"
        yield f"they go through {lines} lines and {branches} branches of a correct solution"
    missed = sorted(set(suite.testable) - set(suite.tested))
    which = f", not of {', '.join(missed)}" if missed else ""
    yield f"they detect a mutant of {len(suite.tested)} of the {len(suite.testable)} requirements that have any{which}"


def _requirements(evidence: Evidence, submission: Submission, hidden: HiddenSide, share: float) -> list[Piece]:
    worth = share / evidence.requirements_total
    spoken = sentences(submission.rationale or "")
    statements = {requirement.id: requirement.text for requirement in hidden.task.requirements}
    pieces = []
    for found in evidence.rationale:
        quoted = [f"> {spoken[number]}" for number in found.sentences or []]
        text = f"{found.requirement}: {statements[found.requirement]}"
        pieces.append(Piece(worth * (found.sentences is not None), worth, text, (*quoted, _nearness(found))))
    left = sum(piece.points for piece in pieces)
    for claim in evidence.contradicted:
        # R is at least 0, so the last claims may cost less.
        cost = max(0.0, min(left, CLAIM_COST * worth))
        left -= cost
        text = f"claims {claim.claim}, contradicted by {claim.against}"
        pieces.append(Piece(0.0 - cost, 0.0, text, (f"> {claim.sentence}",)))
    return pieces


def _copies(evidence: Evidence) -> Iterator[str]:
    if evidence.copied_sentences:
        yield f"{evidence.copied_sentences} sentences copy the prompt and earn nothing"


def _nearness(found: RequirementCoverage) -> str:
    if found.similarity is None:
        return "the rationale has no sentence of its own"
    terms = "hold" if found.holds_terms else "lack"
    needed = needed_similarity(found.holds_terms)
    return f"similarity {found.similarity:.4f} of the nearest sentences, which {terms} its terms; {needed} is needed"
