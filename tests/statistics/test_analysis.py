"""The analysis as a whole: estimates, gates, verdicts and stable bytes."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings, lose
from pandas.testing import assert_frame_equal

from cis_study.errors import StudyError
from cis_study.statistics.analysis import analyse
from cis_study.statistics.contrasts import cliffs_delta, hedges_g
from cis_study.statistics.criterion import criterion_table
from cis_study.statistics.estimates import resample_cells
from cis_study.statistics.files import csv_text, read_analysis, rounded, write_analysis
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import check_scores, load_scores

STRONG, MIDDLE, WEAK = "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"


def run(scores: pd.DataFrame | None = None, step: float = 0.2, **how: Any) -> Analysis:
    design = fake_design()
    scores = fake_scores(design, step=step, **how) if scores is None else scores
    return analyse(check_scores(scores, design), design, fake_settings(), FAKE_STANDING)


def verdict(analysis: Analysis, question: str) -> dict[str, str]:
    return {answer["question"]: answer for answer in analysis.summary["verdicts"]}[question]


def test_tasks_count_the_same_however_many_battles_they_kept() -> None:
    design = fake_design(replicates=60)
    scores = lose(fake_scores(design), WEAK, "fibonacci", 1)
    analysis = analyse(check_scores(scores, design), design, fake_settings(), FAKE_STANDING)
    kept = scores[(scores["model"] == WEAK) & scores["CIS"].notna()]
    expected = kept.groupby("task")["CIS"].mean().mean()
    assert analysis.models.set_index("model").at[WEAK, "CIS"] == pytest.approx(expected)
    assert kept["CIS"].mean() != pytest.approx(expected, abs=1e-9)


def test_cell_numbers_are_those_of_pandas() -> None:
    design = fake_design()
    scores = fake_scores(design)
    cell = scores[(scores["model"] == MIDDLE) & (scores["task"] == "lru_cache")]["T"]
    row = run(scores).cells.set_index(["model", "task", "outcome"]).loc[(MIDDLE, "lru_cache", "T")]
    assert (row["mean"], row["sd"]) == (pytest.approx(cell.mean()), pytest.approx(cell.std()))
    assert (row["n_planned"], row["n_scored"]) == (10, 10)


def test_row_order_does_not_matter() -> None:
    design = fake_design()
    scores = fake_scores(design)
    shuffled = scores.sample(frac=1, random_state=4)
    for name, straight, mixed in zip(Analysis._fields, run(scores), run(shuffled), strict=True):
        if name != "summary":
            assert_frame_equal(straight, mixed)
    assert run(scores).summary == run(shuffled).summary


def test_another_model_leaves_the_numbers_of_the_others_alone() -> None:
    design = fake_design()
    fewer = fake_design(contestants=[c.model_dump() for c in design.contestants[:2]])
    scores = fake_scores(design)
    part = analyse(check_scores(scores[scores["model"] != STRONG], fewer), fewer, fake_settings(), FAKE_STANDING)
    assert_frame_equal(run(scores).models.head(2), part.models, check_dtype=False)


def test_holm_is_monotone_and_never_below_the_raw_p() -> None:
    contrasts = run(step=0.03).contrasts.sort_values("p")
    assert (contrasts["p_holm"] >= contrasts["p"]).all()
    assert contrasts["p_holm"].is_monotonic_increasing
    assert contrasts["p_holm"].iloc[0] == pytest.approx(min(1, 3 * contrasts["p"].iloc[0]))


def test_contrast_is_the_difference_of_the_two_means() -> None:
    analysis = run()
    means = analysis.models.set_index("model")["CIS"]
    row = analysis.contrasts.set_index(["model", "reference"]).loc[(STRONG, WEAK)]
    assert row["difference"] == pytest.approx(means[STRONG] - means[WEAK])
    assert row["low"] <= row["difference"] <= row["high"]


def test_effect_sizes_have_known_values() -> None:
    # d = -1/1 with sd 1 each; Hedges' correction at 4 degrees of freedom is 1 - 3/15.
    assert hedges_g(np.array([1.0, 2, 3]), np.array([2.0, 3, 4])) == pytest.approx(-0.8)
    assert cliffs_delta(np.array([1.0, 2]), np.array([2.0, 3])) == pytest.approx(-0.75)
    assert cliffs_delta(np.array([0.5, 0.5]), np.array([0.5])) == 0
    assert np.isnan(hedges_g(np.full(3, 0.5), np.full(3, 0.5)))


@pytest.mark.parametrize("status", ["infra_failure", "sandbox_failure", "judge_failure"])
def test_gate_refuses_and_names_the_cell(status: str) -> None:
    design = fake_design()
    with pytest.raises(StudyError, match=rf"{MIDDLE} x rate_limiter: 1 of 10 battles missing \(1 {status}\).*2\.0%"):
        run(lose(fake_scores(design), MIDDLE, "rate_limiter", 1, status))


def test_gate_sees_battles_without_a_row() -> None:
    scores = fake_scores(fake_design())
    gone = (scores["model"] == MIDDLE) & (scores["task"] == "rate_limiter")
    with pytest.raises(StudyError, match="10 of 10 battles missing \\(10 absent\\)"):
        run(scores[~gone])


def test_gate_admits_exactly_two_percent() -> None:
    design = fake_design(replicates=50)
    scores = lose(fake_scores(design), WEAK, "fibonacci", 1)
    analysis = analyse(check_scores(scores, design), design, fake_settings(), FAKE_STANDING)
    assert analysis.summary["counts"]["missing"] == 1
    assert analysis.missing["n_missing"].sum() == 1
    with pytest.raises(StudyError, match="2 of 50"):
        analyse(check_scores(lose(scores, WEAK, "fibonacci", 2), design), design, fake_settings(), FAKE_STANDING)


def test_model_failures_are_scored_not_missing() -> None:
    analysis = run(step=0.02)
    failures = analysis.summary["counts"]["status"]["model_failure"]
    assert failures > 0
    assert analysis.models["model_failure"].sum() == failures
    assert analysis.summary["counts"]["with_scores"] == 120


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("CIS", 0.999, "weighted sum"),
        ("R", 1.2, r"lies in \[0, 1\]"),
        ("status", "crashed", "a status is one of"),
        ("task", "sudoku", "no such task"),
        ("model", "gpt", "no such contestant"),
        ("replicate", 11, "not planned"),
        ("replicate", 0, "not planned"),
        ("study", "other", "another study"),
        ("hidden_passed", 21, "hidden cases"),
        ("status", "infra_failure", "missing battle carries a score"),
    ],
)
def test_rows_that_no_scorer_wrote_are_refused(column: str, value: object, message: str) -> None:
    design = fake_design()
    scores = fake_scores(design)
    scores.loc[5, column] = value
    with pytest.raises(StudyError, match=message):
        check_scores(scores, design)


def test_rows_of_other_instruments_are_left_out_and_one_must_be_there() -> None:
    design = fake_design()
    scores = fake_scores(design)
    other = scores.assign(instrument="other-1", CIS=0.0)
    assert check_scores(pd.concat([other, scores], ignore_index=True), design).equals(check_scores(scores, design))
    with pytest.raises(StudyError, match="no row of the instrument cis-1"):
        check_scores(other, design)


def test_a_battle_scored_twice_is_refused() -> None:
    design = fake_design()
    scores = fake_scores(design)
    with pytest.raises(StudyError, match="scored twice"):
        check_scores(pd.concat([scores, scores.head(1)]), design)


def test_missing_score_file_says_what_to_do() -> None:
    with pytest.raises(StudyError, match="Score the battles"):
        load_scores([Path("nowhere.parquet")], fake_design())


def test_verdicts_follow_the_data_in_both_directions() -> None:
    up, flat, down = run(step=0.2), run(step=0.0, seed=3), run(step=-0.2, base=0.7)
    assert verdict(up, "tier order")["outcome"] == "supported"
    assert verdict(flat, "tier order")["outcome"] == "not supported"
    assert verdict(down, "tier order")["outcome"] == "contradicted"
    assert "SmolLM2 135M over Qwen2.5-Coder 1.5B" in verdict(down, "tier order")["sentence"]
    assert "none of the 3 pairs" in verdict(flat, "separation")["sentence"]
    assert verdict(down, "separation")["outcome"] == "supported"


def test_criterion_verdict_needs_more_than_the_hidden_cases_inside_cis() -> None:
    """L alone tracks the hidden cases here; R, A and T are noise of their own."""
    analysis = run(step=0.0)
    rho = analysis.criterion.set_index("predictor")["rho"]
    assert rho["L"] > 0.9
    assert rho["CIS"] > 0.3
    assert abs(rho["CIS without L"]) < 0.3
    assert verdict(analysis, "criterion")["outcome"] == "not supported"


def test_the_criterion_correlation_is_that_of_ranks_within_tasks() -> None:
    design = fake_design(replicates=12)
    scores = check_scores(fake_scores(design), design)
    ranks = scores.groupby("task")[["T", "hidden"]].rank()
    centred = ranks - ranks.groupby(scores["task"]).transform("mean")
    cells = resample_cells(scores, design, fake_settings())
    rho = criterion_table(cells, design, fake_settings()).set_index("predictor")["rho"]
    assert rho["T"] == pytest.approx(centred["T"].corr(centred["hidden"]))


def test_the_criterion_does_not_hold_every_resampled_battle_at_once() -> None:
    """Doing so took 15 GB at 10,000 battles; here it would be 134 MB."""
    design, settings = fake_design(replicates=100), fake_settings(bootstrap_resamples=2000)
    cells = resample_cells(check_scores(fake_scores(design), design), design, settings)
    tracemalloc.start()
    try:
        criterion_table(cells, design, settings)
        assert tracemalloc.get_traced_memory()[1] < 90e6
    finally:
        tracemalloc.stop()


def test_a_component_that_never_varies_is_called_out() -> None:
    design = fake_design()
    scores = fake_scores(design)
    scores["A"] = 0.8
    scores["CIS"] = 0.25 * (scores["R"] + scores["A"] + scores["T"] + scores["L"])
    analysis = run(scores)
    assert analysis.structure.set_index("component").at["A", "variance_share"] == 0
    assert analysis.structure["variance_share"].sum() == pytest.approx(1)
    assert "A (0 %)" in verdict(analysis, "components")["sentence"]


def test_omnibus_finds_the_planted_interaction() -> None:
    design = fake_design()
    scores = fake_scores(design, step=0.0, base=0.4)
    favoured = (scores["model"] == STRONG) & (scores["task"] == "fibonacci")
    for name in ("R", "A", "T", "L"):
        scores.loc[favoured, name] = np.clip(scores.loc[favoured, name] + 0.4, 0, 1)
    scores["CIS"] = 0.25 * (scores["R"] + scores["A"] + scores["T"] + scores["L"])
    omnibus = run(scores).omnibus.set_index(["test", "source"])
    assert omnibus.at[("anova", "model x task"), "p"] < 1e-4
    assert tuple(omnibus.loc[("anova", "model x task"), ["df1", "df2"]]) == (6, 108)


def test_study_without_spread_or_rivals_still_reports() -> None:
    design = fake_design(replicates=1, contestants=[fake_design().contestants[0].model_dump()])
    analysis = analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)
    assert analysis.contrasts.empty
    assert analysis.omnibus.empty
    assert verdict(analysis, "tier order")["outcome"] == "not testable"
    assert analysis.models["CIS_low"].isna().all()


def test_files_have_the_same_bytes_twice_and_can_be_read_back(tmp_path: Path) -> None:
    write_analysis(run(), tmp_path / "a")
    write_analysis(run(), tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "summary.json" in names
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    again = read_analysis(tmp_path / "a")
    assert again.models["model"].to_list() == [WEAK, MIDDLE, STRONG]
    assert csv_text(again.contrasts) == (tmp_path / "a" / "contrasts.csv").read_text()


def test_json_holds_null_where_a_number_is_unknown() -> None:
    assert rounded({"a": [float("nan"), 1 / 3]}) == {"a": [None, 0.333333]}
