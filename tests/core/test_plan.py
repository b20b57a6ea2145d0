"""The plan is the experiment: identical for every model, stable when it grows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cis_study.battles.coverage import require_coverage
from cis_study.battles.record import identify
from cis_study.config import Budget, Study, load_contestants, load_tasks, resolve_study
from cis_study.plan import LOOP_CRITERION, blocks, build_request, plan_block, slot, spec_hash
from cis_study.tasks.task import Task

FIRST_SPEC = "eb40b9dec1967d2e8eee3bcd37afe06014b412fe2e731ac88928f1097be95cf4"
"""Of the first battle of the laptop study and weights of zeros, as it was before studies could have caps."""


@given(st.lists(st.integers(1, 60), min_size=1, max_size=5), st.integers(1, 60))
def test_appending_a_block_leaves_earlier_blocks_alone(sizes: list[int], added: int) -> None:
    few = ["fibonacci"]
    before, after = blocks(_study(sizes)), blocks(_study([*sizes, added, {"replicates": 2, "tasks": few}]))
    assert list(after.items())[: len(before)] == list(before.items())
    assert [r for part in after.values() for r in part.replicates] == list(range(1, sum(sizes) + added + 3))
    assert [part.tasks for part in after.values()] == [("lru_cache", "fibonacci")] * (len(sizes) + 1) + [("fibonacci",)]


def test_a_block_of_some_tasks_adds_battles_of_those_alone(tasks: dict[str, Task], reply_format: str) -> None:
    study = _study([2, {"replicates": 3, "tasks": ["fibonacci"]}])
    assert (study.replicates("fibonacci"), study.replicates("lru_cache"), study.battles_per_model) == (5, 2, 7)
    planned = [
        (b["task"], b["replicate"]) for name in blocks(study) for b in plan_block(study, tasks, reply_format, name)
    ]
    assert planned == [("lru_cache", 1), ("lru_cache", 2), *(("fibonacci", number) for number in range(1, 6))]


@given(st.integers(0, 2**40), st.integers(1, 10_000))
def test_slots_depend_on_seed_task_and_replicate_alone(seed: int, replicate: int) -> None:
    task = _task("one")
    assert slot(seed, task, replicate) == slot(seed, task, replicate)
    assert slot(seed, task, replicate).seed != slot(seed, _task("two"), replicate).seed
    assert 0 <= slot(seed, task, replicate).seed < 2**31


def test_wordings_are_used_equally_often() -> None:
    task = _task("one")
    counts = Counter(slot(7, task, replicate).variant for replicate in range(1, 51))
    assert set(counts.values()) == {10}
    assert len(counts) == len(task.wordings)


def test_seeds_do_not_repeat_in_a_study() -> None:
    seeds = [slot(7, _task(name), r).seed for name in ("a", "b", "c", "d") for r in range(1, 501)]
    assert len(set(seeds)) == len(seeds)


def test_a_request_states_every_requirement_once_and_no_open_field(
    study: Study, tasks: dict[str, Task], reply_format: str
) -> None:
    for task in tasks.values():
        for replicate in range(1, 6):
            request = build_request(task, slot(study.seed, task, replicate), reply_format, study.sampling, None)
            user = request["messages"][1]["content"]
            assert all(user.count(requirement.text) == 1 for requirement in task.requirements)
            assert "{requirements}" not in user
            assert "{exports}" not in user
            assert f"from solution import {', '.join(task.exports)}" in user


@pytest.mark.parametrize("change", ["engine", "weights", "seed", "temperature", "prompt", "effort", "budget"])
def test_the_spec_changes_with_whatever_changes_the_replies(
    study: Study, tasks: dict[str, Task], reply_format: str, change: str
) -> None:
    request = plan_block(study, tasks, reply_format, "1-2")[0]["request"]
    before = spec_hash(request, "llama_cpp", "a" * 64)
    changed: dict[str, tuple[Any, ...]] = {
        "engine": (request, "vllm", "a" * 64),
        "weights": (request, "llama_cpp", "b" * 64),
        "seed": ({**request, "seed": 1}, "llama_cpp", "a" * 64),
        "temperature": ({**request, "temperature": 0.1}, "llama_cpp", "a" * 64),
        "prompt": ({**request, "messages": request["messages"][:1]}, "llama_cpp", "a" * 64),
        "effort": (plan_block(study, tasks, reply_format, "1-2", "low")[0]["request"], "llama_cpp", "a" * 64),
        "budget": (request, "llama_cpp", "a" * 64, {"repetition": 1, "wall_s": None}),
    }[change]
    assert spec_hash(*changed) != before


def test_a_study_without_caps_asks_the_battles_it_always_asked(root: Path) -> None:
    content = yaml.safe_load((root / "config/laptop.yaml").read_text())
    study = resolve_study({key: value for key, value in content.items() if key != "budget"})
    tasks = load_tasks(study, root / "config")
    battle = plan_block(study, tasks, (root / "config/tasks/reply_format.txt").read_text(), "1-3")[0]
    assert sorted(battle) == ["replicate", "request", "seed", "task", "variant"]
    weights = "0" * 64
    assert identify(battle, "m", "llama_cpp", weights)["spec"] == FIRST_SPEC


def test_the_cache_holds_the_battles_of_the_configured_study(root: Path) -> None:
    study = resolve_study(yaml.safe_load((root / "config/cpu.yaml").read_text()))
    tasks = load_tasks(study, root / "config")
    reply_format = (root / "config/tasks/reply_format.txt").read_text()
    require_coverage(study, load_contestants(study, root / "config"), tasks, reply_format, root / "results/cached/cpu")


def test_caps_and_effort_are_part_of_the_plan_and_of_the_spec(
    study: Study, tasks: dict[str, Task], reply_format: str
) -> None:
    specs = []
    for budget in (None, Budget(repetition=True), Budget(wall_s=60), Budget(repetition=True, wall_s=60)):
        capped = study.model_copy(update={"budget": budget})
        for effort in (None, "low", "high"):
            battle = plan_block(capped, tasks, reply_format, "1-2", effort)[0]
            assert battle.get("budget") == (
                budget and {"repetition": LOOP_CRITERION if budget.repetition else None, "wall_s": budget.wall_s}
            )
            assert battle["request"].get("reasoning_effort") == effort
            specs.append(identify(battle, "m", "vllm", "a" * 64)["spec"])
    assert len(set(specs)) == len(specs)


def _study(replicate_blocks: list[Any]) -> Study:
    content = yaml.safe_load((Path(__file__).parents[2] / "config/ci.yaml").read_text())
    return resolve_study({**content, "replicate_blocks": replicate_blocks})


def _task(name: str) -> Task:
    wordings = [f"wording {i}: {{requirements}}" for i in range(5)]
    return Task(id=name, title=name, exports=["f"], requirements=[{"id": "r", "text": "t"}], wordings=wordings)  # type: ignore[list-item]
