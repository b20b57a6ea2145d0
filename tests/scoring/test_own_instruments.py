"""An instrument of somebody else is a function in the configuration; whatever it does wrong is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_evidence import fake_evidence

from cis_study.config import OwnInstrument, Weights, resolve_study
from cis_study.errors import StudyError
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.own import entries, source_files
from cis_study.scoring.score_table import score_table

ROOT = Path(__file__).parents[2]
MODULE = """
def components(evidence):
    return {"R": 1, "A": 0.5, "T": 0.5, "L": 0}


def above_one(evidence):
    return 1.5


def no_number(evidence):
    return float("nan")


def half(evidence):
    return {"R": 1.0}


def unable(evidence):
    return None


def broken(evidence):
    return 1 / 0
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "planted_metric.py").write_text(MODULE)
    return tmp_path


def scored(function: str, item: Evidence | None = None) -> dict[str, Any]:
    entry = OwnInstrument(name="mine", function=function)
    return dict(score_table("s", [item or fake_evidence()], Weights(), ["cis-3", entry]).iloc[-1])


def test_the_example_of_the_documentation_works(own: Path) -> None:
    text = (ROOT / "config/instruments/README.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    (line,) = re.findall(r"^instruments: .*$", text, re.M)
    (own / "my_metric.py").write_text(code)
    study = resolve_study(yaml.safe_load((ROOT / "config/ci.yaml").read_text()) | yaml.safe_load(line))
    table = score_table("s", [fake_evidence(2), fake_evidence(1, replicate=2)], Weights(), study.instruments)
    assert table.loc[table["instrument"] == "all-or-nothing", "CIS"].to_list() == [1, 0]
    assert source_files(study.instruments) == [str(own / "my_metric.py")]
    assert entries(study.model_dump(mode="json")["instruments"]) == study.instruments


def test_components_are_added_up_by_the_weights(own: Path) -> None:  # noqa: ARG001
    row = scored("planted_metric:components")
    assert (row["R"], row["L"], row["CIS"]) == (1, 0, 0.5)


def test_what_it_cannot_judge_is_missing_and_what_is_missing_is_not_asked(own: Path) -> None:  # noqa: ARG001
    row = scored("planted_metric:unable")
    assert (row["status"], row["CIS"] != row["CIS"]) == ("judge_failure", True)
    lost = scored("planted_metric:broken", fake_evidence(battle_status="infra_failure"))
    assert lost["status"] == "infra_failure"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("planted_metric:above_one", "mine of m/t/1: 1.5: a score is a number"),
        ("planted_metric:no_number", r"nan: a score is a number in \[0, 1\]"),
        ("planted_metric:half", r"\['R'\]: the components are R, A, T and L"),
        ("planted_metric:broken", "ZeroDivisionError.*planted_metric:broken failed"),
        ("planted_metric:absent", "the module has no function absent"),
        ("no_such_module_of_mine:score", "cannot be imported.*PYTHONPATH"),
    ],
)
def test_what_it_does_wrong_is_named(own: Path, function: str, message: str) -> None:  # noqa: ARG001
    with pytest.raises(StudyError, match=message):
        scored(function)


@pytest.mark.parametrize(
    ("instruments", "message"),
    [
        ([{"name": "mine", "function": "m:f"}, "cis-3"], "mine stands first"),
        (["cis-3", {"name": "mine", "function": "no colon"}], "function"),
        (["cis-3", {"name": "cis-3", "function": "m:f"}], "a name stands twice"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(instruments: list[Any], message: str) -> None:
    content = yaml.safe_load((ROOT / "config/ci.yaml").read_text()) | {"instruments": instruments}
    with pytest.raises(StudyError, match=message):
        resolve_study(content)


def test_a_module_that_does_not_exist_is_named_before_anything_runs() -> None:
    with pytest.raises(StudyError, match="cannot be imported"):
        source_files([OwnInstrument(name="mine", function="no_such_module_of_mine:score")])
