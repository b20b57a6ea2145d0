"""The numbers of two studies, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cis_study.compared import require_numbers, studies_to_compare
from cis_study.errors import StudyError
from cis_study.paper.comparison import compare, comparison_table, comparison_text

MEANINGS = {
    "verdicts": "Answers",
    "means": "Mean of a contestant",
    "checklist": "Recommendations",
    "facets": "Claims by facet",
    "planned": "Planned battles",
    "share": "Share",
    "cis": "Mean CIS",
    "standing": "How the analysis stands",
    "judged": "Whether judges rated",
}


def numbers(**changes: Any) -> dict[str, Any]:
    return {
        "verdicts": [{"question": "tier order", "outcome": "supported", "sentence": "It holds."}],
        "means": {"small": {"CIS": "0.300 [0.280, 0.320]"}},
        "checklist": [{"asks": "Is it?", "state": "yes", "answer": "It is.", "section": "s"}],
        "facets": [],
        "planned": "1,120",
        "share": "5.0\u00a0%",
        "cis": "0.30 [0.28, 0.32]",
        "standing": "Written beforehand.",
        "judged": False,
        "record": [{"sha256": "never compared"}],
    } | changes


def changes(**second: Any) -> dict[str, str]:
    return {row.name: row.change for row in compare(numbers(), numbers(**second), MEANINGS)}


def test_equal_studies_differ_in_nothing() -> None:
    assert set(changes().values()) == {"same"}
    assert len(changes()) == 8


@pytest.mark.parametrize(
    ("name", "value", "change"),
    [
        ("planned", "960", "−160"),
        ("share", "7.25\u00a0%", "+2.25\u00a0%"),
        ("share", "7", "differs"),
        ("cis", "0.310 [0.29, 0.33]", "+0.010"),
        ("cis", "−0.20 [−0.30, −0.10]", "−0.50, intervals apart"),
        ("cis", "–", "only one has it"),
        ("standing", "Exploratory.", "differs"),
        ("judged", True, "differs"),
    ],
)
def test_a_change_is_stated_where_it_is_a_number(name: str, value: Any, change: str) -> None:
    found = changes(**{name: value})
    assert found.pop(name) == change
    assert set(found.values()) == {"same"}


def test_answers_and_means_are_compared_by_name() -> None:
    found = changes(
        verdicts=[{"question": "tier order", "outcome": "contradicted", "sentence": ""}],
        means={"large": {"CIS": "0.5"}},
        checklist=[{"asks": "Is it?", "state": "no", "answer": "", "section": ""}],
    )
    assert found["verdict: tier order"] == found["checklist: Is it?"] == "differs"
    assert found["CIS of small"] == found["CIS of large"] == "only one has it"


def test_the_text_shows_what_differs_and_counts_the_rest() -> None:
    rows = compare(numbers(), numbers(planned="960"), MEANINGS)
    text = comparison_text(rows, ["cpu", "laptop"])
    header, line, *_ = text.splitlines()
    assert header.split() == ["Name", "Meaning", "cpu", "laptop", "Change"]
    assert line.split() == ["planned", "Planned", "battles", "1,120", "960", "−160"]
    assert text.endswith("\n7 of 8 are the same.\n")
    assert "tier order" not in text
    assert len(comparison_table(rows, ["cpu", "laptop"]).rows) == 8


def test_two_different_studies_are_named() -> None:
    assert studies_to_compare("cpu, laptop") == studies_to_compare(["cpu", "laptop"]) == ["cpu", "laptop"]
    assert studies_to_compare(None) == []
    for wrong in ("cpu", "cpu,cpu", "a,b,c", "a,b,b", {"a": 1}):
        with pytest.raises(StudyError, match="two different studies"):
            studies_to_compare(wrong)


def test_numbers_that_are_not_built_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="studies=cpu,laptop"):
        require_numbers([])
    Path("results/cpu/paper").mkdir(parents=True)
    Path("results/cpu/paper/numbers.json").write_text("{}")
    with pytest.raises(StudyError, match=r"study=laptop -- results/laptop/paper/numbers\.json"):
        require_numbers(["cpu", "laptop"])
