"""Arms in the cache: the replay states them, a changed reply changes them, a changed experiment refuses them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from workflow_runs import Run, write_study

from cis_study.battles.archive import archive_path, pack, unpack
from cis_study.battles.freezing import freeze_battles
from cis_study.config import Study
from cis_study.determinism.arms import ARMS, arm_dir
from cis_study.tasks.task import Task
from cis_study.yamlfile import read_yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "determinism"))
from arms_on_disk import write_arms

pytestmark = pytest.mark.workflow
MODEL = "smollm2-135m"
TARGET = "results/changed/determinism.csv"


@pytest.fixture
def config(
    clone: Path, root: Path, tasks: dict[str, Task], reply_format: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A study in replay whose cache holds FAKE arms."""
    check = {"battles": 5, "other_concurrency": 2, "profiles": {"throughput": {}}}
    config = write_study(clone, "ci", study="changed", mode="replay", determinism=check)
    cache = clone / "results/cached/changed"
    kept = root / f"results/cached/cpu/models/{MODEL}.json"
    (cache / "models").mkdir(parents=True)
    shutil.copyfile(kept, cache / f"models/{MODEL}.json")
    weights = json.loads(kept.read_text())["weights_sha256"]
    elsewhere = tmp_path_factory.mktemp("arms")
    study = read_yaml(clone / config, Study)
    write_arms(study, tasks, reply_format, elsewhere, lambda _arm, task, n: f"a fake reply to {task} {n}", weights)
    for arm in ARMS:
        folder = arm_dir(elsewhere, "throughput", arm)
        freeze_battles(sorted(folder.glob("battles/*/*/*.json")), folder, arm_dir(cache, "throughput", arm))
    return config


def test_kept_arms_are_compared_without_an_engine_and_a_changed_reply_shows(
    snakemake: Run, clone: Path, config: str
) -> None:
    done = snakemake(TARGET, "--configfile", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pd.read_csv(clone / TARGET)["identical"].tolist() == [5, 5]
    path = archive_path(arm_dir(clone / "results/cached/changed", "throughput", "other"), MODEL)
    changed, *rest = unpack(path).values()
    pack([{**changed, "reply": {**changed["reply"], "content": "something else"}}, *rest], path)
    shutil.rmtree(clone / "results/changed")
    again = snakemake(TARGET, "--configfile", config)
    assert again.returncode == 0, again.stdout + again.stderr
    assert pd.read_csv(clone / TARGET)["identical"].tolist() == [5, 4]


def test_arms_of_another_experiment_are_refused_before_the_first_job(snakemake: Run, clone: Path, config: str) -> None:
    text = (clone / config).read_text()
    (clone / config).write_text(text.replace("max_tokens: 96", "max_tokens: 95"))
    run = snakemake(TARGET, "--configfile", config)
    assert run.returncode != 0
    # Three arms.
    assert f"{MODEL}/fibonacci 6, {MODEL}/lru_cache 9" in run.stdout + run.stderr
    assert not (clone / "results/changed").exists()


def test_the_paper_reads_what_the_cache_holds(snakemake: Run, clone: Path, config: str) -> None:
    numbers = "results/changed/paper/numbers.json"
    planned = snakemake(numbers, "-n", "--configfile", config)
    assert "compare_arms" in planned.stdout + planned.stderr
    shutil.rmtree(clone / "results/cached/changed/determinism/throughput/again")
    planned = snakemake(numbers, "-n", "--configfile", config)
    assert planned.returncode == 0, planned.stderr
    assert "compare_arms" not in planned.stdout + planned.stderr
