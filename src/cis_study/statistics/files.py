"""Write the analysis to files whose bytes depend on nothing but its content, and read them back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.analysis import Analysis

SIGNIFICANT_DIGITS = 6
"""Beyond these, sums differ between processors in their last bits."""
TABLES = tuple(name for name in Analysis._fields if name != "summary")


def write_analysis(analysis: Analysis, folder: Path) -> None:
    """Write `{table}.csv` for every table and `summary.json` into `folder`."""
    for name in TABLES:
        write_atomic(folder / f"{name}.csv", csv_text(getattr(analysis, name)))
    write_atomic(folder / "summary.json", readable_json(rounded(analysis.summary)))


def read_analysis(folder: Path) -> Analysis:
    """Read what `write_analysis` wrote."""
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in TABLES}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Analysis(**tables, summary=summary)


def csv_text(table: pd.DataFrame) -> str:
    """CSV with `SIGNIFICANT_DIGITS`, empty fields for null, `\\n` line ends."""
    return table.to_csv(index=False, float_format=f"%.{SIGNIFICANT_DIGITS}g", lineterminator="\n")


def rounded(value: Any) -> Any:
    """The same structure with floats at `SIGNIFICANT_DIGITS`; NaN and infinities become null."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    return value
