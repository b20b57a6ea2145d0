"""The loop, with scripted contestants that take every branch of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from cis_study.agents.episode import Status, Turn, TurnFailed, play
from cis_study.agents.tools import ToolCall
from cis_study.agents.workspace import Workspace
from cis_study.sandbox.oracle import SandboxFailure
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import ReportedTest, SuiteRun

PLANNED: dict[str, Any] = {"kind": "implement", "opening": "Go.", "limits": {"steps": 5}}
USAGE = {"prompt_tokens": 10, "completion_tokens": 3}


class ScriptedContestant:
    """Says what the script says, turn by turn; an exception in it is raised."""

    def __init__(self, script: Sequence[Turn | TurnFailed]) -> None:
        self._script = iter(script)
        self.heard: list[str] = []

    async def open(self, opening: str) -> Turn:
        return self._next(opening)

    async def hear(self, result: str, ok: bool) -> Turn:
        return self._next(f"{ok} {result}")

    def _next(self, heard: str) -> Turn:
        self.heard.append(heard)
        turn = next(self._script)
        if isinstance(turn, TurnFailed):
            raise turn
        return turn


def calls(tool: str, **arguments: Any) -> Turn:
    return Turn({"text": tool, "usage": USAGE}, ToolCall(tool, arguments), None)


NO_CALL = Turn({"text": "hm"}, None, "there is no fenced JSON block")


def fake_run(_: str, program: str) -> SuiteRun:
    passed = int("right" in program)
    return SuiteRun(Outcome.OK, passed, 1 - passed, None, (ReportedTest("t", "passed" if passed else "failed", "no"),))


def run(script: Sequence[Turn | TurnFailed], run_suite: Any = fake_run) -> tuple[dict[str, Any], list[str]]:
    contestant = ScriptedContestant(script)
    workspace = Workspace({"solution.py": "wrong", "test_visible.py": "tests"}, run_suite)
    return asyncio.run(play(PLANNED, contestant, workspace)), contestant.heard


def test_an_episode_from_opening_to_hand_in() -> None:
    episode, heard = run(
        [
            calls("run_tests"),
            calls("write_file", path="solution.py", content="right"),
            calls("run_tests"),
            calls("finish", summary="done"),
        ]
    )
    assert (episode["status"], episode["stopped_by"], episode["error"]) == ("finished", None, None)
    assert episode["files"] == {"solution.py": "right", "test_visible.py": "tests"}
    assert [turn["call"]["tool"] for turn in episode["transcript"]] == [
        "run_tests",
        "write_file",
        "run_tests",
        "finish",
    ]
    tests = [turn["result"]["tests"] for turn in episode["transcript"][::2]]
    assert tests == [{"test_visible.py::t": "failed"}, {"test_visible.py::t": "passed"}]
    assert episode["usage"] == {"prompt_tokens": 40, "completion_tokens": 12}
    assert heard[0] == "Go."
    assert heard[1].startswith("True 0 passed, 1 not.")
    assert heard[1].endswith("4 calls are left.")


def test_turns_run_out_and_the_last_one_is_announced() -> None:
    episode, heard = run([calls("list_files")] * 9)
    assert (episode["status"], episode["stopped_by"]) == ("budget_exhausted", "steps")
    assert len(episode["transcript"]) == len(heard) == 5
    assert heard[-1].endswith("This is your last call.")


def test_what_cannot_be_read_or_done_costs_a_turn_and_is_told() -> None:
    script = [NO_CALL, calls("shell"), calls("read_file", path="x"), calls("write_file", path="x"), NO_CALL]
    episode, heard = run(script)
    assert [bool(turn["fault"]) for turn in episode["transcript"]] == [True, True, False, True, True]
    assert [turn["call"] is None for turn in episode["transcript"]] == [True, False, False, False, True]
    assert all(said.startswith("False Error: ") for said in heard[1:])
    assert "no fenced JSON block" in heard[1]
    assert episode["status"] == "budget_exhausted"
    assert episode["usage"] == {"prompt_tokens": 30, "completion_tokens": 9}


def test_a_task_that_the_agent_ends_itself_is_handed_in() -> None:
    episode, _ = run([Turn({"text": "I am done"}, None, None, done=True)])
    assert (episode["status"], len(episode["transcript"])) == ("finished", 1)


@pytest.mark.parametrize("status", ["infra_failure", "agent_failure", "budget_exhausted"])
def test_a_turn_that_fails_ends_it_with_its_type_and_keeps_what_was_done(status: Status) -> None:
    written = calls("write_file", path="solution.py", content="right")
    episode, _ = run([written, TurnFailed(status, "kind", "why", "wall_time")])
    assert (episode["status"], episode["stopped_by"]) == (status, "wall_time")
    assert episode["error"] == {"type": "kind", "message": "why"}
    assert episode["files"]["solution.py"] == "right"
    assert len(episode["transcript"]) == 1


def test_a_broken_sandbox_is_no_failure_of_the_contestant() -> None:
    def broken(*_: str) -> SuiteRun:
        raise SandboxFailure("no namespaces")

    episode, _ = run([calls("run_tests")], broken)
    assert (episode["status"], episode["error"]) == (
        "sandbox_failure",
        {"type": "SandboxFailure", "message": "no namespaces"},
    )


def test_the_plan_stands_unchanged_in_the_episode() -> None:
    episode, _ = run([calls("finish")])
    assert {key: episode[key] for key in PLANNED} == PLANNED
