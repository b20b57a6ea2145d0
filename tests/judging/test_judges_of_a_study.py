"""Panels that cannot judge are refused where they are configured, and a cache without judgements is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from judging_studies import CONFIG, RUBRIC, all_exhibits, fake_battles, fake_judged, judged_study, planned_places

from cis_study.battles.archive import archive_path, judgements_path, manifest_path, pack
from cis_study.config import Study, load_contestants, load_judges, load_tasks
from cis_study.errors import StudyError
from cis_study.judging.conditions import Attacks
from cis_study.judging.coverage import require_judgements
from cis_study.judging.plan import identify_judgement, plan_judge, planned_judgements
from cis_study.judging.rubric import Rubric
from cis_study.judging.showing import load_material
from cis_study.provenance import write_atomic
from cis_study.yamlfile import read_yaml, validate


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"panel": ["smollm2-135m"]}, r"judges\.panel.*at least 2 items"),
        ({"panel": ["smollm2-135m", "smollm2-135m"]}, r"judges\.panel.*a judge stands twice"),
        ({"tasks": ["sudoku"]}, r"judges\.tasks has tasks that the study lacks: \['sudoku'\]"),
        ({"controls": {"tasks": ["sudoku"]}}, r"judges\.controls\.tasks has tasks that the study lacks"),
        ({"repeats": 0}, r"judges\.repeats = 0"),
        ({"seed": 3}, r"judges\.seed = 3"),
    ],
)
def test_a_wrong_panel_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(StudyError, match=named):
        judged_study(**change)


def test_a_server_that_runs_already_is_no_panel() -> None:
    content = judged_study().model_dump()
    engine = {"kind": "endpoint", "max_model_len_tokens": 99, "concurrency": 1}
    with pytest.raises(StudyError, match="serves one model, a panel has several"):
        validate(Study, {**content, "engine": engine}, "study")


def test_a_panel_of_one_family_is_refused() -> None:
    with pytest.raises(StudyError, match=r"judges\.panel: qwen2\.5-coder-0\.5b.*one family, Alibaba"):
        load_judges(judged_study(panel=["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"]), CONFIG)
    with pytest.raises(StudyError, match=r"gpt-9\.yaml"):
        load_judges(judged_study(panel=["gpt-9", "smollm2-135m"]), CONFIG)


def test_judges_of_the_main_study_are_of_no_contestants_family() -> None:
    study = judged_study("h100")
    vendors = {model.vendor for model in load_contestants(study, CONFIG).values()}  # type: ignore[union-attr]
    assert not vendors & {judge.vendor for judge in load_judges(study, CONFIG).values()}


def test_reading_the_rules_loads_no_library_of_statistics() -> None:
    code = "import sys, cis_study.judging.plan; sys.exit(bool({'pandas', 'numpy', 'openai'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("order", ["one\ntwo", 'a """ in it', "a \\ in it"])
def test_an_order_that_would_break_a_program_is_refused(order: str) -> None:
    read_yaml(CONFIG / "judging/attacks.yaml", Attacks)
    with pytest.raises(StudyError, match="one line"):
        validate(Attacks, {"padding": ["words"], "orders": [order]}, "attacks")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with all battles and judgements of the smallest study, FAKE ones."""
    study = judged_study()
    weights = "a" * 64
    for name in {*study.names, *load_judges(study, CONFIG)}:
        write_atomic(manifest_path(tmp_path, name), json.dumps({"weights_sha256": weights}))
    battles = fake_battles(study)
    pack(battles, archive_path(tmp_path, "smollm2-135m"))
    places = planned_places(study)
    for name, judge in load_judges(study, CONFIG).items():
        planned = planned_judgements(plan_judge(study, judge, places), all_exhibits(study, battles), RUBRIC)
        made = [fake_judged(identify_judgement(one, name, study.engine.kind, weights)) for one in planned]
        pack(made, judgements_path(tmp_path, name))
    return tmp_path


def require(cache: Path, study: Study, rubric: Rubric = RUBRIC) -> None:
    contestants, judges = load_contestants(study, CONFIG), load_judges(study, CONFIG)
    material = load_material(study, CONFIG)
    require_judgements(study, contestants, judges, load_tasks(study, CONFIG), material, rubric, cache)


def test_a_cache_that_holds_all_judgements_is_enough(cache: Path) -> None:
    require(cache, judged_study())


def test_what_the_cache_lacks_is_counted_by_judge_and_task(cache: Path) -> None:
    count = len(planned_places(judged_study()))
    both = (
        rf"qwen2\.5-coder-0\.5b/fibonacci {count}, smollm2-135m/fibonacci {count}: the cache does not cover the panel"
    )
    with pytest.raises(StudyError, match=both):
        require(cache, judged_study(repeats=2))
    with pytest.raises(StudyError, match=both):
        require(cache, judged_study(), RUBRIC.model_copy(update={"approval": "Would you not?"}))
    judgements_path(cache, "smollm2-135m").unlink()
    with pytest.raises(StudyError, match=f"missing judgements: smollm2-135m/fibonacci {count}:"):
        require(cache, judged_study())
