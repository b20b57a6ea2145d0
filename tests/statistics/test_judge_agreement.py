"""Agreement, panel, missing judgements and verdicts on ratings whose truth is planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_ratings import (
    CONTROLS,
    RUBRIC,
    FakeJudge,
    failing,
    fake_humans,
    fake_ratings,
    judged_design,
    perfect,
    random_judge,
    severe,
    slipping,
)
from fake_scores import fake_scores, fake_settings

from cis_study.errors import StudyError
from cis_study.judging.rating import rating_table
from cis_study.statistics.agreement import agreement_table, outcome
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.files import csv_text, read_judges, write_judges
from cis_study.statistics.judges import JudgeAnalysis, analyse_judges
from cis_study.statistics.ratings import PANEL, RATERS, load_ratings, missing_judgements
from cis_study.statistics.resampling import Interval
from cis_study.statistics.scores import check_scores

SETTINGS = fake_settings(bootstrap_resamples=300)
JUDGES = ("good", "bad")


@pytest.fixture(scope="module")
def design() -> StudyDesign:
    return judged_design(replicates=4, judges=JUDGES)


@pytest.fixture(scope="module")
def scores(design: StudyDesign) -> pd.DataFrame:
    return check_scores(fake_scores(design), design)


def loaded(tables: list[pd.DataFrame], design: StudyDesign, folder: Path) -> pd.DataFrame:
    path = folder / "ratings.csv"
    pd.concat(tables).to_csv(path, index=False)
    return load_ratings(path, design, list(CONTROLS.controls))


@pytest.fixture(scope="module")
def ratings(design: StudyDesign, scores: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    judges: dict[str, FakeJudge] = {"good": slipping(0.05), "bad": random_judge}
    tables = [fake_ratings(judges, scores), fake_humans(scores, ["rater-1", "rater-2"], 0.3)]
    return loaded(tables, design, tmp_path_factory.mktemp("ratings"))


@pytest.fixture(scope="module")
def analysis(ratings: pd.DataFrame, scores: pd.DataFrame, design: StudyDesign) -> JudgeAnalysis:
    return analyse_judges(ratings, scores, design, CONTROLS, RUBRIC, SETTINGS)


def overall(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["component"] == "overall"].set_index(["first", "second"]).sort_index()


def verdict(analysis: JudgeAnalysis, question: str) -> dict[str, str]:
    return next(item for item in analysis.judge_summary["verdicts"] if item["question"] == question)


def test_only_judges_that_passed_are_the_panel(analysis: JudgeAnalysis) -> None:
    table = overall(analysis.judge_agreement)
    assert analysis.judge_summary["panel"] == ["good"]
    assert table.loc[(PANEL, "CIS"), "r"] == table.loc[("good", "CIS"), "r"]
    assert table["standing"].to_dict()[("good", "CIS")] == "in the panel"
    assert table["standing"].to_dict()[("bad", "CIS")] == "left out"
    assert table.loc[(PANEL, "CIS"), "outcome"] == "supported"
    assert table.loc[("bad", "CIS"), "outcome"] == "contradicted"
    assert verdict(analysis, "agreement of the panel")["outcome"] == "supported"
    assert "Fake bad failed at" in verdict(analysis, "judges")["sentence"]


def test_every_kind_of_pair_is_there(analysis: JudgeAnalysis) -> None:
    pairs = {("rater-1", "rater-2"), (PANEL, RATERS), ("good", RATERS), ("bad", RATERS)}
    pairs |= {(name, "CIS") for name in (PANEL, RATERS, "good", "bad", "rater-1", "rater-2")}
    table = analysis.judge_agreement
    assert set(overall(table).index) == pairs
    assert len(table) == 5 * len(pairs)


def test_agreement_is_that_of_plain_numpy(analysis: JudgeAnalysis, ratings: pd.DataFrame, scores: pd.DataFrame) -> None:
    own = ratings[(ratings["rater"] == "bad") & ratings["author"].isin(scores["model"])]
    means = own.groupby(["author", "task", "replicate"])["T"].mean()
    truth = scores.set_index(["model", "task", "replicate"])["T"].reindex(means.index)
    row = analysis.judge_agreement.query("first == 'bad' and second == 'CIS' and component == 'T'").iloc[0]
    assert row["r"] == pytest.approx(np.corrcoef(means, truth)[0, 1])
    assert row["mae"] == pytest.approx((means - truth).abs().mean())
    assert (row["n"], row["clusters"]) == (48, 12)


def test_nobody_counts_on_its_own_kin(ratings: pd.DataFrame, scores: pd.DataFrame) -> None:
    kin = judged_design(replicates=4, vendor="Alibaba", judges=JUDGES)
    table = overall(agreement_table(ratings, scores, kin, ["good"], RUBRIC.scale, SETTINGS))
    assert table.loc[(PANEL, "CIS"), "n"] == 16, "one contestant of three is of another vendor"
    assert table.loc[("rater-1", "CIS"), "n"] == 48


def test_missing_judgements_are_counted_and_bound_the_result(
    design: StudyDesign, scores: pd.DataFrame, tmp_path: Path
) -> None:
    ratings = loaded([fake_ratings({"good": failing(0.3), "bad": perfect}, scores)], design, tmp_path)
    table = overall(agreement_table(ratings, scores, design, ["bad"], RUBRIC.scale, SETTINGS))
    whole, part = table.loc[("bad", "CIS")], table.loc[("good", "CIS")]
    assert whole["r"] == whole["r_if_0"] == whole["r_if_1"]
    assert max(part["r_if_0"], part["r_if_1"]) < part["r"]
    missing = missing_judgements(ratings).set_index(["judge", "author"])
    assert missing.loc["bad", "n_missing"].sum() == 0
    assert missing.loc["good", "n_missing"].sum() == (ratings["status"] == "judge_failure").sum()


def test_an_exhibit_that_was_never_rated_is_left_out_and_in_the_bounds(
    design: StudyDesign, scores: pd.DataFrame, tmp_path: Path
) -> None:
    ratings = loaded([fake_ratings({"good": failing(1.0), "bad": perfect}, scores)], design, tmp_path)
    table = overall(agreement_table(ratings, scores, design, [], RUBRIC.scale, SETTINGS))
    row = table.loc[("good", "CIS")]
    assert row["n"] == 0
    assert row[["r", "r_low", "z_low", "mae", "kappa", "icc", "r_if_0"]].isna().all()
    assert row["outcome"] == "not decided"
    assert PANEL not in table.index.get_level_values("first")


def test_without_a_panel_or_people_the_sentences_say_so(
    design: StudyDesign, scores: pd.DataFrame, tmp_path: Path
) -> None:
    judges: dict[str, FakeJudge] = {"good": severe, "bad": random_judge}
    ratings = loaded([fake_ratings(judges, scores)], design, tmp_path)
    analysis = analyse_judges(ratings, scores, design, CONTROLS, RUBRIC, SETTINGS)
    assert verdict(analysis, "judges")["outcome"] == "contradicted"
    assert verdict(analysis, "judges")["sentence"].startswith("No judge passed its calibration on planted submissions")
    assert "there is no panel" in verdict(analysis, "agreement of the panel")["sentence"]
    assert "No human rating was handed in" in verdict(analysis, "agreement of human raters")["sentence"]
    assert verdict(analysis, "self-preference")["outcome"] == "not testable"


def test_people_alone_can_agree(design: StudyDesign, scores: pd.DataFrame, tmp_path: Path) -> None:
    ratings = loaded([fake_humans(scores, ["rater-1"], 0.2)], design, tmp_path)
    analysis = analyse_judges(ratings, scores, design, CONTROLS, RUBRIC, SETTINGS)
    assert verdict(analysis, "agreement of human raters")["outcome"] == "supported"
    assert verdict(analysis, "judges")["outcome"] == "contradicted"


def test_few_submissions_decide_nothing(design: StudyDesign, scores: pd.DataFrame, tmp_path: Path) -> None:
    few = scores[(scores["replicate"] == 1) & scores["task"].isin(["fibonacci", "lru_cache"])]
    ratings = loaded([fake_humans(few, ["rater-1"], 0.9)], design, tmp_path)
    analysis = analyse_judges(ratings, few, design, CONTROLS, RUBRIC, SETTINGS)
    found = verdict(analysis, "agreement of human raters")
    assert found["outcome"] == "not supported"
    assert "it takes" in found["sentence"]
    one = few[few["model"] == design.models[0]].head(1)
    ratings = loaded([fake_humans(one, ["rater-1"], 0.9)], design, tmp_path)
    analysis = analyse_judges(ratings, one, design, CONTROLS, RUBRIC, SETTINGS)
    found = verdict(analysis, "agreement of human raters")
    assert found["outcome"] == "not testable"
    assert found["sentence"].startswith("The human raters rated 1 submissions of 1 contestants and tasks")


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([(0.70, 0.9), (0.71, 0.8)], "supported"),
        ([(0.69, 0.9), (0.71, 0.8)], "not decided"),
        ([(0.1, 0.69), (0.2, 0.6)], "contradicted"),
        ([(0.1, 0.70), (0.2, 0.6)], "not decided"),
        ([(np.nan, np.nan), (0.8, 0.9)], "not decided"),
    ],
)
def test_the_gate_is_about_whole_intervals(intervals: list[tuple[float, float]], expected: str) -> None:
    assert outcome([Interval(*ends) for ends in intervals], 0.7) == expected


def test_order_of_rows_does_not_matter(
    ratings: pd.DataFrame, scores: pd.DataFrame, design: StudyDesign, analysis: JudgeAnalysis
) -> None:
    again = analyse_judges(ratings.sample(frac=1, random_state=4), scores, design, CONTROLS, RUBRIC, SETTINGS)
    for name in ("judge_agreement", "judge_missing", "self_preference"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(analysis, name))


def test_files_give_back_what_was_written(analysis: JudgeAnalysis, tmp_path: Path) -> None:
    write_judges(analysis, tmp_path)
    again = read_judges(tmp_path)
    for name in ("judge_calibration", "judge_ladder", "judge_agreement", "judge_missing", "self_preference"):
        assert csv_text(getattr(again, name)) == csv_text(getattr(analysis, name))
    assert again.judge_summary["panel"] == ["good"]
    assert set(again.judge_agreement["standing"]) == {"", "in the panel", "left out"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rater": "stranger"}, "no such judge"),
        ({"author": "stranger"}, "no such author"),
        ({"rater": "bad", "kind": "human"}, "the name means somebody else"),
        ({"repeat": 1}, "the rating stands twice"),
    ],
)
def test_ratings_that_nobody_can_have_given_are_refused(
    design: StudyDesign, scores: pd.DataFrame, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    table = fake_ratings({"good": perfect}, scores.head(1), repeats=2)
    with pytest.raises(StudyError, match=message):
        loaded([table.assign(**change)], design, tmp_path)
    with pytest.raises(StudyError, match="quotes_found"):
        loaded([table.drop(columns="quotes_found")], design, tmp_path)


def test_no_ratings_at_all_are_no_error(design: StudyDesign, scores: pd.DataFrame, tmp_path: Path) -> None:
    analysis = analyse_judges(loaded([rating_table([])], design, tmp_path), scores, design, CONTROLS, RUBRIC, SETTINGS)
    assert analysis.judge_summary["panel"] == []
    assert analysis.judge_summary["largest_missing_share"] is None
