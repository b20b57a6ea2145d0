"""Evidence: everything a score needs about one battle, as data, with no judgement about its worth."""

from __future__ import annotations

from typing import Literal

from cis_study.scoring.comparison import CaseOutcome
from cis_study.yamlfile import Strict

ResourceClass = Literal["within limits", "time", "memory", "ended early"]


class HiddenCase(Strict):
    """One hidden case."""

    id: str
    requirement: str
    outcome: CaseOutcome
    detail: str


class ConstraintCheck(Strict):
    """One architectural constraint, kept where neither reading the code nor running it shows a violation."""

    rule: str
    kept: bool
    findings: list[tuple[int, str]]
    """Line and description of violations on the syntax tree."""
    observed: list[str]
    """Violations seen while the code ran; empty too for a rule that nothing observes."""


class Operations(Strict):
    """Work of one method: the median number of bytecodes and key comparisons of a call, by entries held."""

    method: str
    few: int
    many: int


class Observation(Strict):
    """What the solution did while it ran under observation, on the inputs of the hidden cases."""

    ended: str
    """How the process ended; "ok" where everything was observed."""
    imports: list[str]
    deeds: list[str]
    """Audit events of the interpreter that its code caused, such as `socket.connect`."""
    changed: list[str]
    """Module and class attributes and default arguments that calls left changed."""
    depth: int | None
    """Calls of one function open at once; null where the task does not ask or the call failed."""
    operations: list[Operations]


class Measure(Strict):
    """A structure measure of the solution and of the reference, the worst function of each."""

    name: str
    value: int
    reference: int


class MutantRun(Strict):
    """The suite against one mutant. `ended` is how the process ended where no test failed first."""

    id: str
    breaks: str
    """Requirement that the mutant violates."""
    killed: bool
    ended: str


class Coverage(Strict):
    """Lines and branches of the reference, and how many of them the suite goes through."""

    lines: int
    lines_covered: int
    branches: int
    branches_covered: int


class Suite(Strict):
    """The model's own tests. Counts are of the first run on the reference; null when no report came back."""

    dialect: str | None
    """Form of the reference on which the suite was sound; null when on none."""
    passed: int | None
    failed: int | None
    ended: str
    planted: list[bool]
    """Whether the suite passed on each reference hidden among the mutants, in the order it met them."""
    sound: bool
    mutants: list[MutantRun]
    """Empty when the suite is unsound: its failures would mean nothing."""
    coverage: Coverage | None
    """Of the form of the reference on which the suite is sound; null when on none, or where measuring failed."""

    @property
    def testable(self) -> list[str]:
        """Requirements that some mutant it met violates."""
        return sorted({run.breaks for run in self.mutants})

    @property
    def tested(self) -> list[str]:
        """Requirements of which it kills at least one mutant; its share of `testable` is edge-case coverage."""
        return sorted({run.breaks for run in self.mutants if run.killed})


class RequirementCoverage(Strict):
    """Whether the rationale addresses a requirement, and in which sentences."""

    requirement: str
    similarity: float | None
    """Of the sentences that come nearest to being enough; null where the rationale has none of its own."""
    holds_terms: bool
    """Whether these sentences hold its terms: they may be less near then."""
    sentences: list[int] | None


class ContradictedClaim(Strict):
    """Something the rationale says about the code that is not so."""

    claim: str
    sentence: str
    against: str


class Evidence(Strict):
    """One battle's evidence, a line of `results/{study}/evidence/{model}/{block}.jsonl`."""

    version: Literal[4] = 4
    """Raised when the meaning of a field changes; evidence of another version is collected again."""
    of: str
    """SHA-256 of the submission, the rest of the battle and the hidden side."""
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
    resources: ResourceClass | None
    """The worst that a hidden case ran into; null where none was run."""
    constraints: list[ConstraintCheck]
    constraints_total: int
    observation: Observation | None
    """Null where there is no program to run."""
    structure: list[Measure] | None
    """Null where there is no program, or one the linter cannot read."""
    suite: Suite | None
    mutants_total: int
    rationale: list[RequirementCoverage]
    copied_sentences: int
    contradicted: list[ContradictedClaim]
    requirements_total: int
