"""The table of the check of determinism."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from cis_study.figures.caption import Caption, confidence
from cis_study.statistics.design import StudyDesign
from cis_study.tables.rounding import NO_NUMBER, number, percent
from cis_study.tables.table import Table

HEADER = ("Contestant", "Profile", "Engine", "Changed", "Identical", "Share", "Token", "Character", "Equal beginning")


def determinism_table(summary: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """How often the replies were the same again, and where those that differ part.

    Args:
        summary: of `cis_study.determinism.study.Comparison`.
    """
    rows = [
        (
            design.contestant(row["model"]).label,
            row["profile"],
            engine_text(row),
            change_text(row),
            f"{row['identical']} / {row['battles'] - row['missing']}",
            f"{percent(row['share'])} [{percent(row['low'])}, {percent(row['high'])}]",
            _positions(row, "first_token"),
            _positions(row, "first_character"),
            percent(row["equal_share_median"]),
        )
        for row in records(summary)
    ]
    caption = Caption(
        "Equal battles fought twice by engines of their own: replies that are identical, and of those that are not the"
        " first token and the first character that differ (earliest, median) and the median share of the longer reply"
        " that is equal.",
        "identical / compared replies",
        f"{confidence(alpha)}, exact (Clopper and Pearson)",
        ("determinism.csv",),
    )
    return Table(HEADER, rows, text_columns=4, caption=caption)


def records(summary: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Rows of the summary, shares as floats (NaN where there is none)."""
    shares = ["share", "low", "high", "equal_share_median"]
    return summary.astype(dict.fromkeys(shares, float)).to_dict(orient="records")


def engine_text(row: Mapping[Hashable, Any]) -> str:
    """Engine, version, device and type of numbers, as far as the engine says."""
    parts = [f"{row['engine']} {row['version']}", row["platform"], row["dtype"]]
    return ", ".join(part for part in parts if isinstance(part, str))


def change_text(row: Mapping[Hashable, Any]) -> str:
    """What differs between the two runs."""
    if row["comparison"] == "restart":
        return "engine restarted"
    return f"restarted, {row['concurrency_compared']} in flight for {row['concurrency']}"


def _positions(row: Mapping[Hashable, Any], name: str) -> str:
    first, middle = row[f"{name}_min"], row[f"{name}_median"]
    return NO_NUMBER if pd.isna(first) else f"{number(float(first), 0)}, {number(float(middle), 0)}"
