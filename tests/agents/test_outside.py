"""Somebody else's agent as a contestant, over HTTP: its card, its battles, its episodes, in both versions of A2A."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from a2a.helpers import get_data_parts, new_data_part, new_text_part
from a2a.server.agent_execution import RequestContext
from a2a.server.tasks import TaskUpdater
from scripted_agents import ScriptedAgent, complete, fail, served

from cis_study.agents.outside import ask_agent, claimed_agent
from cis_study.agents.plan import identify_episode, plan_episodes
from cis_study.battles.record import identify, is_episode, record_key
from cis_study.battles.tally import Tally
from cis_study.config import OutsideAgent, Study, load_contestants, resolve_study
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.plan import plan_block
from cis_study.statistics.design import design_parameters, study_design
from cis_study.tasks.hidden import load_hidden_side
from cis_study.tasks.repairs import load_repairs
from cis_study.tasks.task import load_task

TASKS = Path(__file__).parents[2] / "config/tasks"


@pytest.fixture(scope="module")
def one_task() -> Study:
    content = yaml.safe_load((TASKS.parent / "ci.yaml").read_text())
    episodes = {"replicates": 1, "max_tokens": 300, "max_steps": 4}
    return resolve_study({**content, "tasks": ["lru_cache"], "episodes": episodes, "judges": None})


@pytest.fixture
def records(one_task: Study, reply_format: str) -> list[dict[str, Any]]:
    side, repairs = load_hidden_side(TASKS / "lru_cache"), load_repairs(TASKS / "lru_cache")
    battles = plan_block(one_task, {"lru_cache": side.task}, reply_format, "1-2")
    episodes = plan_episodes(
        one_task, {"lru_cache": side}, {"lru_cache": repairs}, "1-2", OutsideAgent(name="theirs", a2a="http://x")
    )
    return [
        *(identify(battle, "theirs", "a2a", "claimed") for battle in battles),
        *(identify_episode(episode, "theirs", "a2a", "claimed") for episode in episodes),
    ]


def ask(agent: OutsideAgent, records: list[dict[str, Any]], folder: Path) -> tuple[list[dict[str, Any]], Tally]:
    with Journal(folder / "journal") as journal:
        ask_agent(agent, records, 8, journal, tally := Tally())
        assert set(journal.entries) == {record_key(record) for record in records}
        return [journal.entries[record_key(record)] for record in records], tally


async def works(context: RequestContext, updater: TaskUpdater) -> None:
    """Answers a battle at once; in an episode it looks at the files first."""
    assert context.message is not None
    data = get_data_parts(context.message.parts)
    if data and "tools" in data[0]:
        parts = [new_text_part("I look."), new_data_part({"tool": "list_files", "arguments": {}})]
        await updater.requires_input(updater.new_agent_message(parts))
    else:
        await complete(context, updater)


@pytest.mark.parametrize("protocol", ["1.0", "0.3.0"])
def test_battles_and_episodes_with_an_agent_over_http(
    records: list[dict[str, Any]], tmp_path: Path, protocol: str
) -> None:
    with served(ScriptedAgent(works), protocol) as agent:
        claim = claimed_agent(agent)
        fought, tally = ask(agent, records, tmp_path)
    assert (claim["claimed"], claim["weights_sha256"]) == ("a2a:theirs@3.1", None)
    battles = [record for record in fought if not is_episode(record)]
    episodes = [record for record in fought if is_episode(record)]
    assert [(b["status"], b["reply"]["content"], b["reply"]["usage"]) for b in battles] == [
        ("answered", "Done.", None)
    ] * 2
    assert {e["status"] for e in episodes} == {"finished"}
    assert {e["transcript"][0]["call"]["tool"] for e in episodes} == {"list_files"}
    assert "test_visible.py" in episodes[0]["transcript"][0]["result"]["text"]
    job = tally.job("theirs", "1-2", 8)
    assert job is not None
    assert (job.engine, job.battles, job.episodes, job.completion_tokens) == ("a2a", 2, 2, None)


def test_an_agent_that_fails_has_answered_and_one_that_is_gone_has_not(
    records: list[dict[str, Any]], tmp_path: Path
) -> None:
    with served(ScriptedAgent(fail)) as agent:
        fought, _ = ask(agent, records, tmp_path)
    assert {record["status"] for record in fought} == {"answered", "agent_failure"}
    assert {record["reply"]["content"] for record in fought if not is_episode(record)} == {""}
    with pytest.raises(StudyError, match="no agent card can be read there"):
        claimed_agent(agent)


def test_an_agent_stands_beside_models_and_in_no_order(one_task: Study) -> None:
    content = one_task.model_dump(mode="json")
    mixed = resolve_study({**content, "contestants": ["smollm2-135m", {"name": "mine", "a2a": "http://127.0.0.1:1"}]})
    assert mixed.names == ["smollm2-135m", "mine"]
    contestants = load_contestants(mixed, TASKS.parent)
    tasks = [load_task(TASKS / "lru_cache")]
    design = study_design(design_parameters(mixed, contestants.values(), tasks))
    assert design.models == ["smollm2-135m", "mine"]
    assert design.tiers == [design.contestants[0].tier]
    assert not design.is_expected("mine", "smollm2-135m")
    assert design.contestant("mine").parameters is None


@pytest.mark.parametrize("url", ["ftp://x", "http://name:key@host", "http://host?key=1", "host:1"])
def test_an_address_holds_no_secret(url: str) -> None:
    with pytest.raises(ValueError, match="a2a"):
        OutsideAgent(name="a", a2a=url)
