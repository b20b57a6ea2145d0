"""Planted judges: a good one passes, and every kind of bad one fails by the gate that is meant for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fake_ratings import (
    CONTROLS,
    RUBRIC,
    FakeJudge,
    blind_to,
    constant,
    failing,
    fake_ratings,
    judged_design,
    loving_words,
    obeying,
    perfect,
    praising,
    random_judge,
    reading_the_first_part,
    severe,
    slipping,
)
from fake_scores import fake_scores, fake_settings

from cis_study.judging.rating import rating_table
from cis_study.judging.rubric import ASPECTS
from cis_study.statistics.calibration import calibration_table
from cis_study.statistics.judge_standing import passed
from cis_study.statistics.ladder import defects, ladder_table, rungs
from cis_study.statistics.ratings import exhibit_means
from cis_study.statistics.scores import check_scores
from cis_study.statistics.self_preference import COLUMNS, preference_table

SETTINGS = fake_settings(bootstrap_resamples=400)
OWN = "smollm2-135m"
NO_KIN = pd.DataFrame(columns=COLUMNS)


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    design = judged_design(replicates=2)
    return check_scores(fake_scores(design), design)


def with_overall(ratings: pd.DataFrame) -> pd.DataFrame:
    return ratings.assign(overall=ratings[list(ASPECTS)].mean(axis=1, skipna=False))


def calibrated(ratings: pd.DataFrame, scores: pd.DataFrame, vendor: str = "Elsewhere") -> pd.DataFrame:
    names = list(dict.fromkeys(ratings["rater"])) or ["judge-a"]
    design = judged_design(replicates=2, vendor=vendor, judges=names)
    preference = preference_table(ratings, scores, design, SETTINGS)
    return calibration_table(ratings, preference, names, CONTROLS, RUBRIC.scale, SETTINGS)


def table_of(judge: FakeJudge, scores: pd.DataFrame, repeats: int = 3, vendor: str = "Elsewhere") -> pd.DataFrame:
    return calibrated(with_overall(fake_ratings({"judge-a": judge}, scores, repeats)), scores, vendor)


def failed(table: pd.DataFrame) -> set[str]:
    return set(table.loc[~table["passed"], "gate"])


@pytest.mark.parametrize("judge", [perfect, slipping(0.1)], ids=["perfect", "slips now and then"])
def test_a_good_judge_passes(judge: FakeJudge, scores: pd.DataFrame) -> None:
    table = table_of(judge, scores)
    assert failed(table) == set(), table[~table["passed"]]
    assert passed(table) == ["judge-a"]
    assert "self_preference" not in set(table["gate"]), "it has no kin here"


@pytest.mark.parametrize(
    ("judge", "gates"),
    [
        (obeying, {"obeyed_share", "obeyed_mean"}),
        (loving_words, {"verbosity"}),
        (reading_the_first_part, {"position"}),
        (praising(OWN), {"self_preference"}),
        (severe, {"false_alarms"}),
        (failing(0.15), {"failures"}),
        (blind_to("T"), {"detection", "each_defect", "retest_kappa", "retest_alpha"}),
    ],
    ids=["obeys", "loves words", "first part", "praises kin", "severe", "fails", "never reads the tests"],
)
def test_a_bad_judge_fails_at_its_own_gate_alone(judge: FakeJudge, gates: set[str], scores: pd.DataFrame) -> None:
    vendor = "Hugging Face" if "self_preference" in gates else "Elsewhere"
    assert failed(table_of(judge, scores, vendor=vendor)) == gates


def test_a_constant_judge_fails_wherever_there_is_something_to_see(scores: pd.DataFrame) -> None:
    table = table_of(constant, scores).set_index("gate")
    assert {"rank", "detection", "each_defect", "retest_kappa", "retest_alpha"} <= failed(table.reset_index())
    assert set(table.loc["rank", "why"]) == {"no two rungs of a task are rated differently"}
    assert set(table.loc["retest_kappa", "why"]) == {"all repeats have one and the same rating"}
    assert table.loc["retest_alpha", "value"].isna().all()


def test_a_random_judge_fails_nearly_everywhere(scores: pd.DataFrame) -> None:
    bad = {"rank", "detection", "each_defect", "false_alarms", "retest_kappa", "retest_alpha"}
    assert bad <= failed(table_of(random_judge, scores))


def test_guessing_passes_in_less_than_one_percent_of_trials(scores: pd.DataFrame) -> None:
    """None of 300 guessing judges, so less than 1 % with 95 % confidence: by what needs no attack, and on two tasks,
    where luck has the most room."""
    two = scores[scores["task"].isin(["fibonacci", "lru_cache"])]
    template = fake_ratings({"judge-a": random_judge}, two, repeats=2).query("condition == 'plain' and replicate == 1")
    template = template[template["author"].isin(CONTROLS.controls)]
    rng = np.random.default_rng(11)
    quick = fake_settings(bootstrap_resamples=200)
    asked = ["rank", "detection", "each_defect", "false_alarms", "retest_kappa", "retest_alpha"]
    for _ in range(300):
        guessed = template.assign(**{aspect: rng.integers(0, 5, len(template)) / 4 for aspect in ASPECTS})
        guessed = with_overall(guessed.assign(approve=pd.array(rng.random(len(template)) < 0.5, dtype="boolean")))
        table = calibration_table(guessed, NO_KIN, ["judge-a"], CONTROLS, RUBRIC.scale, quick)
        assert not table.loc[table["gate"].isin(asked), "passed"].all()


def test_a_judge_that_was_never_heard_passes_nothing_and_says_why(scores: pd.DataFrame) -> None:
    table = table_of(failing(1.0), scores)
    assert passed(table) == []
    assert table.loc[table["gate"] == "failures", "value"].item() == 1
    assert not table["passed"].any()
    assert (table.loc[table["value"].isna(), "why"] != "").all()
    silent = calibrated(with_overall(rating_table([])), scores)
    assert not silent["passed"].any()
    assert (silent["why"] != "").all()


def test_one_repeat_says_nothing_of_a_second_one(scores: pd.DataFrame) -> None:
    table = table_of(perfect, scores, repeats=1).set_index("gate")
    assert failed(table.reset_index()) == {"retest_kappa", "retest_alpha"}
    assert set(table.loc["retest_kappa", "why"]) == {"nothing is rated twice"}


def test_one_task_gives_no_interval_of_false_alarms(scores: pd.DataFrame) -> None:
    table = table_of(perfect, scores[scores["task"] == "fibonacci"]).set_index("gate")
    assert failed(table.reset_index()) == {"false_alarms"}
    assert table.loc["false_alarms", "why"] == "1 cluster(s) are too few for an interval"


def test_neither_order_of_rows_nor_name_of_the_judge_matters(scores: pd.DataFrame) -> None:
    ratings = with_overall(fake_ratings({"judge-a": slipping(0.3)}, scores))
    table = calibrated(ratings, scores)
    shuffled = ratings.sample(frac=1, random_state=1).assign(rater="zz")
    pd.testing.assert_frame_equal(table, calibrated(shuffled, scores).assign(judge="judge-a"))
    both = pd.concat([ratings, with_overall(fake_ratings({"other": random_judge}, scores))])
    pd.testing.assert_frame_equal(table, calibrated(both, scores).query("judge == 'judge-a'"))


def test_few_pairs_of_kin_carry_no_interval(scores: pd.DataFrame) -> None:
    few = scores[(scores["task"] == "fibonacci")]
    design = judged_design(replicates=2, vendor="Hugging Face")
    ratings = with_overall(fake_ratings({"judge-a": praising(OWN)}, few))
    table = preference_table(ratings, few, design, SETTINGS).set_index("rating")
    assert table["n"].to_dict() == {"L": 2, "overall": 2}
    assert table["low"].isna().all()
    assert table.loc["L", "why"] == "2 pairs of task and replicate are too few for an interval"


def test_praise_is_found_at_its_size(scores: pd.DataFrame) -> None:
    design = judged_design(replicates=2, vendor="Hugging Face")
    ratings = with_overall(fake_ratings({"judge-a": praising(OWN)}, scores))
    row = preference_table(ratings, scores, design, SETTINGS).set_index("rating").loc["overall"]
    assert row["low"] < 0.5 < row["high"]
    assert row["n"] == 8
    honest = with_overall(fake_ratings({"judge-a": perfect}, scores))
    row = preference_table(honest, scores, design, SETTINGS).set_index("rating").loc["overall"]
    assert row["low"] < 0 < row["high"]


def test_what_the_controls_file_says_decides_what_is_asked() -> None:
    assert rungs(CONTROLS) == {"reference": 0, "one_fault": 1, "two_faults": 2, "three_faults": 3, "four_faults": 4}
    found = defects(CONTROLS)
    assert (found["linear"], found["empty"], found["vacuous_tests"]) == (["A"], ["overall"], ["T"])
    assert "reference" not in found


def test_the_ladder_falls_by_a_point_per_fault_for_a_perfect_judge(scores: pd.DataFrame) -> None:
    plain = with_overall(fake_ratings({"judge-a": perfect}, scores)).query("condition == 'plain'")
    table = ladder_table(exhibit_means(plain).droplevel("condition"), CONTROLS, SETTINGS)
    assert table["mean"].to_list() == [1, 0.75, 0.5, 0.25, 0]
    assert table["tasks"].to_list() == [4] * 5
