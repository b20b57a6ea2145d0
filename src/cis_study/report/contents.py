"""What the report shows beside the battles, in the order it is shown; what is said of it comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cis_study.report.page import ShownFigure, ShownTable
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.power_settings import Simulated
from cis_study.statistics.results import Analysis, JudgeAnalysis
from cis_study.tables.catalogue import make_table
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.power import power as power_table
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.yamlfile import validate

FIGURES = (
    "cis_by_model",
    "task_by_model",
    "distributions",
    "components_by_model",
    "validity",
    "weights",
    "reliability",
    "episodes",
    "judges",
    "throughput",
    "power",
)
TABLES = (
    "models",
    "main_results",
    "contrasts",
    "components",
    "omnibus",
    "missing",
    "hypotheses",
    "gates",
    "generalisation",
)
"""Of the analysis; those of judges, validity and power follow them."""


def shown_figures(drawn: Mapping[str, str]) -> list[ShownFigure]:
    """The figures that there are, given as the texts of `{name}.svg` and `{name}.txt`."""
    return [ShownFigure(drawn[f"{name}.svg"], drawn[f"{name}.txt"]) for name in FIGURES if f"{name}.svg" in drawn]


def shown_tables(
    design: StudyDesign,
    analysis: Analysis,
    claims: pd.DataFrame,
    judged: JudgeAnalysis | None,
    power: tuple[pd.DataFrame, Mapping[str, Any]] | None,
) -> list[ShownTable]:
    """The tables of a study.

    Args:
        claims: of the validity battery.
        judged: None where the study has no judges.
        power: simulated designs and what they were simulated with; None where nothing was simulated.
    """
    alpha = analysis.summary["settings"]["alpha"]
    made = [make_table(name, analysis, design) for name in TABLES]
    if judged is not None:
        made.append(calibration(judged.judge_calibration, design, alpha))
        made.append(agreement(judged.judge_agreement, design, alpha))
    made += [make_claims(claims, design, alpha) for make_claims in CLAIM_TABLES.values()]
    if power is not None:
        simulated, settings = power
        made.append(power_table(simulated, validate(Simulated, settings, where="the simulated power")))
    return [ShownTable(table, table.told().text) for table in made]
