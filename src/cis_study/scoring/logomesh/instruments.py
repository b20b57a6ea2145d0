"""`logomesh-stage2`, `logomesh-tier3` and `logomesh-head`: recorded numbers to CIS, as pure functions.

R, A, T and L were free numbers of a language model in all three; they enter as recorded. A formula runs only on
inputs that were recorded: no default stands in for one. Where a stored number is the code of a failure the score is
missing, and `arithmetic` still says what the published formula makes of it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from cis_study.config import Weights
from cis_study.scoring.logomesh import constants as c
from cis_study.yamlfile import Strict

Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Recorded(Strict):
    """What LogoMesh recorded of one battle; null is not recorded."""

    R: Finite | None = None
    A: Finite | None = None
    T: Finite | None = None
    L: Finite | None = None
    critique: str | None = None
    """Text of the logic review, from which a failed one is told."""
    breakdown: str | None = None
    """Text of the second judge call, from which a failed one is told."""
    answered: bool | None = None
    """False where the contestant's server sent its own error in place of an answer."""
    audit_valid: bool | None = None
    audit_penalty: Share | None = None
    sandbox_passed: bool | None = None
    red_multiplier: Share | None = None
    """1 less the penalty of the worst vulnerability; 1 where no red agent ran."""
    vulnerabilities: Count | None = None
    task_rationale_cosine: Share | None = None
    rationale_code_cosine: Share | None = None
    code_tests_cosine: Share | None = None
    task_code_cosine: Share | None = None
    rationale_characters: Count | None = None
    constraint_penalty: Share | None = None
    test_specificity: Share | None = None
    tests_passed: Count | None = None
    """Count in the output of the sandbox; 0 passed and 0 failed where it printed none."""
    tests_failed: Count | None = None


class Gap(NamedTuple):
    """Why there is no score."""

    kind: Literal["infra_failure", "judge_failure", "not_recorded"]
    what: str


class Rating(NamedTuple):
    """CIS of one battle, None where `gaps` is not empty.

    Attributes:
        components: R, A, T and L as they enter the sum.
        arithmetic: result of the published formula on the stored numbers, codes of failures included; None where a
            number is not recorded or no formula ran.
    """

    cis: float | None
    components: dict[str, float] | None
    arithmetic: float | None
    gaps: tuple[Gap, ...]


class Sum(NamedTuple):
    """Result of a formula, and the components in it."""

    cis: float
    components: dict[str, float]


def stage2(
    R: float, A: float, T: float, L: float, audit_valid: bool, audit_penalty: float, sandbox_passed: bool
) -> Sum:
    """Stage 2 and the published Tier 2."""
    components = {"R": R, "A": A, "T": T, "L": L}
    cis = _weighted(components, c.STAGE2_WEIGHTS) * (1 if audit_valid else 1 - audit_penalty)
    return Sum(cis if sandbox_passed else min(cis, c.SANDBOX_CIS_CAP), components)


def tier3(
    R: float,
    A: float,
    T: float,
    L: float,
    audit_valid: bool,
    audit_penalty: float,
    sandbox_passed: bool,
    red_multiplier: float,
) -> Sum:
    """The published Tier 3."""
    components = {"R": R, "A": A, "T": T, "L": L if sandbox_passed else min(L, c.SANDBOX_L_CAP)}
    cis = _weighted(components, c.EQUAL_WEIGHTS) * red_multiplier
    if not audit_valid and audit_penalty > c.TRIVIAL_PENALTY:
        cis *= 1 - audit_penalty
    return Sum(cis if sandbox_passed else min(cis, c.SANDBOX_CIS_CAP), components)


def head(
    R: float,
    A: float,
    T: float,
    L: float,
    task_rationale_cosine: float,
    rationale_characters: int,
    rationale_code_cosine: float,
    constraint_penalty: float,
    vulnerabilities: int,
    code_tests_cosine: float,
    test_specificity: float,
    tests_passed: int,
    tests_failed: int,
    task_code_cosine: float,
    red_multiplier: float,
) -> Sum:
    """The last state: computed values, which the judge may lower a little and raise at will."""
    bonus = min(c.RATIONALE_BONUS_MAX, rationale_characters / c.RATIONALE_BONUS_CHARACTERS)
    rationale = min(1.0, task_rationale_cosine + bonus)
    architecture = c.ARCHITECTURE_BASE - c.ARCHITECTURE_CONSTRAINT_SHARE * constraint_penalty
    if vulnerabilities == 0:
        architecture = max(architecture, c.ARCHITECTURE_CLEAN_FLOOR)
    architecture += c.ARCHITECTURE_COSINE_SLOPE * (rationale_code_cosine - c.ARCHITECTURE_COSINE_CENTRE)
    if counted := tests_passed + tests_failed:
        testing = c.TESTING_BASE + c.TESTING_PASS_SLOPE * tests_passed / counted
        testing += c.TESTING_SPECIFICITY_SLOPE * (test_specificity - c.TESTING_SPECIFICITY_CENTRE)
    else:
        testing = code_tests_cosine * test_specificity
    components = {
        "R": max(R, rationale - c.JUDGE_REACH),
        "A": max(A, _clamp(architecture) - c.JUDGE_REACH),
        "T": max(T, _clamp(testing) - c.JUDGE_REACH),
        "L": L,
    }
    cis = _weighted(components, c.EQUAL_WEIGHTS)
    if task_code_cosine < c.MISMATCH_BELOW:
        cis *= c.MISMATCH_BASE + c.MISMATCH_SLOPE * task_code_cosine / c.MISMATCH_BELOW
    return Sum(cis * red_multiplier, components)


INSTRUMENTS: Mapping[str, Callable[..., Sum]] = {
    "logomesh-stage2": stage2,
    "logomesh-tier3": tier3,
    "logomesh-head": head,
}
"""Formula of each instrument; the names of its parameters are the inputs it needs."""


def rate(instrument: str, recorded: Recorded) -> Rating:
    """Apply an instrument, a key of `INSTRUMENTS`, to what was recorded."""
    formula = INSTRUMENTS[instrument]
    inputs = {name: getattr(recorded, name) for name in inspect.signature(formula).parameters}
    failures = stored_failures(recorded)
    absent = [name for name, value in inputs.items() if value is None]
    if absent:
        gaps = (*failures, *(Gap("not_recorded", name) for name in absent))
        return Rating(None, None, None, gaps)
    cis, components = formula(**inputs)
    if not failures:
        return Rating(cis, components, cis, ())
    return Rating(None, None, None if is_unevaluated(recorded) else cis, tuple(failures))


def stored_failures(recorded: Recorded) -> list[Gap]:
    """Failures that stand in the record as if they were scores.

    A number that only a text could tell from the code of a failure counts as one where the text is not recorded.
    """
    failures = []
    if recorded.answered is False:
        failures.append(Gap("infra_failure", "the contestant's server sent an error in place of an answer"))
    critique = recorded.critique
    if critique is not None and critique.startswith(c.REVIEW_FAILED):
        failures.append(Gap("judge_failure", "the logic review failed; L is a stand-in"))
    elif critique is None and recorded.L == c.FAILED_REVIEW_L:
        failures.append(
            Gap("judge_failure", f"L is {c.FAILED_REVIEW_L}, as after a failed review, and has no critique")
        )
    if is_unevaluated(recorded):
        failures.append(Gap("judge_failure", "the evaluation failed; R, A and T are stand-ins"))
    return failures


def is_unevaluated(recorded: Recorded) -> bool:
    """Whether R, A and T are the zeros of a second judge call that failed."""
    zero = recorded.R == recorded.A == recorded.T == 0
    return zero and (recorded.breakdown is None or recorded.breakdown.startswith(c.EVALUATION_FAILED))


def _weighted(components: Mapping[str, float], weights: Weights) -> float:
    shares: dict[str, float] = weights.model_dump()
    return sum(share * components[name] for name, share in shares.items())


def _clamp(value: float) -> float:
    return max(0.0, min(1.0, value))
