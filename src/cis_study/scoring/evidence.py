"""Evidence: everything a score needs about one battle, as data, with no judgement about its worth."""

from __future__ import annotations

from typing import Literal

from cis_study.scoring.comparison import CaseOutcome
from cis_study.yamlfile import Strict


class HiddenCase(Strict):
    """One hidden case."""

    id: str
    requirement: str
    outcome: CaseOutcome
    detail: str


class ConstraintCheck(Strict):
    """One architectural constraint; `findings` are (line, what) of its violations."""

    rule: str
    kept: bool
    findings: list[tuple[int, str]]


class MutantRun(Strict):
    """The suite against one mutant. `ended` is how the process ended where no test failed first."""

    id: str
    killed: bool
    ended: str


class Suite(Strict):
    """The model's own tests. Counts are of the run on the reference; null when no report came back."""

    dialect: str | None
    """Form of the reference on which the suite was sound; null when on none."""
    passed: int | None
    failed: int | None
    ended: str
    sound: bool
    mutants: list[MutantRun]
    """Empty when the suite is unsound: its failures would mean nothing."""


class RequirementCoverage(Strict):
    """Whether the rationale addresses a requirement, and in which sentences."""

    requirement: str
    sentences: list[int] | None


class Evidence(Strict):
    """One battle's evidence, a line of `results/{study}/evidence/{model}/{block}.jsonl`."""

    version: Literal[1] = 1
    """Raised when the meaning of a field changes."""
    model: str
    task: str
    replicate: int
    variant: int
    seed: int
    spec: str
    battle_status: Literal["answered", "budget_exhausted", "infra_failure"]
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    sandbox_failure: str | None
    """What broke in the sandbox; the fields below say nothing then."""
    has_solution: bool
    has_tests: bool
    has_rationale: bool
    solution_parses: bool
    defines_exports: bool
    """At least one of the names the solution must define is defined."""
    notes: list[str]
    hidden: list[HiddenCase]
    hidden_total: int
    constraints: list[ConstraintCheck]
    constraints_total: int
    suite: Suite | None
    mutants_total: int
    rationale: list[RequirementCoverage]
    copied_sentences: int
    requirements_total: int
