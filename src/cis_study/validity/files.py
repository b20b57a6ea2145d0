"""Write what the battery found to files, and read it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cis_study.provenance import write_atomic
from cis_study.statistics.files import csv_text
from cis_study.validity.results import Report

CLAIMS = "claims"
DETAILS = (
    "groups",
    "ladders",
    "correlations",
    "edits",
    "components",
    "weights",
    "variance",
    "dstudy",
    "contamination",
)
"""Tables behind the claims; one that no instrument has holds no row."""


def write_reports(reports: Sequence[Report], folder: Path) -> None:
    """Write `claims.csv` and a file for every name of `DETAILS`, instruments below one another."""
    write_atomic(folder / f"{CLAIMS}.csv", csv_text(pd.concat([report.claims for report in reports])))
    for name in DETAILS:
        tables = [report.details[name] for report in reports if name in report.details]
        table = pd.concat(tables) if tables else pd.DataFrame(columns=["instrument"])
        write_atomic(folder / f"{name}.csv", csv_text(table))


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """`claims`, or one of `DETAILS`; empty texts are empty, not missing."""
    table = pd.read_csv(folder / f"{name}.csv")
    texts = [column for column in ("evidence", "unit", "rule", "note", "statistic") if column in table]
    return table.assign(**{column: table[column].fillna("") for column in texts})
