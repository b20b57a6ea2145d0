"""Battles on which CIS and something else disagree, the ones worth reading."""

from __future__ import annotations

import pandas as pd

KEY = ["model", "task", "replicate"]
COLUMNS = ["R", "A", "T", "L"]


def disagreements(scores: pd.DataFrame, count: int, other: str = "hidden") -> pd.DataFrame:
    """The `count` battles whose places by CIS and by another column lie furthest apart within their task.

    rank_gap = (rank by CIS - rank by the other) / battles of the task, from -1 to 1; above 0 CIS flatters the
    submission, below 0 it wrongs it. Ties in rank share their mean; battles without any gap are left out.

    Args:
        scores: rows as returned by `load_scores`; battles that lack CIS or the other are passed over.
        other: column to compare with, such as `hidden`, the share of hidden cases passed.
    """
    present = scores[scores["CIS"].notna() & scores[other].notna()]
    # Rounded, because equal scores reached by different sums would rank as different.
    ranks = present[["CIS", other]].round(9).groupby(present["task"]).rank(pct=True)
    gap = ranks["CIS"] - ranks[other]
    found = present.assign(rank_gap=gap, size=gap.abs())
    found = found[found["size"] > 0].sort_values(["size", *KEY], ascending=[False, True, True, True])
    columns = dict.fromkeys([*KEY, "status", "rank_gap", "CIS", other, "hidden", *COLUMNS])
    return found[list(columns)].head(count).reset_index(drop=True)
