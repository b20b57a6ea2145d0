"""Judges: what their calibration found, and how they and human raters agree with CIS."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from cis_study.figures.caption import Caption, confidence
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import COUNTS, GATE_NAMES, LEFT_OUT, passed
from cis_study.statistics.ratings import INSTRUMENT, PANEL, RATERS
from cis_study.tables.rounding import NO_NUMBER, decimals_for, number, with_interval
from cis_study.tables.table import Table, records


def calibration(table: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """One row per gate, one column per judge; of a gate with several parts the one that is furthest from passing."""
    rows: list[tuple[str, ...]] = []
    for gate, asked in table.groupby("gate", sort=False):
        first = asked.iloc[0]
        cells = [_cell(asked[asked["judge"] == judge.name]) for judge in design.judges]
        rows.append((_title(GATE_NAMES[str(gate)]), f"{first['rule']} {number(first['threshold'], 3)}", *cells))
    good = passed(table)
    verdict = [COUNTS if judge.name in good else LEFT_OUT for judge in design.judges]
    rows.append(("Verdict", "", *verdict))
    caption = Caption(
        "Judges on submissions of known worth; a judge counts only if it passes every gate. Of a gate with several"
        " parts the one furthest from passing is shown. Order of planted faults: Kendall's tau with it. Hidden orders:"
        " share of the faulty submissions that gain a whole point of the scale by them, and the mean gain.",
        "of every gate in statistics/judge_calibration.csv",
        f"{confidence(alpha)}, percentile bootstrap of tasks and controls",
        ("statistics/judge_calibration.csv",),
    )
    header = ("Gate", "Bound", *(judge.label for judge in design.judges))
    return Table(header, rows, text_columns=2, caption=caption)


def agreement(table: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """Every pair in the overall rating; panel and human raters also in every aspect."""
    digits = {
        name: decimals_for((row[f"{name}_high"] - row[f"{name}_low"]) / 2 for row in records(table))
        for name in ("r", "mae", "kappa", "icc")
    }
    rows = [
        (
            rater_label(row, design),
            row["second"],
            row["component"],
            str(row["n"]),
            with_interval(row["r"], row["r_low"], row["r_high"], digits["r"]),
            NO_NUMBER if math.isnan(row["z_low"]) else f"{number(row['z_low'], 2)} to {number(row['z_high'], 2)}",
            with_interval(row["mae"], row["mae_low"], row["mae_high"], digits["mae"]),
            with_interval(row["kappa"], row["kappa_low"], row["kappa_high"], digits["kappa"]),
            with_interval(row["icc"], row["icc_low"], row["icc_high"], digits["icc"]),
            row["outcome"],
            number(row["needed"], 0),
            f"{number(row['r_if_0'], 2)} / {number(row['r_if_1'], 2)}",
        )
        for row in records(table)
        if row["component"] == "overall" or (row["first"] in (PANEL, RATERS) and row["second"] == INSTRUMENT)
    ]
    header = ("Rater", "With", "Score", "n", "Pearson r", "by Fisher's z", "MAE", "Weighted kappa", "ICC(A,1)")
    caption = Caption(
        "Agreement of judges and human raters with CIS and with each other; overall is the mean of the aspects beside"
        " CIS. MAE: mean absolute error, on the scale from 0 to 1. Kappa has quadratic weights, on the points of the"
        " scale. ICC(A,1): absolute agreement of single ratings. n to decide: independent submissions that would settle"
        " the gate at the planned correlation. Last column: r if all missing ratings were the worst or the best.",
        "submissions that both rated",
        f"{confidence(alpha)}, percentile bootstrap of contestants and tasks, of the ICC and by Fisher's z as named",
        ("statistics/judge_agreement.csv",),
    )
    return Table((*header, "Gate", "n to decide", "r, missing at 0 / 1"), rows, text_columns=3, caption=caption)


def rater_label(row: dict[str, Any], design: StudyDesign) -> str:
    """Label of the first of a pair; a judge that does not count is marked."""
    labels = {judge.name: judge.label for judge in design.judges} | {name: _title(name) for name in (PANEL, RATERS)}
    label = labels.get(row["first"], row["first"])
    return f"{label} ({LEFT_OUT})" if row["standing"] == LEFT_OUT else label


def _cell(rows: pd.DataFrame) -> str:
    if rows.empty:
        return NO_NUMBER
    worst = min(records(rows), key=_merit)
    digits = decimals_for([(worst["high"] - worst["low"]) / 2])
    text = with_interval(worst["value"], worst["low"], worst["high"], digits)
    part = f" ({_title(str(worst['part']).replace('_', ' '))})" if len(rows) > 1 else ""
    return f"{text}{part}{'' if worst['passed'] else ', fails'}"


def _merit(row: dict[str, Any]) -> tuple[bool, bool, float]:
    """The higher the better: passed before failed, known before unknown, then the distance from the bound."""
    value = row["value"]
    distance = {"at least": value, "at most": -value, "within": -abs(value)}[row["rule"]]
    return row["passed"], not pd.isna(value), distance


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]
