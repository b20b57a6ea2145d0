"""The explanation of one score, as indented lines: every piece of evidence, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cis_study.config import Weights
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.constants import CLAIM_COST, CONSTRAINT_SHARE
from cis_study.scoring.evidence import Evidence, RequirementCoverage
from cis_study.scoring.instrument import measure_share, score
from cis_study.scoring.rationale import needed_similarity, sentences
from cis_study.scoring.submission import Submission
from cis_study.tasks.hidden import HiddenSide

_LINE = re.compile(r"\r\n|\r|\n")
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
    result = score(evidence, weights)
    if result.components is None or result.cis is None:
        yield Line(0, f"{result.status}: there is no score. {evidence.sandbox_failure or ''}")
        return
    shares = weights.model_dump()
    total = " + ".join(f"{shares[name]:g} x {name} {part.value:.3f}" for name, part in result.components.items())
    yield Line(0, f"{result.status}: CIS {result.cis:.4f} = {total}")
    for note in submission.notes:
        yield Line(0, note)
    sections = {
        "L": (_cases(evidence), 1 / evidence.hidden_total),
        "A": (_constraints(evidence, submission), CONSTRAINT_SHARE / evidence.constraints_total),
        "T": (_mutants(evidence, hidden), 1 / evidence.mutants_total),
        "R": (_requirements(evidence, submission, hidden), 1 / evidence.requirements_total),
    }
    for name, (lines, worth) in sections.items():
        part = result.components[name]
        yield Line(0, "")
        yield Line(0, f"{name} {part.value:.3f}  {_TITLES[name]}")
        yield Line(2, f"each is worth {worth:.3f} of {name}, {shares[name] * worth:.4f} of CIS")
        if part.value == 0 and part.reason:
            yield Line(2, part.reason)
        yield from lines
        if name == "A":
            yield from _structure(evidence, shares["A"])
        if name == "T":
            yield from _reach(evidence)


def _cases(evidence: Evidence) -> Iterator[Line]:
    for case in evidence.hidden:
        passed = case.outcome is CaseOutcome.PASSED
        detail = "" if passed else f": {case.outcome.value}, {case.detail}"
        yield _item(passed, f"{case.id} ({case.requirement}){detail}")


def _constraints(evidence: Evidence, submission: Submission) -> Iterator[Line]:
    source = _LINE.split(submission.source or "")
    for check in evidence.constraints:
        yield _item(check.kept, check.rule)
        for number, what in check.findings:
            yield Line(6, f"line {number}: {what}" if number else what)
            if 0 < number <= len(source):
                yield Line(8, source[number - 1].strip())
        for what in check.observed:
            yield Line(6, what)


def _structure(evidence: Evidence, share_of_a: float) -> Iterator[Line]:
    measures = evidence.structure or []
    for measure in measures:
        part = (1 - CONSTRAINT_SHARE) * measure_share(measure) / len(measures)
        text = f"{measure.name} {measure.value:g}, reference {measure.reference:g}"
        yield Line(2, f"{part:.3f} of A, {share_of_a * part:.4f} of CIS: {text}")


def _mutants(evidence: Evidence, hidden: HiddenSide) -> Iterator[Line]:
    known = {mutant.id: mutant for mutant in hidden.mutants}
    for run in evidence.suite.mutants if evidence.suite is not None else []:
        mutant = known[run.id]
        ended = "" if run.ended == "reported" else f" ({run.ended})"
        yield _item(run.killed, f"{mutant.id} ({mutant.breaks}): {mutant.what}{ended}")


def _reach(evidence: Evidence) -> Iterator[Line]:
    """What is told of the tests and earns nothing."""
    suite = evidence.suite
    if suite is None or not suite.sound:
        return
    if (found := suite.coverage) is not None:
        lines, branches = f"{found.lines_covered} of {found.lines}", f"{found.branches_covered} of {found.branches}"
        yield Line(2, f"for information: they go through {lines} lines and {branches} branches of a correct solution")
    missed = sorted(set(suite.testable) - set(suite.tested))
    which = f", not of {', '.join(missed)}" if missed else ""
    kinds = f"{len(suite.tested)} of the {len(suite.testable)} requirements that have any"
    yield Line(2, f"for information: they detect a mutant of {kinds}{which}")


def _requirements(evidence: Evidence, submission: Submission, hidden: HiddenSide) -> Iterator[Line]:
    spoken = sentences(submission.rationale or "")
    statements = {requirement.id: requirement.text for requirement in hidden.task.requirements}
    for found in evidence.rationale:
        yield _item(found.sentences is not None, f"{found.requirement}: {statements[found.requirement]}")
        for number in found.sentences or []:
            yield Line(6, f"> {spoken[number]}")
        yield Line(6, _nearness(found))
    for claim in evidence.contradicted:
        yield Line(2, f"{CLAIM_COST} requirement lost: claims {claim.claim}, contradicted by {claim.against}")
    if evidence.copied_sentences:
        yield Line(2, f"{evidence.copied_sentences} sentences copy the prompt and earn nothing")


def _nearness(found: RequirementCoverage) -> str:
    if found.similarity is None:
        return "the rationale has no sentence of its own"
    terms = "hold" if found.holds_terms else "lack"
    needed = needed_similarity(found.holds_terms)
    return f"similarity {found.similarity:.4f} of the nearest sentences, which {terms} its terms; {needed} is needed"


def _item(earned: bool, text: str) -> Line:
    return Line(2, f"{'+' if earned else '-'} {text}")
