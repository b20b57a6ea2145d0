"""Instrument `cis-3`: evidence to R, A, T, L and CIS, a pure function. Its numbers: `cis_study.scoring.constants`.

L = hidden cases passed / hidden cases
T = 1 if the model's tests pass on every correct program they met else 0, times mutants killed / mutants
A = (constraints kept / constraints + mean of the structure measures) / 2, each measure against that of the
    reference; 0 where the source is no Python or defines none of the exports, because a module that does
    nothing would keep most constraints and be simple
R = (requirements addressed by the rationale in its own words - claims that the code contradicts) / requirements,
    at least 0
CIS = weighted sum of the four
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.constants import CLAIM_COST, CONSTRAINT_SHARE, SCALES
from cis_study.scoring.evidence import Evidence, Measure

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


Instrument = Callable[[Evidence, Weights], Score]


def score(evidence: Evidence, weights: Weights) -> Score:
    """Score one battle."""
    status = battle_status(evidence)
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


def battle_status(evidence: Evidence) -> Status:
    """What kind of result a battle is, whatever the instrument."""
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
    false = [f"{item.claim} ({item.against})" for item in evidence.contradicted]
    earned = max(0, evidence.requirements_total - len(missed) - CLAIM_COST * len(false))
    reasons = [f"not addressed: {', '.join(missed)}"] * bool(missed)
    reasons += [f"{evidence.copied_sentences} sentences copied from the prompt"] * bool(evidence.copied_sentences)
    reasons += [f"contradicted: {', '.join(false)}"] * bool(false)
    return _share(earned, evidence.requirements_total, "; ".join(reasons))


def _architecture(evidence: Evidence) -> Component:
    if absent := _unusable(evidence):
        return Component(0.0, absent)
    if not evidence.defines_exports:
        return Component(0.0, "the source defines none of the required names")
    broken = [check.rule for check in evidence.constraints if not check.kept]
    kept = (evidence.constraints_total - len(broken)) / evidence.constraints_total
    value = CONSTRAINT_SHARE * kept + (1 - CONSTRAINT_SHARE) * structure_share(evidence.structure)
    reasons = [f"broken: {', '.join(broken)}"] * bool(broken)
    if evidence.structure is None:
        reasons.append("structure: cannot be measured")
    else:
        worse = [f"{m.name} {m.value} against {m.reference}" for m in evidence.structure if measure_share(m) < 1]
        reasons += [f"structure: {', '.join(worse)}"] * bool(worse)
    return Component(value, "; ".join(reasons) or None)


def structure_share(structure: Sequence[Measure] | None) -> float:
    """Mean of the structure measures, each in [0, 1]; 0 where there are none."""
    return sum(map(measure_share, structure)) / len(structure) if structure else 0.0


def measure_share(measure: Measure) -> float:
    """1 where the solution is about as simple as the reference, falling linearly to 0 (see `SCALES`)."""
    scale = SCALES[measure.name]
    excess = measure.value - scale.slack * measure.reference
    return min(1.0, max(0.0, 1 - excess / scale.span))


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


INSTRUMENTS: Mapping[str, Instrument] = {"cis-3": score}
"""Name -> instrument. A name is never given to another computation: what changes a score is a new version."""


def instrument(name: str) -> Instrument:
    """The instrument of ours called `name`.

    Raises:
        StudyError: there is none.
    """
    if name not in INSTRUMENTS:
        raise StudyError("instruments", name, "there is no such instrument", f"Choose of {', '.join(INSTRUMENTS)}.")
    return INSTRUMENTS[name]
