"""Bad configuration ends in one message that names file, key, value and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cis_study.config import load_contestants, load_tasks, resolve_study
from cis_study.errors import StudyError
from cis_study.invocation import choose_mode, study_file
from cis_study.tasks.task import load_task

STUDIES = sorted(p.stem for p in (Path(__file__).parents[2] / "config").glob("*.yaml") if p.stem != "analysis")


def read(root: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((root / f"config/{name}.yaml").read_text())
    return content


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_of_the_repository_is_valid(root: Path, name: str) -> None:
    study = resolve_study(read(root, name))
    assert study.study == name
    assert set(load_tasks(study, root / "config")) == set(study.tasks)
    assert set(load_contestants(study, root / "config")) == set(study.names)


def test_laptop_and_cached_study_ask_the_same_models(root: Path) -> None:
    laptop, cpu = read(root, "laptop"), read(root, "cpu")
    assert (laptop["seed"], laptop["contestants"]) == (cpu["seed"], cpu["contestants"])
    assert set(laptop["tasks"]) < set(cpu["tasks"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"replicats": [3]}, "replicats"),
        ({"seed": "soon"}, "seed"),
        ({"engine": {"kind": "vllm", "max_model_len_tokens": 9, "concurrency": 1}}, "`environment` is missing: vllm"),
        (
            {"engine": {"kind": "endpoint", "environment": "e", "max_model_len_tokens": 9, "concurrency": 1}},
            "takes neither `environment` nor `flags`",
        ),
        ({"study": "selection"}, "results/selection/ belongs to no study"),
        ({"study": "tasks"}, "results/tasks/ belongs to no study"),
        ({"weights": {"R": 0.5}}, "add up to 1.25"),
        ({"tasks": ["fibonacci", "fibonacci"]}, "stands twice"),
        ({"replicate_blocks": [0]}, "replicate_blocks"),
        ({"replicate_blocks": [{"replicates": 1, "tasks": ["fibonacci"]}]}, "first block"),
        ({"replicate_blocks": [1, {"replicates": 1, "tasks": ["fibonaci"]}]}, "block 2.*fibonaci"),
        ({"sampling": {"temperature": 3}}, "temperature"),
        ({"budget": {"repetition": False}}, "nothing is capped"),
        ({"budget": {"wall_s": 0}}, "budget.wall_s"),
    ],
)
def test_a_wrong_key_is_named(root: Path, change: dict[str, Any], named: str) -> None:
    with pytest.raises(StudyError, match=named):
        resolve_study({**read(root, "ci"), **change})


def test_an_unknown_model_or_task_lists_the_known_ones(root: Path) -> None:
    unknown_model = resolve_study({**read(root, "ci"), "contestants": ["gpt-9"]})
    with pytest.raises(StudyError, match=r"gpt-9.yaml.*smollm2-135m"):
        load_contestants(unknown_model, root / "config")
    with pytest.raises(StudyError, match="sudoku"):
        load_task(root / "config/tasks/sudoku")


def test_a_context_beyond_the_model_is_refused(root: Path) -> None:
    content = read(root, "ci")
    content["engine"]["max_model_len_tokens"] = 100_000
    with pytest.raises(StudyError, match="trained for 8192"):
        load_contestants(resolve_study(content), root / "config")


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text("title: [\n")
    with pytest.raises(StudyError, match="line 2"):
        load_task(tmp_path)


@pytest.mark.parametrize(
    ("config", "gpu", "targets", "cached", "expected"),
    [
        ({}, True, [], False, "h100"),
        ({}, False, [], False, "cpu"),
        ({}, False, [], True, "h100"),
        ({"study": "laptop"}, False, [], True, "laptop"),
        ({}, False, ["results/laptop/battles/m/t/1.json"], True, "laptop"),
        ({}, False, ["all"], False, "cpu"),
        ({}, False, ["results/selection/report.html"], False, "cpu"),
    ],
)
def test_the_command_line_selects_the_study(
    tmp_path: Path, config: dict[str, str], gpu: bool, targets: list[str], cached: bool, expected: str
) -> None:
    (tmp_path / "config").mkdir()
    for name in ("h100", "cpu", "laptop"):
        (tmp_path / f"config/{name}.yaml").touch()
    if cached:
        (tmp_path / "results/cached/h100").mkdir(parents=True)
    assert study_file(config, gpu, targets, tmp_path) == f"config/{expected}.yaml"
    (tmp_path / f"config/{expected}.yaml").unlink()
    assert study_file({"study": expected}, gpu, [], tmp_path) is None


def test_targets_of_two_studies_are_refused(root: Path) -> None:
    with pytest.raises(StudyError, match="several studies"):
        study_file({}, False, ["results/cpu/paper.pdf", "results/laptop/paper.pdf"], root)


def test_mode_follows_the_gpu_and_a_gpu_study_never_runs_without_one(root: Path) -> None:
    h100, cpu, laptop = (resolve_study(read(root, name)) for name in ("h100", "cpu", "laptop"))
    assert [choose_mode(h100, True), choose_mode(h100, False)] == ["run", "replay"]
    assert [choose_mode(cpu, False), choose_mode(laptop, False)] == ["replay", "run"]
    with pytest.raises(StudyError, match="--resources gpu=1"):
        choose_mode(resolve_study({**read(root, "h100"), "mode": "run"}), False)
