"""The multiverse: its published corner is the published difference, and a planted flip is found for its reason."""

from __future__ import annotations

import pandas as pd
import pytest
from fake_runs import TIMED_OUT, fake_row, fake_settings, fake_table, two_runs

from cis_study.reanalysis.choices import LEVELS
from cis_study.reanalysis.formulas import formula_table
from cis_study.reanalysis.multiverse import by_level, multiverse, pairs

OWN = {"tier2_fake": "logomesh-stage2", "tier3_fake": "logomesh-tier3"}
PUBLISHED = {choice: levels[0] for choice, levels in LEVELS.items()}


def chosen(table: pd.DataFrame, **changes: str) -> pd.Series:
    wanted = PUBLISHED | {name.replace("_", " "): level for name, level in changes.items()}
    rows = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.fixture(scope="module")
def battles() -> pd.DataFrame:
    return fake_table(two_runs())


@pytest.fixture(scope="module")
def table(battles: pd.DataFrame) -> pd.DataFrame:
    return multiverse(battles, "tier2_fake", "tier3_fake", OWN, fake_settings())


def test_the_formula_of_a_run_is_found_in_its_scores(battles: pd.DataFrame) -> None:
    found = formula_table(battles).set_index("run")
    assert found["formula"].to_dict() == OWN
    assert found.loc["tier2_fake", ["R", "A", "T", "L"]].to_list() == pytest.approx([0.2, 0.2, 0.2, 0.4])
    assert found.loc["tier3_fake", ["R", "A", "T", "L"]].to_list() == pytest.approx([0.25] * 4)
    assert found.loc["tier3_fake", "fitted"] == 9


def test_a_score_that_no_formula_gives_leaves_the_formula_open(battles: pd.DataFrame) -> None:
    changed = battles.copy()
    changed.loc[changed.index[-1], "stored"] = 0.123
    assert formula_table(changed).set_index("run")["formula"].to_dict() == OWN | {"tier3_fake": ""}


def test_the_published_corner_is_the_published_difference(battles: pd.DataFrame, table: pd.DataFrame) -> None:
    means = battles.groupby("run")["stored"].mean()
    row = chosen(table)
    assert row["difference"] == pytest.approx(means["tier3_fake"] - means["tier2_fake"])
    assert (row["n_reference"], row["n"], row["n_tasks"]) == (14, 13, 3)
    assert len(table) == 3 * 3 * 3 * 3 * 2 + 3 * 2


def test_each_level_does_what_it_says(battles: pd.DataFrame, table: pd.DataFrame) -> None:
    tier2, tier3 = (battles[battles["run"] == run] for run in OWN)
    dropped = chosen(table, failed_review="battle dropped")
    assert dropped["n_reference"] == 12
    kept = tier2[tier2["kind"] == "scored"]
    assert dropped["difference"] == pytest.approx(tier3["stored"].mean() - kept["stored"].mean())
    left_out = tier2["stored"].where(tier2["kind"] == "scored", tier2[["R", "A", "T"]].mean(axis=1))
    assert chosen(table, failed_review="L left out")["difference"] == pytest.approx(
        tier3["stored"].mean() - left_out.mean()
    )
    plain = tier3[["R", "A", "T", "L"]].mean(axis=1)
    assert chosen(table, invalid_source="no penalty")["difference"] == pytest.approx(
        plain.mean() - tier2["stored"].mean()
    )
    assert chosen(table, invalid_source="score 0")["difference"] == pytest.approx(
        plain.where(tier3["audit_valid"], 0).mean() - tier2["stored"].mean()
    )
    by_task = (tier3.groupby("task")["stored"].mean() - tier2.groupby("task")["stored"].mean()).to_dict()
    assert chosen(table, task_weights="equal")["difference"] == pytest.approx(sum(by_task.values()) / 3)
    sizes = battles.groupby("task").size() / len(battles)
    assert chosen(table, task_weights="pooled")["difference"] == pytest.approx(
        sum(sizes[task] * value for task, value in by_task.items())
    )
    same = chosen(table, tasks="same prompt", task_weights="equal")
    assert same["difference"] == pytest.approx((by_task["lru_cache"] + by_task["fibonacci"]) / 2)
    assert same["n_tasks"] == 2
    one = chosen(table, score="logomesh-tier3")
    assert one["difference"] == pytest.approx(tier3["stored"].mean() - tier2[["R", "A", "T", "L"]].mean(axis=1).mean())


def test_the_planted_flip_comes_from_its_choice(table: pd.DataFrame) -> None:
    assert (table["difference"] > 0).any()
    assert (table["difference"] < 0).any()
    levels = by_level(table).set_index(["choice", "level"])["above"]
    assert levels["invalid source", "no penalty"] > levels["invalid source", "score 0"]
    assert table["difference"].is_monotonic_increasing


def test_choices_that_no_battle_meets_are_none() -> None:
    rows = [fake_row(n, run, "lru_cache", 0.5 + n / 100) for n in range(4) for run in ("tier2_fake", "tier3_fake")]
    own = dict.fromkeys(OWN, "logomesh-tier3")
    table = multiverse(fake_table(rows), "tier2_fake", "tier3_fake", own, fake_settings())
    assert table[["invalid source", "failed review", "tasks"]].drop_duplicates().shape[0] <= 2
    assert sorted(table["score"].unique()) == ["cis-3", "logomesh-stage2", "logomesh-tier3"]
    assert len(table) == 9


def test_a_task_that_loses_all_its_battles_leaves_the_weights() -> None:
    rows = [*two_runs(), *(fake_row(n, "tier3_fake", "rate_limiter", 0.9) for n in (40, 41))]
    rows += [fake_row(n, "tier2_fake", "rate_limiter", 0.9, L=0.5, critique=TIMED_OUT) for n in (42, 43)]
    table = multiverse(fake_table(rows), "tier2_fake", "tier3_fake", OWN, fake_settings())
    assert chosen(table, task_weights="equal")["n_tasks"] == 4
    assert chosen(table, task_weights="equal", failed_review="battle dropped")["n_tasks"] == 3


def test_the_order_of_rows_changes_nothing(battles: pd.DataFrame, table: pd.DataFrame) -> None:
    mixed = battles.sample(frac=1, random_state=3)
    other = multiverse(mixed, "tier2_fake", "tier3_fake", OWN, fake_settings())
    exact = [name for name in table.columns if name != "permutation"]
    order = list(LEVELS)
    pd.testing.assert_frame_equal(
        table.sort_values(order, ignore_index=True)[exact], other.sort_values(order, ignore_index=True)[exact]
    )


def test_only_runs_of_a_tier_with_battles_are_paired() -> None:
    rows = [fake_row(n, run, "lru_cache", 0.5) for n in range(2) for run in ("tier3_b", "tier2_z", "stage2", "tier2_a")]
    rows += [fake_row(9, "tier1_lonely", "lru_cache", 0.5)]
    assert pairs(fake_table(rows)) == [("tier2_a", "tier2_z"), ("tier2_a", "tier3_b"), ("tier2_z", "tier3_b")]
