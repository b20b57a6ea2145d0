"""The written-down analysis is read strictly."""

from pathlib import Path

import pytest
import yaml
from fake_scores import FAKE_DESIGN, fake_design

from cis_study.errors import StudyError
from cis_study.statistics.design import study_design
from cis_study.statistics.settings import load_settings

ANALYSIS = Path(__file__).parents[2] / "config" / "analysis.yaml"


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


def test_tiers_out_of_order_are_refused() -> None:
    contestants = FAKE_DESIGN["contestants"]
    mixed = [contestants[0], contestants[1], contestants[2] | {"tier": "weak"}]
    with pytest.raises(StudyError, match="tier by tier"):
        fake_design(contestants=mixed)


def test_weights_sum_to_one() -> None:
    with pytest.raises(StudyError, match=r"sum to 1\.25"):
        study_design(FAKE_DESIGN | {"weights": {"R": 0.5, "A": 0.25, "T": 0.25, "L": 0.25}})
