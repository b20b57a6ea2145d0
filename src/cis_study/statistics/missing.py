"""Count what was planned, fought and lost, and refuse tables that would rest on holes."""

from __future__ import annotations

import pandas as pd

from cis_study.errors import StudyError
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.statuses import CARRIES_SCORES, MISSING, STATUSES


def count_missing(scores: pd.DataFrame, design: StudyDesign) -> pd.DataFrame:
    """One row per planned cell: `model, task, n_planned`, a count per status, `absent`, `n_scored`, `n_missing`.

    `absent` counts planned battles without any row; they are missing like those that failed.
    """
    counts = scores.groupby(["model", "task", "status"]).size().unstack("status", fill_value=0)
    cells = pd.MultiIndex.from_product([design.models, design.task_ids], names=["model", "task"])
    table = counts.reindex(index=cells, columns=list(STATUSES), fill_value=0).astype("int64")
    table.insert(0, "n_planned", table.index.get_level_values("task").map(design.replicates))
    table["absent"] = table["n_planned"] - table[list(STATUSES)].sum(axis=1)
    table["n_scored"] = table[list(CARRIES_SCORES)].sum(axis=1)
    table["n_missing"] = table[list(MISSING)].sum(axis=1) + table["absent"]
    table["missing_share"] = table["n_missing"] / table["n_planned"]
    return table.reset_index()


def check_gate(missing: pd.DataFrame, gate: float) -> None:
    """Refuse the analysis where a cell is empty or lacks a larger share of its battles than `gate`.

    Raises:
        StudyError: names the worst cell and how many cells are affected.
    """
    refused = missing[(missing["missing_share"] > gate) | (missing["n_scored"] == 0)]
    if refused.empty:
        return
    worst = refused.sort_values(["missing_share", "model", "task"], ascending=[False, True, True]).iloc[0]
    causes = ", ".join(f"{worst[name]} {name}" for name in (*MISSING, "absent") if worst[name])
    raise StudyError(
        f"cell {worst['model']} x {worst['task']}",
        f"{worst['n_missing']} of {worst['n_planned']} battles missing ({causes})",
        f"no table is built where more than {gate:.1%} of a cell is missing; {len(refused)} cell(s) are",
        "Run the workflow again: it fights only the missing battles.",
    )
