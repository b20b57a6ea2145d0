"""Limits, facets and checklist follow from design and data, and every sentence has its counterpart."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_claims import fake_claims
from fake_scores import FAKE_DESIGN, FAKE_STANDING, fake_design

from cis_study.errors import StudyError
from cis_study.paper.checklist import checklist_numbers
from cis_study.paper.facets import FACETS, facet_rows
from cis_study.paper.limits import limit_numbers

SECTIONS = Path(__file__).parents[2] / "paper" / "sections"
SUMMARY: dict[str, Any] = {
    "settings": {"estimands": {"secondary_min_tasks": 16}, "validity": {"classics": ["fibonacci"]}},
    "standing": FAKE_STANDING._asdict(),
    "counts": {
        "status": {"model_failure": 3, "budget_exhausted": 2},
        "missing": 1,
        "with_scores": 8,
        "hidden_all_passed": 2,
    },
    "parts": {"solution_parses": 0.75},
}


def contestants(**changes: list[Any]) -> list[dict[str, Any]]:
    rows = [dict(row) for row in FAKE_DESIGN["contestants"]]
    for key, values in changes.items():
        for row, value in zip(rows, values, strict=True):
            row[key] = value
    return rows


def cells(*means: float) -> pd.DataFrame:
    return pd.DataFrame({"outcome": "hidden", "mean": means})


def limits(claims: pd.DataFrame | None = None, hidden: tuple[float, ...] = (0.5, 0.4), **changes: list[Any]) -> str:
    design = fake_design(contestants=contestants(**changes))
    return "\n".join(limit_numbers(cells(*hidden), design, claims)["limits"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Each tier is one contestant"),
        ({"tier": ["weak", "baseline", "baseline"]}, "who cannot be told from the tier: 1 of 2."),
        ({"tier": ["weak", "weak", "weak"]}, "There are no two tiers"),
        ({}, "The order of the contestants is that of their size"),
        ({"parameters": [5e8, 1e8, 1e9]}, "is not that of their size"),
        ({"parameters": [None, 1e8, 1e9]}, "The size of some contestants is not known"),
        ({"vendor": ["a", "b", "b"]}, "2 of 3 contestants are of one vendor, and"),
        ({"vendor": ["a", "b", None]}, "No two contestants are known to be of one vendor, and of 1 the vendor"),
        ({}, "Weights come in 2 forms (Q4_1, Q4_K_M)"),
        ({"quantization": ["bf16"] * 3}, "All weights are quantized alike (bf16)"),
        ({"quantization": [None] * 3}, "is not known"),
        ({"hidden": (1.0, 1.0, 0.0, 0.5)}, "passes every hidden case: 2 of 4; in which none passes any: 1."),
        ({}, "No contestant passes all or none"),
        ({}, "validity was not tested"),
    ],
)
def test_a_limit_follows_from_design_and_data(changes: dict[str, Any], said: str) -> None:
    assert said in limits(**changes)


def test_contradicted_claims_are_a_limit() -> None:
    instrument = FAKE_DESIGN["instrument"]
    bad = fake_claims(instrument, {"Criterion: x": "contradicted", "Weights: y": "not decided"})
    assert f"contradict what {instrument} must show: “Criterion: x”; left open is “Weights: y”." in limits(bad)
    good = fake_claims(instrument, {"Criterion: x": "supported"})
    assert f"contradict nothing that {instrument} must show; nothing that was tested is left open." in limits(good)
    other = fake_claims("another", {"Criterion: x": "contradicted"})
    assert "contradict nothing" in limits(other), "claims about other instruments are no limit of ours"


def test_every_family_of_claims_has_one_facet() -> None:
    families = Counter(family for facet in FACETS for family in facet.families)
    assert set(families.values()) == {1}
    found = {row["facet"]: row for row in facet_rows(fake_claims("i", {"Criterion: x": "supported"}))}
    assert found["Convergent"]["supported"] == "1"
    assert found["Face"]["claims"] == found["Predictive"]["claims"] == "0"
    with pytest.raises(StudyError, match=r"Beauty.*belong to no facet"):
        facet_rows(fake_claims("i", {"Beauty: x": "supported"}))


def checklist(claims: pd.DataFrame | None, **summary: Any) -> dict[str, tuple[str, str]]:
    items = checklist_numbers(SUMMARY | summary, fake_design(), claims)["checklist"]
    return {item["asks"]: (item["state"], item["answer"]) for item in items}


def test_the_checklist_says_no_where_nothing_was_tested() -> None:
    found = checklist(None)
    assert len(found) == 8
    assert found["Is construct validity argued for?"][0] == "no"
    assert found["Is nothing else measured with it?"][0] == "no"
    assert found["Do the tasks represent the phenomenon?"][0] == "no"
    assert found["Is contamination prepared for?"][0] == "partly"
    assert "among the 4 tasks: Recursive Fibonacci." in found["Are the limits of reused tasks acknowledged?"][1]
    assert (
        "could not be used: 3, out of budget: 2, missing: 1. Of those with a score 75\u00a0% hold"
        in found["Are errors analysed?"][1]
    )


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        (["supported", "supported"], "yes"),
        (["supported", "not testable"], "partly"),
        (["supported", "contradicted"], "partly"),
        (["contradicted", "not decided"], "no"),
    ],
)
def test_an_answer_is_yes_only_where_every_claim_is_supported(verdicts: list[str], state: str) -> None:
    rows = dict(zip(("Invariance: x", "Negative control: y"), verdicts, strict=True))
    claims = fake_claims(FAKE_DESIGN["instrument"], rows)
    found = checklist(claims)
    assert found["Is nothing else measured with it?"][0] == found["Is construct validity argued for?"][0] == state


def test_an_exploratory_analysis_is_partly_one() -> None:
    exploratory = {"state": "exploratory", "sentence": "The analysis is exploratory (fake)."}
    assert checklist(None)["Are models compared by statistics?"][0] == "yes"
    state, answer = checklist(None, standing=exploratory)["Are models compared by statistics?"]
    assert (state, exploratory["sentence"] in answer) == ("partly", True)


def test_the_checklist_points_to_sections_that_exist() -> None:
    prose = "".join(path.read_text() for path in SECTIONS.glob("*.typ"))
    labels = set(re.findall(r"^=.*<([\w-]+)>$", prose, flags=re.M))
    for claims in (None, fake_claims(FAKE_DESIGN["instrument"], {"Contamination: x": "supported"})):
        items = checklist_numbers(SUMMARY, fake_design(), claims)["checklist"]
        assert {item["section"] for item in items} <= labels
