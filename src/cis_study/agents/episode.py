"""The loop of an episode: what the contestant says, the tool it calls, what the tool found, until it hands in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from cis_study.agents.tools import FINISH, ToolCall
from cis_study.agents.workspace import Workspace
from cis_study.sandbox.oracle import SandboxFailure

Status = Literal["finished", "budget_exhausted", "agent_failure", "infra_failure", "sandbox_failure"]
GRADED: frozenset[str] = frozenset({"finished", "budget_exhausted", "agent_failure"})
"""States that are kept for good: the workspace as it is then is what the contestant achieved."""

StoppedBy = Literal["steps", "context", "wall_time"]


class Turn(NamedTuple):
    """What the contestant answered."""

    said: Mapping[str, Any]
    """For the transcript: at least `text`; of a model also `reasoning`, `finish_reason`, `usage`, `stopped_by`."""
    call: ToolCall | None
    fault: str | None
    """Why no call could be read; None where there is one, or where the contestant says that it is done."""
    done: bool = False
    """It ended the task itself, without calling `finish`."""


class TurnFailed(Exception):
    """No turn came; the episode ends.

    Args:
        status: what that makes of the episode.
        kind: type of the failure.
    """

    def __init__(self, status: Status, kind: str, message: str, stopped_by: StoppedBy | None = None) -> None:
        super().__init__(message)
        self.status, self.kind, self.stopped_by = status, kind, stopped_by


class Contestant(Protocol):
    """One side of one episode."""

    async def open(self, opening: str) -> Turn:
        """Answer the opening message. Raises TurnFailed."""
        ...

    async def hear(self, result: str, ok: bool) -> Turn:
        """Answer the result of the last call, or the complaint that there was none. Raises TurnFailed."""
        ...


@dataclass
class _Course:
    """What has happened so far."""

    transcript: list[dict[str, Any]] = field(default_factory=list)
    status: Status = "budget_exhausted"
    stopped_by: StoppedBy | None = "steps"
    error: dict[str, str] | None = None


async def play(planned: Mapping[str, Any], contestant: Contestant, workspace: Workspace) -> dict[str, Any]:
    """The finished episode: `planned` with `transcript`, `files`, `status`, `stopped_by`, `error` and `usage`.

    Args:
        planned: holds `opening` and `limits.steps`, the number of turns.
    """
    course = _Course()
    try:
        await _take_turns(planned, contestant, workspace, course)
    except TurnFailed as failure:
        course.status, course.stopped_by = failure.status, failure.stopped_by
        course.error = {"type": failure.kind, "message": str(failure)}
    except SandboxFailure as failure:
        course.status, course.stopped_by = "sandbox_failure", None
        course.error = {"type": "SandboxFailure", "message": str(failure) or "no message"}
    return {
        **planned,
        "transcript": course.transcript,
        "files": dict(sorted(workspace.files.items())),
        "status": course.status,
        "stopped_by": course.stopped_by,
        "error": course.error,
        "usage": _usage(course.transcript),
    }


async def _take_turns(
    planned: Mapping[str, Any], contestant: Contestant, workspace: Workspace, course: _Course
) -> None:
    turn = await contestant.open(planned["opening"])
    for left in reversed(range(planned["limits"]["steps"])):
        entry: dict[str, Any] = {"said": dict(turn.said), "call": None, "fault": turn.fault, "result": None}
        course.transcript.append(entry)
        if turn.call is not None:
            entry["call"] = {"tool": turn.call.tool, "arguments": dict(turn.call.arguments)}
            entry["fault"] = turn.call.fault()
        if turn.done or (turn.call is not None and turn.call.tool == FINISH and entry["fault"] is None):
            course.status, course.stopped_by = "finished", None
            return
        if turn.call is None:
            result, ok = f"Error: no tool was called: {turn.fault}.", False
        else:
            # In a thread: tests run for a while, and other episodes go on.
            done = await asyncio.to_thread(workspace.carry_out, turn.call)
            result, ok = done.text, done.ok
            entry["result"] = {"text": done.text, "ok": done.ok, "tests": done.tests}
        if left:
            turn = await contestant.hear(f"{result}\n\n{_remaining(left)}", ok)


def _remaining(left: int) -> str:
    return "This is your last call." if left == 1 else f"{left} calls are left."


def _usage(transcript: list[dict[str, Any]]) -> dict[str, int] | None:
    """Tokens of all turns; None where no turn told any."""
    told = [usage for entry in transcript if (usage := entry["said"].get("usage"))]
    if not told:
        return None
    return {kind: sum(usage.get(kind, 0) for usage in told) for kind in ("prompt_tokens", "completion_tokens")}
