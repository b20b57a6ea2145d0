"""What the planned design can find, one row per simulated design."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from cis_study.figures.caption import Caption
from cis_study.statistics.power_settings import BETWEEN, FIXED, RANDOM, WITHIN, Simulated
from cis_study.tables.rounding import NO_NUMBER, number
from cis_study.tables.table import Table, records

HEADER = (
    "Tasks",
    "Replicates",
    "On these tasks: false positives",
    "Power",
    "Detectable",
    "Over tasks like these: false positives",
    "Power",
    "Detectable",
    "False positives within tasks",
)
_SHOWN = ("false_positive", "power", "detectable")


def power(table: pd.DataFrame, settings: Simulated) -> Table:
    """Shares and differences in CIS with their Monte Carlo standard errors.

    Args:
        table: as of `power_table`.
        settings: those the table was made with.
    """
    cells = {
        (row["tasks"], row["replicates"], row["configured"], row["estimand"], row["test"]): row
        for row in records(table)
    }
    rows = []
    for tasks, replicates, configured in dict.fromkeys(key[:3] for key in sorted(cells)):
        found = {key[3:]: row for key, row in cells.items() if key[:3] == (tasks, replicates, configured)}
        fixed, random = found.get((FIXED, WITHIN)), found[RANDOM, BETWEEN]
        rows.append(
            (
                f"{tasks} (this study)" if configured else str(tasks),
                "∞" if math.isinf(replicates) else f"{replicates:g}",
                *(_with_error(fixed, name) for name in _SHOWN),
                *(_with_error(random, name) for name in _SHOWN),
                _with_error(found.get((RANDOM, WITHIN)), "false_positive"),
            )
        )
    caption = Caption(
        "Simulated designs, shares ± Monte Carlo standard errors. False positives: studies of equal contestants in"
        " which any difference is found; in the last column by the tests within tasks, read as a claim over tasks like"
        f" these. Power at a difference of {settings.effect:g}; detectable: difference in CIS found with power"
        f" {settings.target:g}. ∞: replicates without end.",
        f"{settings.studies:,} simulated studies per design",
        sources=("statistics/power.csv",),
    )
    return Table(HEADER, rows, caption=caption)


def _with_error(row: dict[str, Any] | None, name: str) -> str:
    if row is None or not math.isfinite(row[name]):
        return NO_NUMBER
    error = row[f"{name}_se"]
    return f"{number(row[name], 3)} ± {number(error, 3)}" if math.isfinite(error) else number(row[name], 3)
