"""What an episode costs beside model and sandbox: a scripted model that answers at once, tools that run no code.

The alternative, in the same rounds: the same loop with the contestant called as a function, without A2A. Run with
`make bench-episodes`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import psutil
from a2a.types import ListTasksRequest
from measuring import machine, medians, print_table, verdict, write_results

from cis_study.agents.card import agent_card
from cis_study.agents.conversation import Conversation
from cis_study.agents.episode import Turn, play
from cis_study.agents.examiner import A2AContestant
from cis_study.agents.local import in_process
from cis_study.agents.model_agent import ModelAgent
from cis_study.agents.workspace import Workspace
from cis_study.sandbox.suite import SuiteRun

STEPS = 8
WANTED_STEP_MS = 5.0
WANTED_ROUND_TRIP_MS = 10.0
SETTINGS: Mapping[str, Any] = {"protocol": "fenced", "sampling": {"max_tokens": 512}, "budget": None, "seed": 1}
PLANNED = {"opening": "Implement it. " * 100, "limits": {"steps": STEPS}}
CARD = agent_card("m", "http://contestant.invalid/", "1")
FILES = {"solution.py": "x = 1\n" * 40, "test_visible.py": "def test():\n    pass\n"}


def say(tool: str, **arguments: str) -> str:
    return f"I call {tool}.\n```json\n{json.dumps({'tool': tool, 'arguments': arguments})}\n```"


SCRIPT = [
    say("list_files"),
    say("read_file", path="solution.py"),
    say("write_file", path="solution.py", content="x = 2\n" * 40),
    say("read_file", path="test_visible.py"),
    "Let me think.",
    say("write_file", path="solution.py", content="x = 3\n" * 40),
    say("list_files"),
    say("finish", summary="done"),
]


async def scripted_model(battle: dict[str, Any]) -> dict[str, Any]:
    """Says the script, turn by turn."""
    turn = sum(message["role"] == "assistant" for message in battle["request"]["messages"])
    usage = {"prompt_tokens": 300, "completion_tokens": 60}
    reply = {"content": SCRIPT[turn], "reasoning": None, "finish_reason": "stop", "usage": usage, "stopped_by": None}
    return {"reply": reply, "status": "answered", "error": None}


class Called:
    """The same contestant without A2A."""

    def __init__(self) -> None:
        self._chat = Conversation(SETTINGS["protocol"], SETTINGS["sampling"])

    async def open(self, opening: str) -> Turn:
        return await self._turn(opening)

    async def hear(self, result: str, ok: bool) -> Turn:  # noqa: ARG002
        return await self._turn(result)

    async def _turn(self, heard: str) -> Turn:
        record = await scripted_model({"request": self._chat.request(heard, 1)})
        reading = self._chat.take(record["reply"])
        return Turn({"text": record["reply"]["content"], "usage": record["reply"]["usage"]}, *reading)


def workspace() -> Workspace:
    def no_sandbox(*_: str) -> SuiteRun:
        raise AssertionError("the script runs no tests")

    return Workspace(FILES, no_sandbox)


async def over_a2a(episodes: int, in_flight: int) -> tuple[float, int]:
    """Seconds for all episodes, and tasks that are left in the agent's memory."""
    slots = asyncio.Semaphore(in_flight)
    async with in_process(ModelAgent(scripted_model, SETTINGS), CARD) as agent:

        async def one() -> None:
            async with slots:
                contestant = A2AContestant(agent.client, 60, lambda _: SETTINGS)
                done = await play(PLANNED, contestant, workspace())
                assert (done["status"], len(done["transcript"])) == ("finished", STEPS), done["error"]
                assert contestant.task_id is not None
                await agent.forget(contestant.task_id)

        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(episodes)))
        took = time.perf_counter() - started
        return took, (await agent.client.list_tasks(ListTasksRequest())).total_size


async def called(episodes: int) -> float:
    """Seconds for all episodes without A2A."""
    started = time.perf_counter()
    for _ in range(episodes):
        done = await play(PLANNED, Called(), workspace())
        assert (done["status"], len(done["transcript"])) == ("finished", STEPS)
    return time.perf_counter() - started


async def round_trip(turns: int) -> float:
    """Milliseconds of one turn over A2A, one at a time, without the loop around it."""
    async with in_process(ModelAgent(first_line, SETTINGS), CARD) as agent:
        contestant = A2AContestant(agent.client, 60, lambda _: SETTINGS)
        await contestant.open("Go.")
        started = time.perf_counter()
        for _ in range(turns):
            await contestant.hear("x = 1", ok=True)
        took = time.perf_counter() - started
        await contestant.close()
    return 1000 * took / turns


async def first_line(_: dict[str, Any]) -> dict[str, Any]:
    return await scripted_model({"request": {"messages": []}})


def left_over() -> dict[str, int]:
    """What this process holds now."""
    gc.collect()
    process = psutil.Process()
    return {
        "processes": len(process.children(recursive=True)),
        "ports": len([one for one in process.net_connections() if one.status == psutil.CONN_LISTEN]),
        "files": len(process.open_files()),
        "threads": threading.active_count(),
    }


def one_round(episodes: int, in_flight: int) -> dict[str, float]:
    before = left_over()
    took, tasks = asyncio.run(over_a2a(episodes, in_flight))
    behind = {name: count - before[name] for name, count in left_over().items()}
    steps = episodes * STEPS
    direct_ms = 1000 * asyncio.run(called(episodes)) / steps
    return {
        "step_ms": 1000 * took / steps,
        "called_step_ms": direct_ms,
        "ratio": 1000 * took / steps / direct_ms,
        "round_trip_ms": asyncio.run(round_trip(100)),
        "tasks_left": float(tasks),
        **{f"{name}_left": float(count) for name, count in behind.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    place = machine()
    rounds = [one_round(options.episodes, options.in_flight) for _ in range(options.rounds)]
    median = medians(rounds)
    print_table(
        ("quantity", "median", "wanted"),
        [
            ("loop and A2A, ms a step", f"{median['step_ms']:.2f}", verdict(median["step_ms"], WANTED_STEP_MS, False)),
            ("without A2A, ms a step", f"{median['called_step_ms']:.2f}", ""),
            ("A2A against none", f"{median['ratio']:.1f}", ""),
            (
                "round trip of a turn, ms",
                f"{median['round_trip_ms']:.2f}",
                verdict(median["round_trip_ms"], WANTED_ROUND_TRIP_MS, False),
            ),
            *(
                (f"{name} left behind", f"{max(run[f'{name}_left'] for run in rounds):.0f}", "0")
                for name in ("tasks", "processes", "ports", "files", "threads")
            ),
        ],
    )
    result = {"benchmark": "episodes", "machine": place, **vars(options), "rounds_measured": rounds, "median": median}
    print(f"written to {write_results('episodes', result)}")


if __name__ == "__main__":
    main()
