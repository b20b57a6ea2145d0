"""From one stored battle to its evidence: parse the reply, run the parts in the sandbox, record."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cis_study.provenance import canonical_json, sha256_text
from cis_study.sandbox.oracle import SandboxFailure, answer_cases
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits
from cis_study.scoring.claims import contradictions
from cis_study.scoring.comparison import CaseOutcome, judge
from cis_study.scoring.constraints import check_constraints
from cis_study.scoring.evidence import (
    ConstraintCheck,
    Evidence,
    HiddenCase,
    Measure,
    Observation,
    RequirementCoverage,
    ResourceClass,
    Suite,
)
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.scoring.observing import observe, violations
from cis_study.scoring.python_text import defined_names, parse
from cis_study.scoring.rationale import cover, own_sentences
from cis_study.scoring.structure import structure
from cis_study.scoring.submission import Submission, parse_reply
from cis_study.tasks.hidden import HiddenSide


def submission_of(battle: dict[str, Any], hidden: HiddenSide) -> Submission:
    """The submission that a battle's reply holds."""
    content = (battle["reply"] or {}).get("content") or ""
    return parse_reply(content, hidden.task.exports)


def content_hash(submission: Submission, battle: dict[str, Any], hidden: HiddenSide) -> str:
    """Hash of all that evidence is of: of one version, equal hashes mean equal evidence."""
    return sha256_text(canonical_json({"submission": asdict(submission), "battle": battle, "hidden": hidden.digest}))


def collect_evidence(battle: dict[str, Any], hidden: HiddenSide) -> Evidence:
    """Evidence of one battle. A sandbox that breaks is recorded, never scored."""
    return evidence_of(submission_of(battle, hidden), battle, hidden)


def evidence_of(submission: Submission, battle: dict[str, Any], hidden: HiddenSide) -> Evidence:
    """Evidence of a submission, however its parts were found; `battle` holds everything but the text of the reply."""
    reply = battle["reply"] or {}
    source = submission.source
    tree = parse(source) if source is not None else None
    failure: str | None = None
    cases: list[HiddenCase] = []
    seen: Observation | None = None
    suite: Suite | None = None
    try:
        if source and tree:
            cases = answers_of(source, hidden)
            seen = _observation(source, cases, hidden)
        if submission.tests is not None:
            suite = face_mutants(submission.tests, hidden)
    except SandboxFailure as broken:
        failure = str(broken) or "no message"
    checks = _checks(tree, seen, hidden) if tree else []
    prompt = "\n".join(str(message["content"]) for message in battle["request"]["messages"])
    coverage, copied = cover(submission.rationale or "", prompt, hidden.topics)
    usage = reply.get("usage") or {}
    return Evidence(
        of=content_hash(submission, battle, hidden),
        model=battle["model"],
        task=battle["task"],
        replicate=battle["replicate"],
        variant=battle["variant"],
        seed=battle["seed"],
        spec=battle["spec"],
        battle_status=battle["status"],
        finish_reason=reply.get("finish_reason"),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        sandbox_failure=failure,
        has_solution=source is not None,
        has_tests=submission.tests is not None,
        has_rationale=submission.rationale is not None,
        solution_parses=tree is not None,
        defines_exports=tree is not None and bool(defined_names(tree) & set(hidden.task.exports)),
        notes=list(submission.notes),
        hidden=cases,
        hidden_total=len(hidden.cases),
        resources=_resources(cases),
        constraints=checks,
        constraints_total=len(hidden.constraints),
        observation=seen,
        structure=_structure(source, hidden.reference) if source and tree else None,
        suite=suite,
        mutants_total=len(hidden.mutants),
        rationale=[
            RequirementCoverage(
                requirement=found.requirement,
                similarity=found.similarity,
                holds_terms=found.holds_terms,
                sentences=list(found.sentences) if found.sentences is not None else None,
            )
            for found in coverage
        ],
        copied_sentences=copied,
        contradicted=contradictions(own_sentences(submission.rationale or "", prompt), tree, checks) if tree else [],
        requirements_total=len(hidden.task.requirements),
    )


def answers_of(source: str, hidden: HiddenSide, limits: Limits | None = None) -> list[HiddenCase]:
    """Outcome of every hidden case for a source; `limits` as of `answer_cases`.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    answers = answer_cases(source, [[step.inputs() for step in case.steps] for case in hidden.cases], limits)
    judged = [(case, *judge(case, answer)) for case, answer in zip(hidden.cases, answers, strict=True)]
    return [
        HiddenCase(id=case.id, requirement=case.requirement, outcome=outcome, detail=detail)
        for case, outcome, detail in judged
    ]


def _observation(source: str, cases: Sequence[HiddenCase], hidden: HiddenSide) -> Observation:
    """Cases that ran out of time are left out: they would again, and slower."""
    quick = {case.id for case in cases if case.outcome is not CaseOutcome.TIMEOUT}
    steps = [[step.inputs() for step in case.steps] for case in hidden.cases if case.id in quick]
    return observe(source, steps, hidden.constraints)


def _checks(tree: ast.Module, seen: Observation | None, hidden: HiddenSide) -> list[ConstraintCheck]:
    found = []
    read = check_constraints(tree, hidden.task.exports, hidden.constraints)
    for constraint, verdict in zip(hidden.constraints, read, strict=True):
        observed = violations(constraint, seen) if seen is not None else []
        found.append(
            ConstraintCheck(
                rule=verdict.rule,
                kept=verdict.kept and not observed,
                findings=[tuple(finding) for finding in verdict.findings],
                observed=observed,
            )
        )
    return found


def _structure(source: str, reference: str) -> list[Measure] | None:
    found, wanted = structure(source), structure(reference)
    if found is None or wanted is None:
        return None
    return [Measure(name=name, value=value, reference=wanted[name]) for name, value in found.items()]


def _resources(cases: Sequence[HiddenCase]) -> ResourceClass | None:
    if any(case.outcome is CaseOutcome.TIMEOUT for case in cases):
        return "time"
    ends = {case.detail for case in cases if case.outcome is CaseOutcome.ERROR} & set(Outcome)
    if Outcome.MEMORY in ends:
        return "memory"
    return ("ended early" if ends else "within limits") if cases else None
