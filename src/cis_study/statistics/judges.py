"""Everything the study says about its judges and human raters, as one pure function."""

from __future__ import annotations

import pandas as pd

from cis_study.judging.rubric import Rubric
from cis_study.scoring.controls import Controls
from cis_study.statistics import judge_verdicts
from cis_study.statistics.agreement import agreement_table
from cis_study.statistics.calibration import calibration_table
from cis_study.statistics.coefficients import pairs_needed
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import passed
from cis_study.statistics.ladder import ladder_table
from cis_study.statistics.ratings import PANEL, RATERS, exhibit_means, missing_judgements
from cis_study.statistics.results import JudgeAnalysis
from cis_study.statistics.self_preference import preference_table
from cis_study.statistics.settings import AnalysisSettings


def analyse_judges(
    ratings: pd.DataFrame,
    scores: pd.DataFrame,
    design: StudyDesign,
    controls: Controls,
    rubric: Rubric,
    settings: AnalysisSettings,
) -> JudgeAnalysis:
    """Calibration, panel, agreement with CIS, what is missing, self-preference.

    Args:
        ratings: as of `load_ratings`.
        scores: as of `load_scores`.
    """
    judges = [judge.name for judge in design.judges]
    preference = preference_table(ratings, scores, design, settings)
    calibration = calibration_table(ratings, preference, judges, controls, rubric.scale, settings)
    panel = passed(calibration)
    agreement = agreement_table(ratings, scores, design, panel, rubric.scale, settings)
    missing = missing_judgements(ratings)
    answers = [
        judge_verdicts.calibration(calibration, design),
        judge_verdicts.agreement(agreement, PANEL, settings),
        judge_verdicts.agreement(agreement, RATERS, settings),
        judge_verdicts.self_preference(preference, design),
    ]
    planned = settings.judging.planned_agreement
    summary = {
        "panel": panel,
        "alpha": settings.alpha,
        "gate": settings.judging.agreement,
        "planned": planned,
        "planned_pairs": pairs_needed(planned, settings.judging.agreement, settings.alpha),
        "asked": int(missing["n_asked"].sum()),
        "missing": int(missing["n_missing"].sum()),
        "largest_missing_share": float(missing["missing_share"].max()) if len(missing) else None,
        "verdicts": [answer._asdict() for answer in answers],
    }
    ladders = _ladders(ratings, judges, controls, settings)
    return JudgeAnalysis(calibration, ladders, agreement, missing, preference, summary)


def _ladders(ratings: pd.DataFrame, judges: list[str], controls: Controls, settings: AnalysisSettings) -> pd.DataFrame:
    tables = []
    for judge in judges:
        given = ratings[(ratings["rater"] == judge) & (ratings["kind"] == "judge") & (ratings["condition"] == "plain")]
        table = ladder_table(exhibit_means(given).droplevel("condition"), controls, settings)
        tables.append(table.assign(judge=judge))
    return pd.concat(tables, ignore_index=True)[["judge", "faults", "tasks", "mean", "low", "high"]]
