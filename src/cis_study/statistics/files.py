"""Write the analysis to files whose bytes depend on nothing but its content, and read them back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.results import Analysis, JudgeAnalysis

SIGNIFICANT_DIGITS = 6
"""Beyond these, sums differ between processors in their last bits."""
TABLES = tuple(name for name in Analysis._fields if name != "summary")
_WORDS = dict.fromkeys(("judge", "author", "task", "first", "second", "part", "outcome", "standing", "why"), str)
JUDGE_TABLES = tuple(name for name in JudgeAnalysis._fields if name != "judge_summary")


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


def write_judges(analysis: JudgeAnalysis, folder: Path) -> None:
    """Write `{table}.csv` for every table and `judge_summary.json` into `folder`."""
    for name in JUDGE_TABLES:
        write_atomic(folder / f"{name}.csv", csv_text(getattr(analysis, name)))
    write_atomic(folder / "judge_summary.json", readable_json(rounded(analysis.judge_summary)))


def read_judges(folder: Path) -> JudgeAnalysis:
    """Read what `write_judges` wrote; a name that looks like a number stays a name, and empty text stays text."""
    tables = {}
    for name in JUDGE_TABLES:
        table = pd.read_csv(folder / f"{name}.csv", dtype=_WORDS, keep_default_na=False, na_values=[""])
        tables[name] = table.fillna({column: "" for column in _WORDS if column in table})
    summary = json.loads((folder / "judge_summary.json").read_text(encoding="utf-8"))
    return JudgeAnalysis(**tables, judge_summary=summary)


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
