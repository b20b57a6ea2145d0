"""Episodes of a served model, all the way: fake engine over HTTP, A2A in this process, real sandbox."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from fake_openai import Wire, fake_server

from cis_study.agents.plan import identify_episode, plan_episodes
from cis_study.agents.playing import stage
from cis_study.battles.client import fight
from cis_study.battles.record import arm, record_key, record_path, usage_of
from cis_study.battles.tally import Tally
from cis_study.config import Engine, Study, resolve_study
from cis_study.errors import StudyError
from cis_study.models.registry import load_model
from cis_study.provenance import canonical_json
from cis_study.published.cache import spec_of
from cis_study.serving.endpoint import Endpoint
from cis_study.tasks.hidden import HiddenSide, load_hidden_side
from cis_study.tasks.repairs import Repairs, load_repairs

TASKS = Path(__file__).parents[2] / "config/tasks"
CONTESTANT = load_model(TASKS.parent / "models/smollm2-135m.yaml")
NATIVE = CONTESTANT.model_copy(update={"vllm_flags": {"tool-call-parser": "hermes"}})
ENGINE = Engine(kind="endpoint", max_model_len_tokens=4096, concurrency=8, request_timeout_s=30, stall_timeout_s=30)


@pytest.fixture(scope="module")
def study() -> Study:
    content = yaml.safe_load((TASKS.parent / "ci.yaml").read_text())
    episodes = {"replicates": 2, "max_tokens": 300, "max_steps": 4, "tasks": ["lru_cache"]}
    return resolve_study({**content, "tasks": ["lru_cache", "fibonacci"], "episodes": episodes})


@pytest.fixture(scope="module")
def material() -> tuple[dict[str, HiddenSide], dict[str, Repairs]]:
    return {"lru_cache": load_hidden_side(TASKS / "lru_cache")}, {"lru_cache": load_repairs(TASKS / "lru_cache")}


@pytest.fixture
def episodes(study: Study, material: Any) -> list[dict[str, Any]]:
    return [identify_episode(e, "m", "endpoint", "a" * 64) for e in plan_episodes(study, *material, "1-2", CONTESTANT)]


def play(respond: Any, episodes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Finished episodes in the order of the plan, and the requests."""

    async def collect(url: str) -> list[dict[str, Any]]:
        endpoint = Endpoint(url, "m", "fake", "0", None)
        return [one.battle async for together in fight(endpoint, episodes, ENGINE, stage) for one in together]

    with fake_server(respond) as server:
        played = {record_key(episode): episode for episode in asyncio.run(collect(server.url))}
    return [played[record_key(episode)] for episode in episodes], server.seen


def say(tool: str, **arguments: str) -> str:
    return f"Now {tool}.\n```json\n{json.dumps({'tool': tool, 'arguments': arguments})}\n```"


def scripted(*script: str) -> Any:
    """A model that says the script, turn by turn, whatever it hears."""

    def respond(wire: Wire) -> None:
        turn = sum(message["role"] == "assistant" for message in wire.body["messages"])
        wire.reply(script[turn])

    return respond


def test_turns_count_as_requests_in_flight(episodes: list[dict[str, Any]]) -> None:
    turns_s = 0.05

    def respond(wire: Wire) -> None:
        time.sleep(turns_s)
        wire.reply()

    async def collect(url: str) -> Tally:
        tally, started = Tally(), time.monotonic()
        async for together in fight(Endpoint(url, "m", "fake", "0", None), episodes, ENGINE, stage):
            for one in together:
                tally.add(one.battle, one.timing)
        tally.wall_s = time.monotonic() - started
        return tally

    with fake_server(respond) as server:
        tally = asyncio.run(collect(server.url))
        asked = len(server.seen)
    spent_s = sum(timing.turns_s for timing in tally.timings)
    assert asked > len(episodes)
    assert asked * turns_s <= spent_s <= ENGINE.concurrency * tally.wall_s
    job = tally.job("m", "1-2", ENGINE.concurrency)
    assert job is not None
    assert job.in_flight_mean == round(spent_s / tally.wall_s, 1)


def test_a_solution_is_written_tested_and_handed_in(episodes: list[dict[str, Any]], material: Any) -> None:
    reference = material[0]["lru_cache"].reference
    script = (
        say("run_tests"),
        say("write_file", path="solution.py", content=reference),
        say("run_tests"),
        say("finish", summary="fixed"),
    )
    played, seen = play(scripted(*script), episodes)
    assert [(e["kind"], e["replicate"]) for e in played] == [
        ("implement", 1),
        ("implement", 2),
        ("repair", 1),
        ("repair", 2),
    ]
    for episode in played:
        assert (episode["status"], episode["error"]) == ("finished", None)
        assert episode["files"]["solution.py"] == reference
        first, _, second, _ = (turn["result"] for turn in [*episode["transcript"][:3], {"result": None}])
        assert first["ok"] == (episode["kind"] == "repair")
        assert set(second["tests"].values()) == {"passed"}
        assert usage_of(episode) == {"prompt_tokens": 12, "completion_tokens": 20}
        assert spec_of(episode) == episode["spec"] != spec_of({**episode, "opening": "other words"})
        assert [turn["said"]["text"] for turn in episode["transcript"]] == list(script)
    repair = [episode["transcript"][0]["result"]["tests"] for episode in played[2:]]
    assert all("failed" in tests.values() or "error" in tests.values() for tests in repair)
    seeds = {body["seed"] for body in seen}
    assert seeds == {seed for episode in episodes for seed in episode["seeds"]}


def test_the_same_replies_give_the_same_bytes(episodes: list[dict[str, Any]]) -> None:
    script = ("nothing to call", say("list_files"), say("read_file", path="solution.py"), say("run_tests"))
    first, second = (play(scripted(*script), episodes)[0] for _ in range(2))
    assert [canonical_json(episode) for episode in first] == [canonical_json(episode) for episode in second]
    assert {(e["status"], e["stopped_by"]) for e in first} == {("budget_exhausted", "steps")}
    assert {e["transcript"][0]["fault"] for e in first} == {"there is no fenced JSON block"}


def test_what_the_engine_refuses_is_told_apart(episodes: list[dict[str, Any]]) -> None:
    def respond(wire: Wire) -> None:
        repair = "Repair" in wire.body["messages"][1]["content"]
        said = "the prompt exceeds the maximum context length" if repair else "bad request"
        wire.answer(400, {"error": {"message": said}})

    played, _ = play(respond, episodes)
    assert [(e["status"], e["stopped_by"]) for e in played] == [("infra_failure", None)] * 2 + [
        ("budget_exhausted", "context")
    ] * 2


def test_another_model_behind_the_port_ends_everything(episodes: list[dict[str, Any]]) -> None:
    with pytest.raises(StudyError, match="another model answered"):
        play(lambda wire: wire.chunk(model="another", content="hi"), episodes)


def test_native_calls_travel_as_such(study: Study, material: Any) -> None:
    assert study.episodes is not None
    vllm = study.model_copy(update={"episodes": study.episodes.model_copy(update={"protocols": ["native"]})})
    episodes = [identify_episode(e, "m", "vllm", "a" * 64) for e in plan_episodes(vllm, *material, "1-2", NATIVE)][:1]

    def respond(wire: Wire) -> None:
        done = any(message["role"] == "tool" for message in wire.body["messages"])
        name, arguments = ("finish", "{}") if done else ("read_file", '{"path": "solution.py"}')
        wire.chunk(role="assistant", content="")
        call = {"index": 0, "id": "c1", "type": "function", "function": {"name": name, "arguments": ""}}
        wire.chunk(tool_calls=[call])
        for piece in (arguments[:3], arguments[3:]):
            wire.chunk(tool_calls=[{"index": 0, "function": {"arguments": piece}}])
        wire.chunk(finish_reason="tool_calls")
        wire.done()
        wire.close()

    (episode,), seen = play(respond, episodes)
    assert [turn["fault"] for turn in episode["transcript"]] == [None, None], episode["transcript"]
    assert [turn["call"]["tool"] for turn in episode["transcript"]] == ["read_file", "finish"]
    assert episode["status"] == "finished"
    assert [tool["function"]["name"] for tool in seen[0]["tools"]][-1] == "finish"
    assert [message["role"] for message in seen[1]["messages"]] == ["system", "user", "assistant", "tool"]
    assert record_path(Path("s"), episode) == Path("s/episodes/m/implement-native/lru_cache/1.json")
    assert arm("implement", "fenced") == "implement"


def test_many_episodes_at_once_leave_nothing_behind(study: Study, material: Any) -> None:
    assert study.episodes is not None
    many = study.model_copy(
        update={
            "replicate_blocks": [study.replicate_blocks[0].model_copy(update={"replicates": 60})],
            "episodes": study.episodes.model_copy(update={"replicates": 60}),
        }
    )
    episodes = [
        identify_episode(e, "m", "endpoint", "a" * 64) for e in plan_episodes(many, *material, "1-60", CONTESTANT)
    ]
    process = psutil.Process()
    play(scripted(say("finish")), episodes[:2])
    before = (set(threading.enumerate()), len(process.open_files()), len(process.net_connections()))
    files, children = set(Path.cwd().iterdir()), set(process.children())
    played, _ = play(scripted(say("list_files"), "hm", say("finish")), episodes)
    assert {episode["status"] for episode in played} == {"finished"}
    assert len(played) == 120
    gc.collect()
    assert (len(process.open_files()), len(process.net_connections())) <= before[1:]
    assert set(Path.cwd().iterdir()) == files
    assert not [child for child in {*process.children()} - children if "sandbox" not in " ".join(child.cmdline())]
