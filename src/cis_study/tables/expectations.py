"""Hypotheses, promised numbers and generalisation, each with what became of it."""

from __future__ import annotations

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.tables.rounding import NO_NUMBER, decimals_for, p_value, with_interval
from cis_study.tables.table import Table, half_widths, records

_SOURCES = {"request": "Request", "original": "First study"}
_UNDECIDED = "not decided"


def hypotheses(analysis: Analysis, design: StudyDesign) -> Table:
    """Every contrast of every hypothesis; a hypothesis without one has a row that says so."""
    tested, outcomes = analysis.hypotheses, {v["question"]: v["outcome"] for v in analysis.summary["verdicts"]}
    decimals = decimals_for(half_widths(tested))
    rows = []
    for name in sorted(analysis.summary["settings"]["hypotheses"]):
        found = records(tested[tested["hypothesis"] == name])
        if not found:
            rows.append((name, NO_NUMBER, NO_NUMBER, outcomes[name], NO_NUMBER, NO_NUMBER))
        rows += [
            (
                name,
                f"{design.contestant(row['model']).label} − {design.contestant(row['reference']).label}",
                row["outcome"],
                outcomes[name],
                with_interval(row["difference"], row["low"], row["high"], decimals),
                p_value(row["p_holm"]),
            )
            for row in found
        ]
    header = ("Hypothesis", "Contrast, expected above 0", "Score", "Hypothesis is", "Difference", "p (Holm)")
    return Table(header, rows, text_columns=4)


def gates(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """Every promised number, by the first study's rule and by the whole interval."""
    decimals = decimals_for(half_widths(analysis.gates))
    rows = [
        (
            _SOURCES[row["source"]],
            row["gate"],
            NO_NUMBER if pd.isna(row["met"]) else ("met" if row["met"] else "not met"),
            _UNDECIDED if row["outcome"] == "not supported" else row["outcome"],
            with_interval(row["value"], row["low"], row["high"], decimals),
        )
        for row in records(analysis.gates)
    ]
    return Table(("Source", "Gate", "By the estimate", "By the interval", "Value"), rows, text_columns=4)


def generalisation(analysis: Analysis, design: StudyDesign) -> Table:
    """Contrasts over tasks like these; no rows where the study has too few tasks."""
    table = analysis.generalisation
    decimals = decimals_for(half_widths(table))
    rows = [
        (
            f"{design.contestant(row['model']).label} − {design.contestant(row['reference']).label}",
            with_interval(row["difference"], row["low"], row["high"], decimals),
            p_value(row["p_holm"]),
            p_value(row["p_sign_flip"]),
            with_interval(row["mixed_difference"], row["mixed_low"], row["mixed_high"], decimals)
            if pd.notna(row["mixed_difference"])
            else NO_NUMBER,
            p_value(row["p_mixed"]),
        )
        for row in records(table)
    ]
    header = ("Contrast", "Difference of task means", "p (Holm)", "p (sign flips)", "Mixed model", "p (mixed model)")
    return Table(header, rows)
