"""Instrument `cis-1`: evidence to R, A, T, L and CIS. A pure function; every constant is an argument or named here.

L = hidden cases passed / hidden cases
T = 1 if the model's tests pass on the reference else 0, times mutants killed / mutants
A = constraints kept / constraints; 0 where the source is no Python or defines none of the exports,
    because a module that does nothing would keep most of them
R = requirements addressed by the rationale in its own words / requirements
CIS = weighted sum of the four
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cis_study.config import Weights
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.evidence import Evidence

INSTRUMENT = "cis-1"

Status = Literal["scored", "model_failure", "budget_exhausted", "infra_failure", "sandbox_failure", "judge_failure"]
MISSING: frozenset[Status] = frozenset({"infra_failure", "sandbox_failure", "judge_failure"})
"""Statuses that say nothing about the contestant: their scores are null."""


class Component(NamedTuple):
    """A component in [0, 1], and why it is not 1 (None when it is)."""

    value: float
    reason: str | None


class Score(NamedTuple):
    """Status and components of one battle; components and CIS are None for a missing status."""

    status: Status
    components: dict[str, Component] | None
    cis: float | None


def score(evidence: Evidence, weights: Weights) -> Score:
    """Score one battle."""
    status = _status(evidence)
    if status in MISSING:
        return Score(status, None, None)
    components = {
        "R": _requirements(evidence),
        "A": _architecture(evidence),
        "T": _testing(evidence),
        "L": _logic(evidence),
    }
    shares = weights.model_dump()
    return Score(status, components, sum(shares[name] * part.value for name, part in components.items()))


def _status(evidence: Evidence) -> Status:
    if evidence.battle_status == "infra_failure":
        return "infra_failure"
    if evidence.sandbox_failure is not None:
        return "sandbox_failure"
    if evidence.battle_status == "budget_exhausted":
        return "budget_exhausted"
    return "scored" if evidence.solution_parses else "model_failure"


def _requirements(evidence: Evidence) -> Component:
    if not evidence.has_rationale:
        return Component(0.0, "no rationale")
    missed = [found.requirement for found in evidence.rationale if found.sentences is None]
    covered = evidence.requirements_total - len(missed)
    copies = f" ({evidence.copied_sentences} sentences copied from the prompt)" if evidence.copied_sentences else ""
    return _share(covered, evidence.requirements_total, f"not addressed: {', '.join(missed)}{copies}")


def _architecture(evidence: Evidence) -> Component:
    if absent := _unusable(evidence):
        return Component(0.0, absent)
    if not evidence.defines_exports:
        return Component(0.0, "the source defines none of the required names")
    broken = [check.rule for check in evidence.constraints if not check.kept]
    kept = evidence.constraints_total - len(broken)
    return _share(kept, evidence.constraints_total, f"broken: {', '.join(broken)}")


def _testing(evidence: Evidence) -> Component:
    suite = evidence.suite
    if suite is None:
        return Component(0.0, "no tests")
    if not suite.sound:
        if suite.passed is None:
            return Component(0.0, f"the tests did not run to their end on the reference ({suite.ended})")
        if suite.passed == suite.failed == 0:
            return Component(0.0, "no test ran")
        if suite.failed == 0:
            return Component(0.0, "the tests are not repeatable on the reference")
        return Component(0.0, f"{suite.failed} tests fail on a correct solution")
    survived = [run.id for run in suite.mutants if not run.killed]
    killed = evidence.mutants_total - len(survived)
    return _share(killed, evidence.mutants_total, f"undetected: {', '.join(survived)}")


def _logic(evidence: Evidence) -> Component:
    if absent := _unusable(evidence):
        return Component(0.0, absent)
    failed = [f"{case.id} ({case.outcome.value})" for case in evidence.hidden if case.outcome is not CaseOutcome.PASSED]
    passed = evidence.hidden_total - len(failed)
    return _share(passed, evidence.hidden_total, f"failed: {', '.join(failed)}")


def _unusable(evidence: Evidence) -> str | None:
    if not evidence.has_solution:
        return "no solution"
    return None if evidence.solution_parses else "the solution is not valid Python"


def _share(part: int, total: int, reason: str) -> Component:
    return Component(part / total, None if part == total else reason)
