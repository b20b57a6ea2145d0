"""From an episode to its outcome: the workspace as it was handed in, graded by hidden cases, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cis_study.agents.episode import GRADED
from cis_study.agents.workspace import SOLUTION
from cis_study.sandbox.oracle import SandboxFailure
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.python_text import parse
from cis_study.tasks.hidden import HiddenSide
from cis_study.tasks.repairs import Repairs
from cis_study.yamlfile import Strict


class EpisodeOutcome(Strict):
    """One episode as a row. Null is missing: a lost episode has no outcome, and one that never ran its tests no run."""

    model: str
    kind: str
    tool_protocol: str
    task: str
    replicate: int
    mutant: str | None
    status: str
    stopped_by: str | None
    error: str | None
    solved: bool | None
    """All hidden cases passed that the contestant had not seen."""
    hidden_passed: int | None
    hidden_total: int
    regressions: int | None
    """Of a repair: unseen cases that the mutant passed and the hand-in fails."""
    steps: int
    unread_calls: int
    """Turns in which no call could be read."""
    invalid_calls: int
    """Calls that were read and could not be carried out."""
    test_runs: int
    recovered: bool | None
    """A run of the tests was all green after one that was not; null where none failed."""
    prompt_tokens: int | None
    completion_tokens: int | None


def grade(episode: Mapping[str, Any], side: HiddenSide, repairs: Repairs) -> EpisodeOutcome:
    """The outcome of one episode. Where the sandbox breaks, it is missing."""
    unseen = [case.id for case in side.cases if case.id not in episode["shown"]]
    status, passed = episode["status"], None
    if status in GRADED:
        try:
            passed = _passed(episode["files"].get(SOLUTION, ""), side) & set(unseen)
        except SandboxFailure:
            status = "sandbox_failure"
    turns = episode["transcript"]
    runs = [_green(turn["result"]["tests"]) for turn in turns if (turn["result"] or {}).get("tests") is not None]
    usage = episode["usage"] or {}
    return EpisodeOutcome(
        model=episode["model"],
        kind=episode["kind"],
        tool_protocol=episode["tool_protocol"],
        task=episode["task"],
        replicate=episode["replicate"],
        mutant=episode["mutant"],
        status=status,
        stopped_by=episode["stopped_by"],
        error=episode["error"] and episode["error"]["type"],
        solved=None if passed is None else len(passed) == len(unseen),
        hidden_passed=None if passed is None else len(passed),
        hidden_total=len(unseen),
        regressions=None if passed is None else _regressions(episode["mutant"], unseen, passed, repairs),
        steps=len(turns),
        unread_calls=sum(turn["call"] is None and turn["fault"] is not None for turn in turns),
        invalid_calls=sum(turn["call"] is not None and _refused(turn) for turn in turns),
        test_runs=len(runs),
        recovered=any(runs[runs.index(False) :]) if False in runs else None,
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
    )


def grade_all(
    episodes: list[dict[str, Any]], sides: Mapping[str, HiddenSide], repairs: Mapping[str, Repairs], workers: int
) -> list[EpisodeOutcome]:
    """Outcomes in the order of the episodes, whatever the number of workers."""
    with ThreadPoolExecutor(max(1, workers)) as pool:
        return list(pool.map(lambda e: grade(e, sides[e["task"]], repairs[e["task"]]), episodes))


def _passed(source: str, side: HiddenSide) -> set[str]:
    if not source.strip() or parse(source) is None:
        return set()
    return {case.id for case in answers_of(source, side) if case.outcome is CaseOutcome.PASSED}


def _regressions(mutant: str | None, unseen: list[str], passed: set[str], repairs: Repairs) -> int | None:
    if mutant is None:
        return None
    return len(set(unseen) - set(repairs.fails[mutant]) - passed)


def _green(tests: Mapping[str, str]) -> bool:
    return bool(tests) and set(tests.values()) <= {"passed", "skipped"}


def _refused(turn: Mapping[str, Any]) -> bool:
    return turn["fault"] is not None or (turn["result"] is not None and not turn["result"]["ok"])
