"""The whole workflow with a scripted agent as the contestant: every branch of the loop, down to the report."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from a2a.helpers import get_message_text, new_text_part
from a2a.server.agent_execution import RequestContext
from a2a.server.tasks import TaskUpdater
from workflow_runs import Run, write_study

sys.path.insert(0, str(Path(__file__).parents[1] / "agents"))
from scripted_agents import ScriptedAgent, call, complete, fail, served

pytestmark = pytest.mark.workflow
STEPS = 5


class Script:
    """Solves what it is asked to implement after some stumbling, repairs half, and gives up on Fibonacci numbers."""

    def __init__(self, tasks: Path) -> None:
        self._reference = (tasks / "lru_cache/reference.py").read_text()
        self._turns: Counter[str] = Counter()
        self._openings: dict[str, str] = {}

    async def __call__(self, context: RequestContext, updater: TaskUpdater) -> None:
        assert context.message is not None
        assert context.task_id is not None
        opening = self._openings.setdefault(context.task_id, get_message_text(context.message))
        self._turns[context.task_id] += 1
        turn = self._turns[context.task_id]
        if "tool calls" not in opening:
            answer = f"## Solution\n```python\n{self._reference}\n```\n"
            await updater.complete(updater.new_agent_message([new_text_part(answer)]))
        elif "Fibonacci" in opening:
            await fail(context, updater)
        elif opening.startswith("Implement"):
            await self._implement(turn, context, updater)
        else:
            write = call("write_file", path="solution.py", content=self._reference)
            await [call("run_tests"), write, call("run_tests")][min(turn, 3) - 1](context, updater)

    async def _implement(self, turn: int, context: RequestContext, updater: TaskUpdater) -> None:
        write = call("write_file", path="solution.py", content=self._reference)
        if turn == 1:
            await updater.requires_input(updater.new_agent_message([new_text_part("Let me think.")]))
        else:
            await [call("shell"), write, call("run_tests"), complete][turn - 2](context, updater)


def test_an_agent_goes_through_the_whole_study(snakemake: Run, clone: Path, root: Path) -> None:
    (clone / ".venvs").symlink_to(root / ".venvs")
    with served(ScriptedAgent(Script(clone / "config/tasks"))) as agent:
        episodes = {"replicates": 2, "max_tokens": 100, "max_steps": STEPS}
        contestants = [{"name": "scripted", "a2a": agent.a2a, "turn_timeout_s": 20}]
        engine = {"kind": "endpoint", "max_model_len_tokens": 999, "concurrency": 4, "threads": 1}
        changes = {"contestants": contestants, "engine": engine, "episodes": episodes, "judges": None}
        study = write_study(clone, "ci", study="changed", **changes)
        run = snakemake("--configfile", study, timeout_s=900)
        assert run.returncode == 0, run.stdout + run.stderr
    found = [json.loads(path.read_bytes()) for path in sorted((clone / "results/changed/episodes").rglob("*.json"))]
    told = {(e["kind"], e["task"], e["status"], e["stopped_by"], len(e["transcript"])) for e in found}
    assert len(found) == 8
    assert told == {
        ("implement", "lru_cache", "finished", None, 5),
        ("repair", "lru_cache", "budget_exhausted", "steps", STEPS),
        ("implement", "fibonacci", "agent_failure", None, 0),
        ("repair", "fibonacci", "agent_failure", None, 0),
    }
    outcomes = pd.read_csv(clone / "results/changed/outcomes/scripted.csv").set_index(["kind", "task"]).sort_index()
    cache = outcomes.loc[[("implement", "lru_cache"), ("repair", "lru_cache")]]
    assert cache["solved"].all()
    assert (cache["regressions"].dropna() == 0).all()
    assert not outcomes.loc[[("implement", "fibonacci"), ("repair", "fibonacci")], "solved"].any()
    stumbled = outcomes.loc[("implement", "lru_cache"), ["unread_calls", "invalid_calls"]]
    assert stumbled.to_numpy().tolist() == [[1, 1], [1, 1]]
    assert outcomes.loc[("repair", "lru_cache"), "recovered"].all()
    table = pd.read_csv(clone / "results/changed/statistics/episodes.csv").set_index("kind")
    assert table["solved"].to_dict() == {"implement": 0.5, "repair": 0.5}
    report = (clone / "results/changed/report.html").read_text()
    assert report.count('<details class="transcript">') == 2
    assert "Let me think." in report
    assert (clone / "results/changed/paper.pdf").read_bytes().startswith(b"%PDF")
    again = snakemake("--configfile", study)
    assert "Nothing to be done" in again.stdout + again.stderr
    summary = snakemake("--report", "summary.html", "--configfile", study)
    assert summary.returncode == 0, summary.stdout + summary.stderr
    told = " ".join((clone / "summary.html").read_text().replace("\\n", " ").split())
    made = [*(clone / "results/changed/figures").glob("*.svg"), *(clone / "results/changed/tables").glob("*.csv")]
    assert len(made) > 15
    # The page is JSON within HTML: other letters than those of ASCII are escaped.
    starts = {path.stem: ascii(path.with_suffix(".txt").read_text()[:30])[1:-1] for path in made}
    assert [name for name, start in starts.items() if start not in told] == []


def test_an_agent_that_is_not_there_is_named(snakemake: Run) -> None:
    run = snakemake("battles", "--configfile", "config/agent.yaml")
    assert run.returncode != 0
    assert "contestant mine: a2a: http://127.0.0.1:9999: no agent card can be read there" in run.stdout + run.stderr
