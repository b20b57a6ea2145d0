"""What the manuscript says of scores: the ends of the range, the components, the cells, the analysis of variance."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.tables.rounding import NO_BREAK_SPACE, decimals_for, number, p_value, percent, with_interval


def result_numbers(analysis: Analysis, design: StudyDesign) -> dict[str, Any]:
    """Macros about scores, and `means`: contestant -> outcome -> mean with its interval."""
    models = analysis.models.sort_values(["CIS", "model"], ascending=[False, True])
    decimals = decimals_for((models["CIS_high"] - models["CIS_low"]) / 2)
    numbers: dict[str, Any] = {"contrasts": str(len(analysis.contrasts)), "means": _means(analysis.components)}
    for place, row in (("highest", models.iloc[0]), ("lowest", models.iloc[-1])):
        numbers[f"{place}_model"] = str(row["label"])
        numbers[f"{place}_cis"] = with_interval(row["CIS"], row["CIS_low"], row["CIS_high"], decimals)
    numbers["cis_range"] = number(models["CIS"].iloc[0] - models["CIS"].iloc[-1], decimals)
    shares = analysis.structure.sort_values(["variance_share", "component"])
    for place, row in (("least", shares.iloc[0]), ("most", shares.iloc[-1])):
        numbers[f"{place}_component"] = str(row["component"])
        numbers[f"{place}_component_share"] = percent(row["variance_share"])
    cells = analysis.cells[analysis.cells["outcome"] == "CIS"].sort_values(["mean", "model", "task"])
    titles = {task.id: task.title for task in design.tasks}
    for place, row in (("lowest", cells.iloc[0]), ("highest", cells.iloc[-1])):
        numbers[f"{place}_cell"] = f"{design.contestant(str(row['model'])).label} on {titles[str(row['task'])]}"
        numbers[f"{place}_cell_cis"] = number(row["mean"], 2)
    return numbers | _omnibus(analysis.omnibus)


def _means(outcomes: pd.DataFrame) -> dict[str, dict[str, str]]:
    means: dict[str, dict[str, str]] = {}
    for outcome, rows in outcomes.groupby("outcome", sort=False):
        decimals = decimals_for((rows["high"] - rows["low"]) / 2)
        for row in rows.to_dict(orient="records"):
            text = with_interval(row["mean"], row["low"], row["high"], decimals)
            means.setdefault(str(row["model"]), {})[str(outcome)] = text
    return means


def _omnibus(omnibus: pd.DataFrame) -> dict[str, str]:
    """Text of the ANOVA, or a statement that it is undefined for these data."""
    anova = {row["source"]: row for row in omnibus.to_dict(orient="records") if row["test"] == "anova"}
    numbers = {}
    for source, name in (("model", "anova_model"), ("task", "anova_task"), ("model x task", "anova_interaction")):
        if source not in anova:
            numbers[name] = "not defined for these data"
            continue
        row = anova[source]
        p = p_value(row["p"])
        numbers[name] = (
            f"F({row['df1']:.0f},~{row['df2']:.0f})~=~{number(row['F'], 2)}, p~{p if p[0] == '<' else '= ' + p},"
            f" partial η²~=~{number(row['np2'], 2)}"
        ).replace("~", NO_BREAK_SPACE)
    return numbers
