"""The tables of the validity battery: one instrument in full, and all side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from cis_study.figures.caption import Caption, confidence
from cis_study.statistics.design import StudyDesign
from cis_study.tables.rounding import MINUS, NO_NUMBER, decimals_for, number, with_interval
from cis_study.tables.table import Table, records

_CLAIMS = "validity/claims.csv"


def validity(claims: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """Every claim about the instrument that the study analyses: evidence, statistic, pass rule, verdict."""
    rows = [
        (
            row["claim"],
            row["evidence"] if row["n"] else NO_NUMBER,
            row["statistic"],
            row["verdict"],
            _estimate_text(row),
            f"{row['n']} {row['unit']}" if row["n"] else NO_NUMBER,
            row["rule"].replace("-", MINUS),
        )
        for row in records(claims[claims["instrument"] == design.instrument])
    ]
    caption = Caption(
        f"Validity of {design.instrument}: every claim with its evidence and the pass rule that was stated beforehand."
        " Supported where the whole interval keeps the rule, contradicted where all of it leaves it. An estimate"
        " without an interval concerns all there is, such as every planted submission.",
        "units in the column",
        f"{confidence(alpha)}; bootstrap, shares of submissions by Clopper and Pearson",
        (_CLAIMS,),
    )
    header = ("Claim", "Evidence", "Statistic", "Verdict", "Estimate", "n", "Pass rule")
    return Table(header, rows, text_columns=4, caption=caption)


def validity_instruments(claims: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """Verdict and estimate of every claim, instruments in columns, the analysed one first."""
    names = sorted(claims["instrument"].unique(), key=lambda name: name != design.instrument)
    cells = {(row["claim"], row["instrument"]): _cell(row) for row in records(claims)}
    order = list(dict.fromkeys(claims["claim"]))
    rows = [(claim, *(cells.get((claim, name), NO_NUMBER) for name in names)) for claim in order]
    unasked = any(NO_NUMBER in row for row in rows)
    caption = Caption(
        "Verdict on every claim for all instruments side by side, with the estimate in brackets. Supported: the whole"
        f" {confidence(alpha)} interval keeps the pass rule; contradicted: all of it leaves it."
        + f" {NO_NUMBER} stands where a claim is not made of an instrument."
        * unasked,
        sources=(_CLAIMS,),
    )
    return Table(("Claim", *names), rows, text_columns=1 + len(names), caption=caption)


def _estimate_text(row: Mapping[str, Any]) -> str:
    """Estimate and interval, with the digits that the interval supports."""
    half_width = (row["high"] - row["low"]) / 2
    decimals = decimals_for([half_width]) if pd.notna(half_width) else 1 if abs(row["estimate"]) > 10 else 3
    return with_interval(row["estimate"], row["low"], row["high"], decimals)


def stated(row: Mapping[Any, Any]) -> str:
    """A claim with its estimate and pass rule."""
    found = "" if pd.isna(row["estimate"]) else f" ({row['statistic']} {_estimate_text(row)}, rule {row['rule']})"
    return f"{row['claim']}{found}"


def _cell(row: Mapping[str, Any]) -> str:
    if pd.isna(row["estimate"]):
        return str(row["verdict"])
    return f"{row['verdict']} ({number(row['estimate'], 1 if abs(row['estimate']) > 10 else 2)})"


CLAIM_TABLES: dict[str, Callable[[pd.DataFrame, StudyDesign, float], Table]] = {
    "validity": validity,
    "validity_instruments": validity_instruments,
}
