"""What an arm is asked, and of which engine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from cis_study.config import Study, resolve_study
from cis_study.determinism.arms import Fighter, arm_concurrency, arm_engine, check_of, fighters, plan_arm, slots
from cis_study.errors import StudyError
from cis_study.plan import plan_block
from cis_study.tasks.task import Task


def study_of(root: Path, name: str, **changes: Any) -> Study:
    return resolve_study({**yaml.safe_load((root / f"config/{name}.yaml").read_text()), **changes})


def test_an_arm_asks_what_the_study_asks(checked: Study, tasks: dict[str, Task], reply_format: str) -> None:
    of_study = plan_block(checked, tasks, reply_format, "1-2")
    planned = plan_arm(checked, tasks, reply_format)
    assert [battle for battle in planned if battle["replicate"] <= 2] == sorted(
        of_study, key=lambda battle: (battle["replicate"], checked.tasks.index(battle["task"]))
    )
    # The study has two replicates, the check asks for more: the third has seeds of its own.
    (extra,) = (battle for battle in planned if battle["replicate"] == 3)
    assert extra["seed"] not in {battle["seed"] for battle in of_study}


def test_battles_spread_over_the_tasks(root: Path) -> None:
    cpu = study_of(root, "cpu")
    per_task = Counter(task for task, _ in slots(cpu))
    assert (sum(per_task.values()), set(per_task), max(per_task.values()) - min(per_task.values())) == (
        40,
        set(cpu.tasks),
        1,
    )


def test_the_strict_engine_of_a_cpu_computes_in_32_bits_without_a_prefix_cache(root: Path) -> None:
    cpu = study_of(root, "laptop-vllm")
    assert arm_engine(cpu, "throughput") == cpu.engine
    strict = arm_engine(cpu, "strict")
    assert strict.flags == {**cpu.engine.flags, "dtype": "float32", "enable-prefix-caching": False}
    assert not strict.batch_invariant
    assert fighters(cpu) == [Fighter("throughput", "smollm2-135m"), Fighter("strict", "smollm2-135m")]


def test_the_strict_engine_of_a_gpu_is_batch_invariant(root: Path) -> None:
    h100 = study_of(root, "h100")
    strict = arm_engine(h100, "strict")
    assert (strict.batch_invariant, strict.flags["enable-prefix-caching"]) == (True, False)
    assert not arm_engine(h100, "throughput").batch_invariant
    assert [model for profile, model in fighters(h100) if profile == "throughput"] == h100.contestants


def test_one_arm_alone_has_another_concurrency(checked: Study) -> None:
    assert [arm_concurrency(checked, arm) for arm in ("base", "again", "other")] == [4, 4, 2]


def test_a_study_without_a_check_says_so(study: Study) -> None:
    assert fighters(study) == []
    with pytest.raises(StudyError, match="study ci: determinism: missing"):
        check_of(study)


@pytest.mark.parametrize(
    ("name", "check", "message"),
    [
        ("ci", {"other_concurrency": 4, "profiles": {"a": {}}}, "4 is that of the study"),
        ("ci", {"other_concurrency": 2, "profiles": {"a": {"contestants": ["gpt-9"]}}}, "not in the study.*gpt-9"),
        ("ci", {"other_concurrency": 2, "profiles": {"a": {"flags": {"dtype": "float32"}}}}, "takes no flags of vLLM"),
        ("ci", {"other_concurrency": 2, "profiles": {"a": {"batch_invariant": True}}}, "takes no flags of vLLM"),
        ("ci", {"other_concurrency": 2, "profiles": {}}, "profiles"),
        ("ci", {"other_concurrency": 2, "profiles": {"../x": {}}}, r"\.\./x"),
        ("ci-vllm", {"other_concurrency": 2, "profiles": {"a": {"flags": {"port": 1}}}}, "the launcher"),
        ("endpoint", {"other_concurrency": 2, "profiles": {"a": {}}}, "cannot be started again"),
    ],
)
def test_a_check_that_cannot_be_made_is_refused(root: Path, name: str, check: dict[str, Any], message: str) -> None:
    with pytest.raises(StudyError, match=message):
        study_of(root, name, determinism=check)
