"""Grading of episodes: by unseen cases alone, whatever the contestant says; lost episodes have no outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cis_study.scoring.episodes import EpisodeOutcome, grade, grade_all
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side
from cis_study.tasks.repairs import Repairs, load_repairs

FOLDER = Path(__file__).parents[2] / "config/tasks/lru_cache"
SHOWN = ["store_and_read", "miss_on_empty", "evict_oldest"]


@pytest.fixture(scope="module")
def side() -> HiddenSide:
    return load_hidden_side(FOLDER)


@pytest.fixture(scope="module")
def repairs() -> Repairs:
    return load_repairs(FOLDER)


def turn(call: str | None = "list_files", fault: str | None = None, **result: Any) -> dict[str, Any]:
    told = {"text": "", "ok": True, "tests": None, **result} if call and not fault else None
    return {"said": {"text": "x"}, "call": call and {"tool": call, "arguments": {}}, "fault": fault, "result": told}


def episode(solution: str, **changes: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "kind": "implement",
        "tool_protocol": "fenced",
        "task": "lru_cache",
        "replicate": 1,
        "mutant": None,
        "shown": SHOWN,
        "files": {"solution.py": solution},
        "status": "finished",
        "stopped_by": None,
        "error": None,
        "transcript": [turn(), turn("finish")],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        **changes,
    }


def test_the_reference_solves_it_and_only_unseen_cases_count(side: HiddenSide, repairs: Repairs) -> None:
    found = grade(episode(side.reference), side, repairs)
    assert (found.solved, found.hidden_passed, found.hidden_total) == (True, len(side.cases) - 3, len(side.cases) - 3)
    assert (found.steps, found.completion_tokens, found.regressions) == (2, 3, None)


@pytest.mark.parametrize("solution", ["", "   ", "def f(:", "print('all tests pass')"])
def test_what_is_no_solution_passes_nothing(side: HiddenSide, repairs: Repairs, solution: str) -> None:
    found = grade(episode(solution), side, repairs)
    assert (found.solved, found.hidden_passed) == (False, 0)


def test_a_mutant_left_alone_is_not_solved_and_one_made_worse_has_regressions(
    side: HiddenSide, repairs: Repairs
) -> None:
    mutant = next(m for m in side.mutants if m.id == "never_evicts")
    left = grade(episode(apply(mutant, side.reference), kind="repair", mutant=mutant.id), side, repairs)
    unseen = {case.id for case in side.cases} - set(SHOWN)
    assert (left.solved, left.regressions) == (False, 0)
    assert left.hidden_passed == len(unseen - set(repairs.fails[mutant.id]))
    worse = grade(episode("", kind="repair", mutant=mutant.id), side, repairs)
    assert worse.regressions == left.hidden_passed


def test_a_lost_episode_has_no_outcome_and_a_failed_agent_has_one(side: HiddenSide, repairs: Repairs) -> None:
    error = {"type": "disconnected", "message": ""}
    lost = grade(episode(side.reference, status="infra_failure", error=error), side, repairs)
    assert (lost.solved, lost.hidden_passed, lost.error) == (None, None, "disconnected")
    failed = grade(episode(side.reference, status="agent_failure", error=error), side, repairs)
    assert failed.solved is True


@pytest.mark.parametrize(
    ("runs", "recovered"), [([], None), ([True], None), ([False], False), ([False, True], True), ([True, False], False)]
)
def test_recovery_needs_a_green_run_after_a_red_one(
    side: HiddenSide, repairs: Repairs, runs: list[bool], recovered: bool | None
) -> None:
    tests = [{"a": "passed", "b": "passed" if green else "failed"} for green in runs]
    found = grade(episode("", transcript=[turn("run_tests", tests=each) for each in tests]), side, repairs)
    assert (found.test_runs, found.recovered) == (len(runs), recovered)


def test_unread_and_refused_calls_are_told_apart(side: HiddenSide, repairs: Repairs) -> None:
    transcript = [
        turn(None, "no fenced JSON block"),
        turn("shell", "there is no tool"),
        turn("read_file", ok=False),
        turn(),
    ]
    found = grade(episode("", transcript=transcript), side, repairs)
    assert (found.steps, found.unread_calls, found.invalid_calls) == (4, 1, 2)


def test_the_order_is_that_of_the_episodes(side: HiddenSide, repairs: Repairs) -> None:
    episodes = [episode("", replicate=number) for number in (3, 1, 2)]
    graded: list[EpisodeOutcome] = grade_all(episodes, {"lru_cache": side}, {"lru_cache": repairs}, workers=3)
    assert [outcome.replicate for outcome in graded] == [3, 1, 2]
