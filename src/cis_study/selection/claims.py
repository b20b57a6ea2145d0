"""The request's claims, tested against the figures; verdicts are computed where a figure decides."""

from __future__ import annotations

from typing import NamedTuple

from cis_study.models.candidate import Candidate
from cis_study.selection.finding import Context, Used, measured, own
from cis_study.selection.must_haves import MUST_HAVES
from cis_study.selection.settings import Claim, FigureTest, RuleTest
from cis_study.selection.words import listed, quantity


class CheckedClaim(NamedTuple):
    claim: str
    verdict: str
    """supported, holds in part, refuted, unsupported, or the words of a stated verdict."""
    evidence: str
    used: tuple[Used, ...]
    source: str | None
    """Source of a stated verdict."""


def check_claim(claim: Claim, context: Context) -> CheckedClaim:
    """Test one claim.

    Raises:
        StudyError: it names a candidate that does not exist here.
    """
    if claim.stated is not None:
        return CheckedClaim(claim.claim, claim.stated.verdict, claim.stated.reason, (), claim.stated.source)
    assert claim.test is not None
    candidate = context.candidate(claim.test.candidate)
    verdict, evidence, used = (
        _against_rule(claim.test, candidate, context)
        if isinstance(claim.test, RuleTest)
        else _against_figures(claim.test, candidate)
    )
    told = ". ".join(filter(None, [evidence, claim.remark]))
    return CheckedClaim(claim.claim, verdict, told, used, None)


def _against_rule(test: RuleTest, candidate: Candidate, context: Context) -> tuple[str, str, tuple[Used, ...]]:
    finding = MUST_HAVES[test.rule](candidate, context)
    verdict = {"pass": "supported", "fail": "refuted", "unknown": "unsupported"}[finding.verdict]
    return verdict, finding.reason, finding.used


def _against_figures(test: FigureTest, candidate: Candidate) -> tuple[str, str, tuple[Used, ...]]:
    counting = own(candidate, test.figure, test.kinds)
    name = quantity(test.figure)
    if not counting:
        others = tuple(Used(candidate.name, test.figure, figure) for figure in candidate.known(test.figure))
        found = f"found, but not counting: {name} {listed(others)}" if others else f"no figure: {name}"
        return "unsupported", found, others
    holding = [one for one in counting if _holds(test, one)]
    verdict = "holds in part" if 0 < len(holding) < len(counting) else "supported" if holding else "refuted"
    return verdict, f"{name} {listed(counting)}", counting


def _holds(test: FigureTest, used: Used) -> bool:
    if test.equals is not None:
        return str(used.figure.value) == test.equals
    value = measured(used)
    return (test.low is None or value >= test.low) and (test.high is None or value <= test.high)
