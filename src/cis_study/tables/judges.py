"""Judges: what their calibration found, and how they and human raters agree with CIS."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import COUNTS, GATE_NAMES, LEFT_OUT, passed
from cis_study.statistics.ratings import INSTRUMENT, PANEL, RATERS
from cis_study.tables.rounding import NO_NUMBER, number, with_interval
from cis_study.tables.table import Table, records


def calibration(table: pd.DataFrame, design: StudyDesign) -> Table:
    """One row per gate, one column per judge; of a gate with several parts the one that is furthest from passing."""
    rows: list[tuple[str, ...]] = []
    for gate, asked in table.groupby("gate", sort=False):
        first = asked.iloc[0]
        cells = [_cell(asked[asked["judge"] == judge.name]) for judge in design.judges]
        rows.append((_title(GATE_NAMES[str(gate)]), f"{first['rule']} {number(first['threshold'], 3)}", *cells))
    good = passed(table)
    verdict = [COUNTS if judge.name in good else LEFT_OUT for judge in design.judges]
    rows.append(("Verdict", "", *verdict))
    return Table(("Gate", "Bound", *(judge.label for judge in design.judges)), rows, text_columns=2)


def agreement(table: pd.DataFrame, design: StudyDesign) -> Table:
    """Every pair in the overall rating; panel and human raters also in every aspect."""
    rows = [
        (
            rater_label(row, design),
            row["second"],
            row["component"],
            str(row["n"]),
            with_interval(row["r"], row["r_low"], row["r_high"], 2),
            f"{number(row['z_low'], 2)} to {number(row['z_high'], 2)}",
            with_interval(row["mae"], row["mae_low"], row["mae_high"], 2),
            with_interval(row["kappa"], row["kappa_low"], row["kappa_high"], 2),
            with_interval(row["icc"], row["icc_low"], row["icc_high"], 2),
            row["outcome"],
            number(row["needed"], 0),
            f"{number(row['r_if_0'], 2)} / {number(row['r_if_1'], 2)}",
        )
        for row in records(table)
        if row["component"] == "overall" or (row["first"] in (PANEL, RATERS) and row["second"] == INSTRUMENT)
    ]
    header = ("Rater", "With", "Score", "n", "Pearson r", "by Fisher's z", "MAE", "Weighted kappa", "ICC(A,1)")
    return Table((*header, "Gate", "n to decide", "r, missing at 0 / 1"), rows, text_columns=3)


def rater_label(row: dict[str, Any], design: StudyDesign) -> str:
    """Label of the first of a pair; a judge that does not count is marked."""
    labels = {judge.name: judge.label for judge in design.judges} | {name: _title(name) for name in (PANEL, RATERS)}
    label = labels.get(row["first"], row["first"])
    return f"{label} ({LEFT_OUT})" if row["standing"] == LEFT_OUT else label


def _cell(rows: pd.DataFrame) -> str:
    if rows.empty:
        return NO_NUMBER
    worst = min(records(rows), key=_merit)
    text = with_interval(worst["value"], worst["low"], worst["high"], 2)
    part = f" ({_title(str(worst['part']).replace('_', ' '))})" if len(rows) > 1 else ""
    return f"{text}{part}{'' if worst['passed'] else ', fails'}"


def _merit(row: dict[str, Any]) -> tuple[bool, bool, float]:
    """The higher the better: passed before failed, known before unknown, then the distance from the bound."""
    value = row["value"]
    distance = {"at least": value, "at most": -value, "within": -abs(value)}[row["rule"]]
    return row["passed"], not pd.isna(value), distance


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]
