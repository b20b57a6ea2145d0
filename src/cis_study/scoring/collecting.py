"""From one stored battle to its evidence: parse the reply, run the parts in the sandbox, record."""

from __future__ import annotations

from typing import Any

from cis_study.sandbox.oracle import SandboxFailure, answer_cases
from cis_study.sandbox.profile import Limits
from cis_study.sandbox.suite import run_suite
from cis_study.scoring.comparison import judge
from cis_study.scoring.constraints import check_constraints
from cis_study.scoring.evidence import ConstraintCheck, Evidence, HiddenCase, MutantRun, RequirementCoverage, Suite
from cis_study.scoring.python_text import defined_names, parse
from cis_study.scoring.rationale import cover
from cis_study.scoring.submission import Submission, parse_reply
from cis_study.tasks.hidden import HiddenSide, Variant, apply

_PRELUDE = "import pytest\nfrom solution import *\n"
"""Put before every suite: a forgotten import is not a fault of the tests."""


def collect_evidence(battle: dict[str, Any], hidden: HiddenSide) -> Evidence:
    """Evidence of one battle. A sandbox that breaks is recorded, never scored."""
    content = (battle["reply"] or {}).get("content") or ""
    return evidence_of(parse_reply(content, hidden.task.exports), battle, hidden)


def evidence_of(submission: Submission, battle: dict[str, Any], hidden: HiddenSide) -> Evidence:
    """Evidence of a submission, however its parts were found; `battle` holds everything but the text of the reply."""
    reply = battle["reply"] or {}
    tree = parse(submission.source) if submission.source is not None else None
    failure: str | None = None
    cases: list[HiddenCase] = []
    suite: Suite | None = None
    try:
        if submission.source is not None and tree is not None:
            cases = answers_of(submission.source, hidden)
        if submission.tests is not None:
            suite = face_mutants(submission.tests, hidden)
    except SandboxFailure as broken:
        failure = str(broken) or "no message"
    prompt = "\n".join(str(message["content"]) for message in battle["request"]["messages"])
    coverage, copied = cover(submission.rationale or "", prompt, hidden.rationale_terms)
    usage = reply.get("usage") or {}
    return Evidence(
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
        has_solution=submission.source is not None,
        has_tests=submission.tests is not None,
        has_rationale=submission.rationale is not None,
        solution_parses=tree is not None,
        defines_exports=tree is not None and bool(defined_names(tree) & set(hidden.task.exports)),
        notes=list(submission.notes),
        hidden=cases,
        hidden_total=len(hidden.cases),
        constraints=[
            ConstraintCheck(rule=v.rule, kept=v.kept, findings=[tuple(finding) for finding in v.findings])
            for v in (check_constraints(tree, hidden.task.exports, hidden.constraints) if tree is not None else [])
        ],
        constraints_total=len(hidden.constraints),
        suite=suite,
        mutants_total=len(hidden.mutants),
        rationale=[
            RequirementCoverage(
                requirement=found.requirement,
                sentences=list(found.sentences) if found.sentences is not None else None,
            )
            for found in coverage
        ],
        copied_sentences=copied,
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


def face_mutants(tests: str, hidden: HiddenSide) -> Suite:
    """Soundness first: only a suite that passes on the reference, and again after its kills, faces the mutants.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    program = _with_prelude(tests)
    forms: list[tuple[str, Variant | None]] = [("reference", None), *((d.id, d) for d in hidden.dialects)]
    first = None
    for name, dialect in forms:
        reference = apply(dialect, hidden.reference) if dialect is not None else hidden.reference
        seen = run_suite(program, reference)
        first = first or seen
        if not seen.green:
            continue
        mutants = []
        for mutant in hidden.mutants:
            faced = run_suite(program, apply(mutant, reference))
            ended = "reported" if faced.complete else faced.ended.value
            mutants.append(MutantRun(id=mutant.id, killed=faced.red, ended=ended))
        # A suite without kills earns nothing, so only kills need the second run.
        sound = not any(run.killed for run in mutants) or run_suite(program, reference).green
        return Suite(
            dialect=name if sound else None,
            passed=seen.passed,
            failed=seen.failed,
            ended="reported" if sound else "not repeatable",
            sound=sound,
            mutants=mutants if sound else [],
        )
    assert first is not None
    return Suite(
        dialect=None,
        passed=first.passed,
        failed=first.failed,
        ended="reported" if first.complete else first.ended.value,
        sound=False,
        mutants=[],
    )


def _with_prelude(tests: str) -> str:
    """The prelude goes after `from __future__` imports, which must come first."""
    lines = tests.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith("from __future__")), default=-1)
    return "\n".join([*lines[: last + 1], _PRELUDE + "\n".join(lines[last + 1 :])])
