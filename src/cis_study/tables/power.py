"""What the planned design can find, one row per simulated design."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from cis_study.statistics.power import BETWEEN, FIXED, RANDOM, WITHIN
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


def power(table: pd.DataFrame) -> Table:
    """Shares and differences in CIS with their Monte Carlo standard errors.

    Args:
        table: as of `power_table`.
    """
    cells = {
        (row["tasks"], row["replicates"], row["configured"], row["estimand"], row["test"]): row
        for row in records(table)
    }
    rows = []
    for tasks, replicates, configured in dict.fromkeys(key[:3] for key in sorted(cells)):
        found = {key[3:]: row for key, row in cells.items() if key[:3] == (tasks, replicates, configured)}
        fixed, random = found.get((FIXED, WITHIN), {}), found[RANDOM, BETWEEN]
        rows.append(
            (
                f"{tasks} (this study)" if configured else str(tasks),
                "∞" if math.isinf(replicates) else f"{replicates:g}",
                *(_with_error(fixed, name, decimals) for name, decimals in _SHOWN),
                *(_with_error(random, name, decimals) for name, decimals in _SHOWN),
                _with_error(found.get((RANDOM, WITHIN), {}), "false_positive", 3),
            )
        )
    return Table(HEADER, rows)


_SHOWN = (("false_positive", 3), ("power", 2), ("detectable", 3))


def _with_error(row: dict[str, Any], name: str, decimals: int) -> str:
    value, error = row.get(name, math.nan), row.get(f"{name}_se", math.nan)
    if not math.isfinite(value):
        return NO_NUMBER
    return f"{number(value, decimals)} ± {number(error, decimals)}" if math.isfinite(error) else number(value, decimals)
