"""What the report shows beside the battles, in the order it is shown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cis_study.report.captions import FIGURES, TABLES, caption
from cis_study.report.page import ShownFigure, ShownTable
from cis_study.statistics.analysis import Analysis
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judges import JudgeAnalysis
from cis_study.tables.catalogue import make_table
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.power import power as power_table
from cis_study.tables.validity import CLAIM_TABLES


def shown_figures(svg: Mapping[str, str]) -> list[ShownFigure]:
    """The figures that there are, given as SVG text by name."""
    return [ShownFigure(svg[name], caption("figures", name)) for name in FIGURES if name in svg]


def shown_tables(
    design: StudyDesign,
    analysis: Analysis,
    claims: pd.DataFrame,
    judged: JudgeAnalysis | None,
    simulated: pd.DataFrame | None,
) -> list[ShownTable]:
    """The tables of a study.

    Args:
        claims: of the validity battery.
        judged: None where the study has no judges.
        simulated: power of simulated designs; None where none was simulated.
    """
    made = {name: make_table(name, analysis, design) for name in TABLES}
    if judged is not None:
        made["judge_calibration"] = calibration(judged.judge_calibration, design)
        made["judge_agreement"] = agreement(judged.judge_agreement, design)
    made |= {name: make_claims(claims, design) for name, make_claims in CLAIM_TABLES.items()}
    if simulated is not None:
        made["power"] = power_table(simulated)
    return [ShownTable(table, caption("tables", name)) for name, table in made.items()]
