"""From scores and evidence to what the battery is given, for a study and for stored battles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_evidence import fake_evidence
from planted import design_of, rules

from cis_study.config import OwnInstrument, Weights
from cis_study.errors import StudyError
from cis_study.paper.validity import validity_numbers
from cis_study.scoring.controls import Controls
from cis_study.scoring.evidence import Evidence, MutantRun, Suite
from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.scoring.score_table import score_table
from cis_study.tables.latex import as_latex
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.battery import battery
from cis_study.validity.edited import chosen, edited_battles, with_suites
from cis_study.validity.files import CLAIMS, read_table, write_reports
from cis_study.validity.gathering import NEEDS_JUDGE, Sources, study_material, unrated
from cis_study.validity.stored import stored_material

GATE = 0.25
"""One of the four battles of a cell is lost below."""
OWN = OwnInstrument(name="share", function="planted_share:score")
PLANTED = Controls.model_validate({"seed": 1, "draws": 1, "controls": {"reference": {}, "one_fault": {"faults": 1}}})
SUITE = Suite(dialect=None, passed=1, failed=0, ended="ok", planted=[], sound=True, coverage=None,
              mutants=[MutantRun(id="m", breaks="r", killed=True, ended="ok")])  # fmt: skip


def battles_of(models: list[str], tasks: list[str]) -> list[Evidence]:
    return [
        fake_evidence((rank + number) % 3, model=model, task=task, replicate=number, suite=SUITE, has_tests=True)
        for rank, model in enumerate(models)
        for task in tasks
        for number in range(1, 5)
    ]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    monkeypatch.syspath_prepend(str(tmp_path))
    passes = 'sum(case.outcome == "passed" for case in evidence.hidden)'
    (tmp_path / "planted_share.py").write_text(f"def score(evidence):\n    return {passes} / evidence.hidden_total\n")
    design = design_of(2, replicates=4)
    evidence = battles_of(design.models, design.task_ids)
    lost = evidence[0].model_copy(update={"sandbox_failure": "gone"})
    evidence = [lost, *evidence[1:]]
    edited = [
        item.model_copy(update={"model": f"rename/{item.model}", "suite": None, "has_tests": False})
        for item in evidence[1:3]
    ]
    surface = pd.DataFrame([{"model": e.model, "task": e.task, "replicate": e.replicate, "source_lines": e.replicate,
                             "comments": 0, "rationale_words": 1, "prompt_share": 0.5} for e in evidence])  # fmt: skip
    controls = [fake_evidence(2 - faults, model=name, task=task)
                for task in design.task_ids for faults, name in enumerate(("reference", "one_fault"))]  # fmt: skip
    scores = score_table("fake", evidence, Weights(), ["cis-3", OWN])
    return Sources(scores, evidence, controls, edited, surface, PLANTED)


def test_what_is_missing_is_left_out_and_faults_come_from_the_settings(sources: Sources) -> None:
    material = study_material("cis-3", sources, design_of(2, replicates=4), GATE)
    assert len(material.battles) == 23
    assert material.has_components
    assert material.controls.set_index("control")["faults"].to_dict() == {"reference": 0, "one_fault": 1}
    assert len(material.again) == 24
    assert (material.again["first"].isna() == material.again["second"].isna()).all()


def test_nothing_is_tested_where_too_much_is_missing(sources: Sources) -> None:
    material = study_material("cis-3", sources, design_of(2, replicates=4), 0.02)
    assert material.battles.empty
    assert material.why("controls") == "25% of a model x task cell is missing, and 2% may be"


def test_every_published_formula_says_what_it_needs() -> None:
    assert list(NEEDS_JUDGE) == list(INSTRUMENTS)


def test_an_edit_keeps_the_tests_of_its_original(sources: Sources) -> None:
    assert [item.suite for item in with_suites(sources.edited, sources.evidence)] == [SUITE, SUITE]
    edits = study_material("cis-3", sources, design_of(2, replicates=4), GATE).edits
    assert len(edits) == 2
    assert (edits["before"] == edits["after"]).all()


def test_a_function_of_somebody_else_goes_through_the_battery(sources: Sources, tmp_path: Path) -> None:
    design = design_of(2, replicates=4).model_copy(update={"instrument": "cis-3"})
    materials = [study_material(entry, sources, design, GATE) for entry in ("cis-3", OWN)]
    materials += [unrated(name, design, why) for name, why in NEEDS_JUDGE.items()]
    write_reports([battery(material, rules()) for material in materials], tmp_path)
    claims = read_table(tmp_path, CLAIMS)
    found = claims.set_index(["instrument", "claim"])
    assert found.at[("share", "Criterion: hidden cases"), "estimate"] == pytest.approx(1)
    assert found.at[("share", "Reliability: scored again"), "verdict"] == "supported"
    assert found.at[("share", "Components: each does something"), "note"] == "the instrument has no components"
    assert set(found.loc["logomesh-head", "verdict"]) == {"not testable"}
    full, beside = (make(claims, design, 0.05) for make in CLAIM_TABLES.values())
    assert len(full.rows) == len(found.loc["cis-3"])
    assert beside.header[:3] == ("Claim", "cis-3", "share")
    assert as_latex(full).isascii()
    said = validity_numbers(claims, design)
    assert said["validity_others"].count("nothing can be tested") == 3
    assert "Of share" in said["validity_others"]


def test_every_outcome_of_the_battery_has_its_sentence() -> None:
    design = design_of(1)
    row: dict[str, Any] = {"instrument": design.instrument, "evidence": "e", "statistic": "share", "estimate": 0.5,
                           "low": 0.4, "high": 0.6, "n": 9, "unit": "battles", "rule": "≥ 0.3", "note": ""}  # fmt: skip
    good = pd.DataFrame([row | {"claim": "Criterion: one", "verdict": "supported"}])
    said = validity_numbers(good, design)
    assert said["validity_contradicted"] == "No claim is contradicted."
    assert said["validity_open"] == "No claim is left open."
    assert said["validity_untestable"] == "Every claim could be tested."
    bad = pd.DataFrame([
        row | {"claim": "Criterion: two", "verdict": "contradicted"},
        row | {"claim": "Weights: three", "verdict": "not decided"},
        row | {"claim": "Nuisance: four", "verdict": "not testable", "note": "no judge"},
        row | {"claim": "Nuisance: five", "verdict": "not testable", "note": "no judge"},
    ])  # fmt: skip
    said = validity_numbers(bad, design)
    assert said["validity_contradicted"] == "Contradicted: Criterion: two (share 0.50 [0.40, 0.60], rule ≥ 0.3)."
    assert said["validity_open"].startswith("Not decided: Weights: three")
    assert said["validity_untestable"] == "Not testable: Nuisance: four, Nuisance: five (no judge)."
    assert "0 are supported, 1 contradicted and 1 not decided" in said["validity_counts"]


def test_cells_share_the_edits_and_useless_submissions_are_passed_over() -> None:
    evidence = battles_of(["a", "b"], ["t", "u"])
    evidence[0] = evidence[0].model_copy(update={"defines_exports": False})
    found = chosen(evidence, 8)
    assert len(found) == 8
    assert ("a", "t", 1) not in found
    assert {key[:2] for key in found} == {("a", "t"), ("a", "u"), ("b", "t"), ("b", "u")}


def test_an_edited_battle_holds_the_edited_program_and_the_same_rationale() -> None:
    code = "def f():\n    one = 1  # first\n    return one\n"
    content = f"## Solution\n```python\n{code}```\n## Rationale\n```text\nIt returns the number one.\n```\n"
    battle = {"model": "m", "task": "t", "replicate": 1, "reply": {"content": content}}
    made = {b["model"]: b["reply"]["content"] for b in edited_battles([battle], {"t": ["f"]})}
    assert set(made) == {"rename/m", "reformat/m", "strip_comments/m", "add_comments/m"}
    assert "renamed_one" in made["rename/m"]
    assert all("It returns the number one." in text for text in made.values())


def stored(rows: int = 24) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    places = [(run, task) for run in ("first", "second") for task in ("fibonacci", "lru_cache")]
    table = pd.DataFrame([{"run": run, "task": task} for run, task in places for _ in range(rows // 4)])
    table["arm"] = table["run"].map({"first": "tier2", "second": "tier3"})
    table["row"] = range(len(table))
    for name in ("R", "A", "T", "L", "cis-3", *(f"cis-3 {part}" for part in "RATL")):
        table[name] = rng.uniform(size=len(table))
    lacks = {
        "logomesh-stage2 lacks": "",
        "logomesh-tier3 lacks": "",
        "logomesh-head lacks": "tests_passed, tests_failed",
    }
    scores = {"logomesh-stage2": table["L"], "logomesh-tier3": table["R"], "logomesh-head": np.nan}
    return table.assign(**scores, **lacks)


def test_stored_battles_are_judged_by_what_was_recorded() -> None:
    table = stored()
    table.loc[0, "logomesh-stage2"] = np.nan
    material = stored_material(table, "logomesh-stage2")
    assert len(material.battles) == 23
    assert material.design.tiers == ["tier2", "tier3"]
    assert material.design.weights.L == 0.4
    found = battery(material, rules()).claims.set_index("claim")
    assert found.at["Negative control: praise", "note"] == "LogoMesh planted no submission of known worth"
    assert found.at["Reliability: scored again", "note"] == "no submission was judged twice"
    assert found.at["Discriminant: comments", "verdict"] == "not testable"
    assert found.at["Known groups: contestants", "n"] == 23
    table.loc[0, "logomesh-head lacks"] = "red_multiplier, tests_failed"
    claims = battery(stored_material(table, "logomesh-head"), rules()).claims.set_index("claim")
    assert set(claims["verdict"]) == {"not testable"}
    why = "LogoMesh recorded tests_failed with none of these battles"
    assert claims.at["Criterion: hidden cases", "note"] == why
    assert set(stored_material(table, "cis-3").battles["R"]) == set(table["cis-3 R"])


def test_a_table_of_another_making_is_refused() -> None:
    with pytest.raises(StudyError, match="cis-3 L, logomesh-tier3"):
        stored_material(stored().drop(columns=["cis-3 L", "logomesh-tier3"]), "cis-3")
