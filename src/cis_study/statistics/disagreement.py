"""Battles on which CIS and the hidden cases disagree, the ones worth reading."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["model", "task", "replicate", "status", "rank_gap", "CIS", "hidden", "R", "A", "T", "L"]


def disagreements(scores: pd.DataFrame, count: int) -> pd.DataFrame:
    """The `count` battles whose places by CIS and by hidden cases lie furthest apart within their task.

    rank_gap = (rank by CIS - rank by hidden cases) / battles of the task, from -1 to 1; above 0 CIS flatters the
    submission, below 0 it wrongs it. Ties in rank share their mean; battles without any gap are left out.

    Args:
        scores: rows with the column `hidden`, as returned by `load_scores`; missing battles are passed over.
    """
    present = scores[scores["CIS"].notna()]
    # Rounded, because equal scores reached by different sums would rank as different.
    ranks = present[["CIS", "hidden"]].round(9).groupby(present["task"]).rank(pct=True)
    found = present.assign(rank_gap=ranks["CIS"] - ranks["hidden"], size=(ranks["CIS"] - ranks["hidden"]).abs())
    found = found[found["size"] > 0].sort_values(
        ["size", "model", "task", "replicate"], ascending=[False, True, True, True]
    )
    return found[COLUMNS].head(count).reset_index(drop=True)
