"""The explanation of one score, as indented lines: every piece of evidence, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cis_study.config import Weights
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.instrument import score
from cis_study.scoring.rationale import _BREAK, _words
from cis_study.scoring.submission import Submission
from cis_study.tasks.hidden import HiddenSide

_LINE = re.compile(r"\r\n|\r|\n")
_TITLES = {
    "L": "the code: hidden cases passed",
    "A": "the architecture: constraints kept",
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
        "L": (list(_cases(evidence)), evidence.hidden_total),
        "A": (list(_constraints(evidence, submission)), evidence.constraints_total),
        "T": (list(_mutants(evidence, hidden)), evidence.mutants_total),
        "R": (list(_requirements(evidence, submission, hidden)), evidence.requirements_total),
    }
    for name, (lines, count) in sections.items():
        part = result.components[name]
        yield Line(0, "")
        yield Line(0, f"{name} {part.value:.3f}  {_TITLES[name]}")
        yield Line(2, f"each of {count} is worth {1 / count:.3f} of {name}, {shares[name] / count:.4f} of CIS")
        if part.value == 0 and part.reason:
            yield Line(2, part.reason)
        yield from lines


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


def _mutants(evidence: Evidence, hidden: HiddenSide) -> Iterator[Line]:
    known = {mutant.id: mutant for mutant in hidden.mutants}
    for run in evidence.suite.mutants if evidence.suite is not None else []:
        mutant = known[run.id]
        ended = "" if run.ended == "reported" else f" ({run.ended})"
        yield _item(run.killed, f"{mutant.id} ({mutant.breaks}): {mutant.what}{ended}")


def _requirements(evidence: Evidence, submission: Submission, hidden: HiddenSide) -> Iterator[Line]:
    sentences = [piece for piece in _BREAK.split(submission.rationale or "") if _words(piece)]
    statements = {requirement.id: requirement.text for requirement in hidden.task.requirements}
    for found in evidence.rationale:
        yield _item(found.sentences is not None, f"{found.requirement}: {statements[found.requirement]}")
        for number in found.sentences or []:
            yield Line(6, f"> {sentences[number]}")
    if evidence.copied_sentences:
        yield Line(2, f"{evidence.copied_sentences} sentences copy the prompt and earn nothing")


def _item(earned: bool, text: str) -> Line:
    return Line(2, f"{'+' if earned else '-'} {text}")
