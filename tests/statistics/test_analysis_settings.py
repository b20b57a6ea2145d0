"""The written-down analysis is read strictly."""

from pathlib import Path

import pytest
import yaml
from fake_scores import FAKE_DESIGN, fake_design

from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.models.registry import load_model
from cis_study.statistics.design import design_parameters, study_design
from cis_study.statistics.settings import load_settings
from cis_study.tasks.task import load_task

CONFIG = Path(__file__).parents[2] / "config"
ANALYSIS = CONFIG / "analysis.yaml"


def test_the_committed_analysis_is_valid() -> None:
    assert load_settings(ANALYSIS).missing_gate == 0.02


@pytest.mark.parametrize(
    ("key", "value"),
    [("alpha", 0.7), ("bootstrap_resamples", 10), ("missing_gate", 1.5), ("colour", "red"), ("seed", -1)],
)
def test_faults_name_the_key(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "analysis.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(ANALYSIS.read_text()) | {key: value}))
    with pytest.raises(StudyError, match=f"{key} = {value!r}"):
        load_settings(path)


def test_power_has_no_smallest_difference_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "analysis.yaml"
    written = yaml.safe_load(ANALYSIS.read_text())
    path.write_text(yaml.safe_dump(written | {"power": written["power"] | {"effect": 0.1}}))
    with pytest.raises(StudyError, match=r"power\.effect = 0\.1"):
        load_settings(path)


def test_tiers_out_of_order_are_refused() -> None:
    contestants = FAKE_DESIGN["contestants"]
    mixed = [contestants[0], contestants[1], contestants[2] | {"tier": "weak"}]
    with pytest.raises(StudyError, match="tier by tier"):
        fake_design(contestants=mixed)


def test_weights_sum_to_one() -> None:
    with pytest.raises(StudyError, match=r"add up to 1\.25"):
        study_design(FAKE_DESIGN | {"weights": {"R": 0.5, "A": 0.25, "T": 0.25, "L": 0.25}})


def test_a_configured_study_gives_a_design() -> None:
    names = ["smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"]
    study = Study.model_validate(
        {
            "study": "cpu",
            "description": "x",
            "demonstration": True,
            "gpu": 0,
            "seed": 1,
            "contestants": names,
            "tasks": ["fibonacci"],
            "replicate_blocks": [3, 7],
            "sampling": {"temperature": 1, "top_p": 1, "top_k": 0, "min_p": 0, "max_tokens": 10},
            "engine": {
                "kind": "llama_cpp",
                "environment": "serve-cpu",
                "max_model_len_tokens": 10,
                "concurrency": 1,
            },
        }
    )
    models = [load_model(CONFIG / "models" / f"{name}.yaml") for name in names]
    design = study_design(design_parameters(study, models, [load_task(CONFIG / "tasks" / "fibonacci")]))
    assert design.replicates == {"fibonacci": 10}
    assert design.tiers == ["weak", "baseline", "strong"]
    assert design.tasks[0].title == "Recursive Fibonacci"
