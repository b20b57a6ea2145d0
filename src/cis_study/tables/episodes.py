"""Episodes: what contestants achieved, and what that has to do with CIS."""

from __future__ import annotations

import pandas as pd

from cis_study.battles.record import arm
from cis_study.figures.caption import Caption, confidence, span
from cis_study.statistics.design import StudyDesign
from cis_study.tables.rounding import NO_NUMBER, decimals_for, number, percent, with_interval
from cis_study.tables.table import Table, records

_LEVEL_NAMES = {
    "between models": "Between models",
    "across tasks": "Across tasks, within models",
    "within model and task": "Within model and task",
}


def episodes(table: pd.DataFrame, design: StudyDesign, alpha: float) -> Table:
    """One row per contestant, kind and tool protocol."""
    decimals = decimals_for((row["solved_high"] - row["solved_low"]) / 2 for row in records(table))
    rows = [
        (
            design.contestant(row["model"]).label,
            arm(row["kind"], row["tool_protocol"]),
            f"{row['n_graded']} / {row['n_planned']}",
            with_interval(row["solved"], row["solved_low"], row["solved_high"], decimals),
            with_interval(row["hidden"], row["hidden_low"], row["hidden_high"], decimals),
            number(row["steps"], 1),
            percent(row["unread_share"]),
            percent(row["invalid_share"]),
            percent(row["recovered"]),
            number(row["regressions"], 1),
        )
        for row in records(table)
    ]
    header = ("Model", "Kind", "n / planned", "Solved", "Unseen cases passed", "Turns", "No call read", "Call refused")
    caption = Caption(
        "Episodes by contestant and kind; every task weighs the same. Solved: share of episodes whose hand-in passes"
        " all unseen cases. No call read, call refused: share of turns. Recovered: share of episodes in which a green"
        " run of the tests followed one that was not. Regressions: unseen cases that the mutant passed and the hand-in"
        " fails.",
        "graded / planned episodes",
        f"{confidence(alpha)}, percentile bootstrap of the episodes within contestant and task",
        ("statistics/episodes.csv",),
    )
    return Table((*header, "Recovered", "Regressions"), rows, text_columns=2, caption=caption)


def relation(table: pd.DataFrame, alpha: float) -> Table:
    """One row per kind and level."""
    decimals = decimals_for((row["high"] - row["low"]) / 2 for row in records(table))
    rows = [
        (
            row["kind"],
            _LEVEL_NAMES[row["level"]],
            str(row["n"]),
            with_interval(row["rho"], row["low"], row["high"], decimals),
            with_interval(row["beyond"], row["beyond_low"], row["beyond_high"], decimals),
            NO_NUMBER if pd.isna(row["detectable"]) else number(row["detectable"], 2),
        )
        for row in records(table)
    ]
    caption = Caption(
        "Pearson correlation ρ of CIS with the share of unseen cases that hand-ins of episodes pass, and the partial"
        " correlation given the hidden cases that the battle passes. Detectable: the smallest true correlation that"
        " four in five such studies tell from zero.",
        f"pairs of battle and episode, or of their means, {span(table['n'].astype(int))}",
        f"{confidence(alpha)}, percentile bootstrap of tasks, or of cells of contestant and task",
        ("statistics/episode_relation.csv",),
    )
    header = ("Kind", "Level", "n", "ρ with CIS", "ρ given hidden cases", "Detectable ρ")
    return Table(header, rows, text_columns=2, caption=caption)
