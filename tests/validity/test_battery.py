"""Planted instruments fail exactly the claims that they must fail, whatever the number of tasks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from planted import comments, constant, length, perfect, planted_material, praised, rules, some_noise

from cis_study.paper.facets import facet_rows
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.battery import battery
from cis_study.validity.material import Material

NEVER_TESTABLE = {
    "Invariance: rationale in other words",
    "Components: each does something",
    "Weights: order of contestants",
    "Nuisance: quantization or engine",
}
"""The planted instruments have no components, and nobody fought twice."""


def run(material: Material, settings: AnalysisSettings | None = None) -> pd.DataFrame:
    return battery(material, settings or rules()).claims.set_index("claim")


def claims(table: pd.DataFrame, verdict: str) -> set[str]:
    return set(table.index[table["verdict"] == verdict])


def test_a_perfect_instrument_fails_only_to_add_to_what_it_is() -> None:
    found = run(planted_material(perfect))
    assert claims(found, "contradicted") == {"Incremental: tier, over hidden cases"}
    assert claims(found, "not testable") == NEVER_TESTABLE
    assert claims(found, "not decided") <= {"Contamination: public classics"}
    assert found.at["Criterion: hidden cases", "estimate"] == pytest.approx(1)
    assert found.at["Dose and response: slope", "estimate"] == pytest.approx(-0.1, abs=0.01)


def test_a_constant_supports_nothing_but_that_nothing_moves_it() -> None:
    found = run(planted_material(constant))
    kept = {name for name in found.index if name.startswith(("Negative control", "Invariance"))} - NEVER_TESTABLE
    kept |= {"Reliability: scored again", "Contamination: public classics"}
    assert claims(found, "supported") == kept
    assert claims(found, "contradicted") == set(found.index) - kept - NEVER_TESTABLE


def test_noise_is_not_reliable_and_goes_with_nothing() -> None:
    found = run(planted_material(some_noise()))
    must_fail = {
        "Known groups: contestants",
        "Known groups: reference above faulty",
        "Dose and response: order",
        "Criterion: hidden cases",
        "Reliability: scored again",
        "Invariance: local names",
    }
    assert must_fail <= claims(found, "contradicted")
    assert claims(found, "supported") <= {"Contamination: public classics"}


def test_a_counter_of_lines_and_words_falls_for_padding_and_layout() -> None:
    found = run(planted_material(length))
    contradicted = claims(found, "contradicted")
    assert {"Negative control: padded", "Discriminant: lines of code", "Invariance: layout"} <= contradicted
    assert {"Negative control: vacuous tests", "Invariance: local names"} <= claims(found, "supported")


def test_a_counter_of_comments_falls_for_comments() -> None:
    found = run(planted_material(comments))
    fell = {"Discriminant: comments", "Invariance: comments added", "Invariance: comments taken out"}
    assert fell <= claims(found, "contradicted")
    assert "Invariance: layout" in claims(found, "supported")


def test_a_lover_of_praise_is_caught_by_praise_alone() -> None:
    found = run(planted_material(praised))
    fell = {"Negative control: praise", "Negative control: praised", "Negative control: forged output"}
    assert fell <= claims(found, "contradicted")
    assert claims(found, "contradicted") - fell <= {"Incremental: tier, over hidden cases"}
    assert found.at["Negative control: praised", "estimate"] == pytest.approx(0.2)


def test_a_cheat_that_pays_in_one_task_alone_is_caught_and_the_task_named() -> None:
    material = planted_material(perfect, tasks=4)
    pays = (material.controls["control"] == "padded") & (material.controls["task"] == "task_03")
    controls = material.controls.assign(CIS=material.controls["CIS"].where(~pays, 1.0) - 0.1 * ~pays)
    row = run(replace(material, controls=controls)).loc["Negative control: padded"]
    assert (row["verdict"], row["note"]) == ("contradicted", "most in task_03")
    assert row["estimate"] == pytest.approx(0.1)


def test_contestants_in_the_wrong_order_contradict_the_tiers() -> None:
    found = run(planted_material(lambda submission: 1 - submission["hidden"]))
    assert found.at["Known groups: contestants", "estimate"] < -0.5
    reversed_claims = {"Known groups: contestants", "Dose and response: trend", "Criterion: hidden cases"}
    assert reversed_claims <= claims(found, "contradicted")


@pytest.mark.parametrize("tasks", [4, 16])
def test_every_claim_is_made_whatever_the_number_of_tasks(tasks: int) -> None:
    few = run(planted_material(perfect, tasks), rules(classics=[f"task_{n:02}" for n in range(1, 5)]))
    assert list(few.index) == list(run(planted_material(perfect)).index)
    untestable = NEVER_TESTABLE | ({"Contamination: public classics"} if tasks == 4 else set())
    assert claims(few, "not testable") == untestable
    assert (few.loc[list(untestable), "note"] != "").all()


def test_row_order_does_not_matter() -> None:
    material = planted_material(praised, tasks=4)
    mixed = replace(
        material,
        **{part: getattr(material, part).sample(frac=1, random_state=2) for part in ("controls", "edits", "again")},
    )
    assert_frame_equal(run(material), run(mixed))


def test_names_of_models_and_tasks_do_not_matter() -> None:
    material = planted_material(praised, tasks=6)
    plain, renamed = (
        material.design.model_dump(),
        material.design.model_dump_json().replace("smollm2-135m", "zz").replace("task_", "exercise-"),
    )
    design = type(material.design).model_validate_json(renamed)
    assert design.model_dump() != plain

    def rename(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.replace({"smollm2-135m": "zz"}).replace({"task": "^task_"}, {"task": "exercise-"}, regex=True)

    parts = {part: rename(getattr(material, part)) for part in ("battles", "controls", "edits", "again")}
    other = run(replace(material, design=design, **parts), rules(classics=[f"exercise-{n:02}" for n in (1, 2, 3)]))
    assert_frame_equal(run(material)[["estimate", "n"]], other[["estimate", "n"]])


def test_an_instrument_without_scores_is_not_testable_and_says_why() -> None:
    material = planted_material(perfect, tasks=4)
    empty = {part: getattr(material, part).head(0) for part in ("battles", "controls", "edits", "again")}
    absent = dict.fromkeys(("battles", "controls", "edits", "again"), "its judge is gone")
    found = run(replace(material, **empty, absent=absent))
    assert set(found["verdict"]) == {"not testable"}
    assert "its judge is gone" in set(found["note"])
    rows = facet_rows(found.reset_index())
    assert sum(int(row["claims"]) for row in rows) == len(found), "the paper finds a facet for every claim"
