"""The tests that were promised for each pair of runs, all of them, adjusted together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin as pg

from cis_study.reanalysis.contrast import contrast
from cis_study.reanalysis.formulas import judged
from cis_study.reanalysis.kinds import SCORED
from cis_study.reanalysis.table import COMPONENTS
from cis_study.statistics.contrasts import hedges_g

_JUDGED_L = "L judged"
OUTCOMES = ("stored", *COMPONENTS, _JUDGED_L)


def component_tests(battles: pd.DataFrame, pairs: list[tuple[str, str]], alpha: float) -> pd.DataFrame:
    """One row per pair and outcome, the later run minus the reference, tasks as they were drawn.

    Columns: `reference, run, outcome, n_reference, n, difference, low, high` (Welch), `student_t, student_p, welch_t,
    welch_df, welch_p, p_holm` (of Welch's p, over the table) and `hedges_g`. `L judged` leaves out stand-ins; null
    where neither run varies.
    """
    present = judged(battles)
    rows = []
    for reference, run in pairs:
        for outcome in OUTCOMES:
            first, second = (_values(present[present["run"] == name], outcome) for name in (reference, run))
            if min(len(first), len(second)) < 2:
                continue
            found = contrast([first], [second], [1.0], alpha)
            rows.append(
                {
                    "reference": reference,
                    "run": run,
                    "outcome": outcome,
                    "n_reference": len(first),
                    "n": len(second),
                    "difference": found.difference,
                    "low": found.low,
                    "high": found.high,
                    "student_t": found.student.t,
                    "student_p": found.student.p,
                    "welch_t": found.welch.t,
                    "welch_df": found.welch.df,
                    "welch_p": found.welch.p,
                    "hedges_g": hedges_g(second, first),
                }
            )
    table = pd.DataFrame(rows)
    if rows:
        table.insert(13, "p_holm", pg.multicomp(table["welch_p"].to_list(), alpha=alpha, method="holm")[1])
    return table


def _values(part: pd.DataFrame, outcome: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    kept = part[part["kind"] == SCORED] if outcome == _JUDGED_L else part
    return kept["L" if outcome == _JUDGED_L else outcome].dropna().to_numpy(dtype=np.float64)
