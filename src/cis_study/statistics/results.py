"""What an analysis finds, as data: who reads results need not load what computes them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd


class Analysis(NamedTuple):
    """Every table the study reports, models and tasks in the order of the design."""

    models: pd.DataFrame
    components: pd.DataFrame
    cells: pd.DataFrame
    contrasts: pd.DataFrame
    missing: pd.DataFrame
    omnibus: pd.DataFrame
    structure: pd.DataFrame
    criterion: pd.DataFrame
    hypotheses: pd.DataFrame
    gates: pd.DataFrame
    generalisation: pd.DataFrame
    sensitivity: pd.DataFrame
    summary: dict[str, Any]


class JudgeAnalysis(NamedTuple):
    """Tables by the name of their file; `summary` holds verdicts, the panel and what the paper quotes."""

    judge_calibration: pd.DataFrame
    judge_ladder: pd.DataFrame
    judge_agreement: pd.DataFrame
    judge_missing: pd.DataFrame
    self_preference: pd.DataFrame
    judge_summary: dict[str, Any]
