"""Read score tables and refuse what no scorer of this study can have written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cis_study.errors import StudyError
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.statuses import MISSING, STATUSES

OUTCOMES = ("CIS", *COMPONENTS, "hidden")
"""Numeric outcomes of a battle in [0, 1]; `hidden` is the criterion, the pass rate of the hidden cases."""

_REQUIRED = {"study", "model", "task", "replicate", "instrument", "status", "hidden_passed", "hidden_total", "reasons"}
_KEY = ["model", "task", "replicate"]
_TOLERANCE = 1e-6


def load_scores(paths: Sequence[Path], design: StudyDesign) -> pd.DataFrame:
    """Read and check the score tables of a study; rows of other instruments than that of the design are left out.

    Returns:
        One row per battle, sorted by model, task and replicate in the order of the design, with the column
        `hidden` added: hidden cases passed / hidden cases, null where the battle is missing.

    Raises:
        StudyError: a table is missing or empty, or a row contradicts the design or itself.
    """
    frames = [_read(path) for path in paths]
    if not frames:
        raise StudyError("scores", "none", "no score table was given", "Name at least one results/*/scores/*.parquet.")
    return check_scores(pd.concat(frames, ignore_index=True), design)


def check_scores(scores: pd.DataFrame, design: StudyDesign) -> pd.DataFrame:
    """Check rows against the design and return them sorted, `hidden` added; see `load_scores`."""
    absent = sorted((_REQUIRED | {"CIS", *COMPONENTS}) - set(scores.columns))
    if absent:
        raise StudyError("scores", ", ".join(absent), "these columns are absent", "Score the battles again.")
    named = sorted(scores["instrument"].unique())
    scores = scores[scores["instrument"] == design.instrument]
    if scores.empty:
        raise StudyError(
            "scores", named, f"there is no row of the instrument {design.instrument}", "Score the battles again."
        )
    _refuse(scores, ~scores["status"].isin(STATUSES), "status", f"a status is one of {', '.join(STATUSES)}")
    _refuse(scores, ~scores["model"].isin(design.models), "model", "the study has no such contestant")
    _refuse(scores, ~scores["task"].isin(design.task_ids), "task", "the study has no such task")
    planned = scores["replicate"].between(1, scores["task"].map(design.replicates))
    _refuse(scores, ~planned, "replicate", "this replicate is not planned")
    _refuse(
        scores, scores["study"] != design.study, "study", f"the battle belongs to another study than {design.study}"
    )
    _refuse(scores, scores.duplicated(_KEY), "replicate", "the battle is scored twice")

    missing = scores["status"].isin(MISSING)
    for column in ("CIS", *COMPONENTS):
        _refuse(scores, missing & scores[column].notna(), column, "a missing battle carries a score")
        _refuse(scores, ~missing & ~scores[column].between(0, 1), column, "a score lies in [0, 1]")
    weighted = sum(getattr(design.weights, name) * scores[name] for name in COMPONENTS)
    _refuse(scores, (scores["CIS"] - weighted).abs() > _TOLERANCE, "CIS", "it is not the weighted sum of R, A, T, L")

    ordered = scores.assign(
        model=pd.Categorical(scores["model"], design.models, ordered=True),
        task=pd.Categorical(scores["task"], design.task_ids, ordered=True),
        hidden=(scores["hidden_passed"] / scores["hidden_total"].where(scores["hidden_total"] > 0)).mask(missing),
    )
    _refuse(scores, ~missing & ~ordered["hidden"].between(0, 1), "hidden_passed", "no share of the hidden cases")
    ordered = ordered.sort_values(_KEY, ignore_index=True)
    return ordered.astype({"model": str, "task": str, "hidden": float})


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise StudyError(path, "missing", "there is no such score table", "Score the battles of this model first.")
    frame = pd.read_parquet(path)
    if frame.empty:
        raise StudyError(path, "empty", "the score table has no rows", "Score the battles of this model again.")
    return frame


def _refuse(scores: pd.DataFrame, wrong: pd.Series[bool], column: str, why: str) -> None:
    if wrong.any():
        row = scores[wrong].iloc[0]
        where = f"scores: {column} of {row['model']}/{row['task']}/{row['replicate']}"
        raise StudyError(where, row[column], f"{why} ({int(wrong.sum())} such rows)", "Score the battles again.")
