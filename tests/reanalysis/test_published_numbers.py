"""What LogoMesh published against its own rows; the file of 127 battles is not ours to distribute."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from fake_runs import fake_row, fake_table, two_runs

from cis_study.reanalysis.claims import check_claims, check_gates
from cis_study.reanalysis.component_tests import component_tests
from cis_study.reanalysis.formulas import formula_table
from cis_study.reanalysis.multiverse import multiverse, pairs
from cis_study.reanalysis.published import Claim, Published, load_published
from cis_study.reanalysis.reading import read_files
from cis_study.reanalysis.summaries import kind_table, run_table, task_table
from cis_study.reanalysis.table import answers, battle_table
from cis_study.scoring.instrument import Score
from cis_study.statistics.settings import load_settings

ROOT = Path(__file__).parents[2]
BATTLES = Path(
    os.environ.get("LOGOMESH_BATTLES")
    or ROOT.parent / "shared" / "data" / "logomesh_battles.jsonl.gz"
)  # fmt: skip
PUBLISHED = ROOT / "config" / "reanalysis" / "published.yaml"


@pytest.fixture(scope="module")
def stored() -> pd.DataFrame:
    """The 127 battles without scores of our own, which no number below uses."""
    if not BATTLES.is_file():
        pytest.skip(
            f"THE PUBLISHED NUMBERS ARE NOT REPRODUCED: {BATTLES} is missing. The file is not ours to distribute; name "
            "a copy in LOGOMESH_BATTLES."
        )
    rows = read_files([BATTLES]).rows
    return battle_table(rows, [Score("sandbox_failure", None, None)] * len(answers(rows)))


def test_means_and_timeouts_are_those_of_the_rows(stored: pd.DataFrame) -> None:
    runs = run_table(stored).set_index("run")
    assert runs["rows"].to_dict() == {"stage2": 77, "tier2_published": 25, "tier3_published": 25}
    assert runs["mean_judged"].round(5)["tier2_published"] == 0.66672
    assert runs["mean_judged"].round(5)["tier3_published"] == 0.64306
    assert runs["stand_ins"].to_dict() == {"stage2": 31, "tier2_published": 9, "tier3_published": 0}
    assert runs["ids"].to_dict() == {"stage2": 37, "tier2_published": 25, "tier3_published": 25}
    assert runs["programs"].to_dict() == {"stage2": 42, "tier2_published": 21, "tier3_published": 24}
    kinds = kind_table(stored)
    assert set(kinds["kind"]) == {"scored", "judge timeout"}
    tasks = task_table(stored).set_index(["run", "task"])
    means = tasks.loc["stage2", "stored"].astype(float).round(5).to_dict()
    assert means == {"lru_cache": 0.53437, "rate_limiter": 0.67904, "fibonacci": 0.76776}
    assert tasks.loc[("tier2_published", "rate_limiter"), ["n", "stand_ins"]].to_list() == [6, 6]


def test_each_run_used_the_weights_of_its_scores(stored: pd.DataFrame) -> None:
    found = formula_table(stored).set_index("run")
    assert found["formula"].to_dict() == {
        "stage2": "logomesh-stage2", "tier2_published": "logomesh-stage2", "tier3_published": "logomesh-tier3",
    }  # fmt: skip
    for run, weights in [("stage2", [0.2, 0.2, 0.2, 0.4]), ("tier3_published", [0.25] * 4)]:
        assert found.loc[run, ["R", "A", "T", "L"]].to_list() == pytest.approx(weights, abs=1e-9)
    assert found.loc["tier2_published", ["logomesh-stage2", "logomesh-tier3", "logomesh-head"]].to_list() == [25, 0, 0]


def test_the_one_published_test_and_the_promised_one(stored: pd.DataFrame) -> None:
    table = component_tests(stored, pairs(stored), 0.05).set_index("outcome")
    row = table.loc["R"]
    assert round(row["student_t"], 4) == 1.2029
    assert (round(row["student_p"], 4), round(row["welch_p"], 4)) == (0.2349, 0.2358)
    assert table.loc["stored", "difference"] == pytest.approx(-0.02366, abs=1e-9)
    assert table.loc["L judged", "n_reference"] == 16


def test_the_published_numbers_but_one_claim_of_weights(stored: pd.DataFrame) -> None:
    claims = check_claims(load_published(PUBLISHED).claims, stored, formula_table(stored))
    verdicts = claims.set_index("claim")["verdict"]
    assert list(verdicts[verdicts == "differs"].index) == ["tier2: weights"]
    assert set(claims.loc[claims["verdict"] == "no rows", "claim"].str[:5]) == {"tier1"}
    assert (verdicts == "reproduces").sum() == 25
    assert claims.set_index("claim").loc["tier2: weights", "recomputed"] == "0.2 0.2 0.2 0.4"


def test_the_sign_of_the_tier_difference_depends_on_the_analysis(stored: pd.DataFrame) -> None:
    settings = load_settings(ROOT / "config/analysis.yaml").model_copy(update={"permutations": 99})
    formulas = formula_table(stored)
    own = dict(zip(formulas["run"], formulas["formula"], strict=True))
    table = multiverse(stored, "tier2_published", "tier3_published", own, settings)
    assert len(table) == 162
    assert (table["difference"] > 0).sum() == 46
    published = table.iloc[(table["difference"] + 0.02366).abs().argsort().iloc[0]]
    assert published["low"] < 0 < published["high"]


def test_a_number_reproduces_to_the_digits_it_was_published_with() -> None:
    battles = fake_table(two_runs())
    formulas = formula_table(battles)
    mean = battles.loc[battles["run"] == "tier3_fake", "stored"].mean()
    for value, verdict in [
        (f"{mean:.3f}", "reproduces"),
        (f"{mean:.5f}", "reproduces"),
        (f"{mean + 2e-5:.5f}", "differs"),
    ]:
        claim = Claim(run="tier3", value=value, source="fake")
        assert check_claims([claim], battles, formulas)["verdict"].to_list() == [verdict]


def test_a_claim_meets_every_run_of_its_arm_and_says_where_there_is_none() -> None:
    rows = [*two_runs(), *(fake_row(n, "tier2_again", "lru_cache", 0.9) for n in range(3))]
    battles = fake_table(rows)
    claims = [
        Claim(run="tier2", statistic="battles", value="14", source="fake"),
        Claim(run="tier1", value="0.5", source="fake"),
        Claim(run="tier3", against="tier1", of="R", statistic="t", value="1.0", source="fake"),
    ]
    table = check_claims(claims, battles, formula_table(battles))
    assert table[["run", "verdict"]].to_numpy().tolist() == [
        ["tier2_again", "differs"], ["tier2_fake", "reproduces"], ["", "no rows"], ["tier3_fake", "no rows"],
    ]  # fmt: skip


def test_gates_read_the_published_means() -> None:
    gates = check_gates(load_published(PUBLISHED)).set_index("gate")
    assert gates["met"].sum() == 1
    assert gates.loc["mean of tier1", "met"]
    assert gates.loc["mean of tier3 less that of tier1", "published"] == 0.074
    content = {
        "claims": [{"run": "tier1", "value": "0.5", "source": "fake"}],
        "gates": [{"run": "tier1", "low": 0.5, "high": 0.5}, {"run": "tier1", "low": 0.51}],
    }
    assert check_gates(Published.model_validate(content))["met"].to_list() == [True, False]
