"""Judgements in the cache: the replay tabulates them without an engine; those of another rubric are refused."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from workflow_runs import Run, write_study

from cis_study.battles.archive import archive_path, judgements_path, pack
from cis_study.config import Study, load_judges
from cis_study.judging.plan import identify_judgement, plan_judge, planned_judgements
from cis_study.yamlfile import read_yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "judging"))
from judging_studies import CONFIG, RUBRIC, all_exhibits, fake_battles, fake_judged, planned_places

pytestmark = pytest.mark.workflow
TARGET = "results/changed/ratings.csv"


@pytest.fixture
def config(clone: Path, root: Path) -> str:
    """A study in replay whose cache holds FAKE battles and judgements."""
    config = write_study(clone, "ci", study="changed", mode="replay", episodes=None)
    study = read_yaml(clone / config, Study)
    cache, kept = clone / "results/cached/changed", root / "results/cached/cpu/models"
    shutil.copytree(kept, cache / "models")
    weights = {path.stem: json.loads(path.read_text())["weights_sha256"] for path in kept.glob("*.json")}
    battles = fake_battles(study, weights["smollm2-135m"])
    pack(battles, archive_path(cache, "smollm2-135m"))
    exhibits, places = all_exhibits(study, battles), planned_places(study)
    for name, judge in load_judges(study, CONFIG).items():
        planned = planned_judgements(plan_judge(study, judge, places), exhibits, RUBRIC)
        made = [fake_judged(identify_judgement(one, name, study.engine.kind, weights[name])) for one in planned]
        pack(made, judgements_path(cache, name))
    return config


def test_kept_judgements_are_tabulated_and_a_changed_rubric_is_refused(
    snakemake: Run, clone: Path, config: str
) -> None:
    done = snakemake(TARGET, "--configfile", config)
    assert done.returncode == 0, done.stdout + done.stderr
    ratings = pd.read_csv(clone / TARGET)
    exhibits = (clone / "results/changed/exhibits.jsonl").read_text().splitlines()
    assert len(ratings) == 2 * len(exhibits)
    assert set(ratings["rater"]) == {"smollm2-135m", "qwen2.5-coder-0.5b"}
    assert set(ratings["R"]) == {0.5}
    assert {json.loads(line)["author"] for line in exhibits} == set(ratings["author"])
    again = snakemake(TARGET, "--configfile", config)
    assert "Nothing to be done" in again.stdout + again.stderr

    rubric = clone / "config/judging/rubric.yaml"
    rubric.write_text(rubric.read_text().replace("Length earns nothing.", "Length is nothing."))
    refused = snakemake(TARGET, "--configfile", config)
    assert refused.returncode != 0
    said = refused.stdout + refused.stderr
    assert f"missing judgements: qwen2.5-coder-0.5b/fibonacci {len(exhibits)}" in said
    # The battles stand.
    assert "generate_1_2" not in said
    assert pd.read_csv(clone / TARGET).equals(ratings)
