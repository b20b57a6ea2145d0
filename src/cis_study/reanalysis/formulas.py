"""Which formula each run really used: two ways that do not rely on each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.reanalysis.kinds import SCORED, STAND_IN
from cis_study.reanalysis.table import COMPONENTS
from cis_study.scoring.logomesh.instruments import INSTRUMENTS

TOLERANCE = 1e-6
"""Scores closer than this are the same: stored ones are sums of rounded numbers in binary floating point."""


def judged(battles: pd.DataFrame) -> pd.DataFrame:
    """Rows in which at least R, A and T were judged; their stored score is a result of the formula."""
    return battles[battles["kind"].isin(STAND_IN | {SCORED})]


def formula_table(battles: pd.DataFrame) -> pd.DataFrame:
    """One row per run: how many stored scores each formula gives, and the weights that least squares finds.

    Columns: `run, arm, n`, one per instrument with the number of rows it reproduces to `TOLERANCE`, `formula` (the
    only instrument that gives every score, else empty), `fitted` (rows without penalty), `R, A, T, L` and `residual`,
    the largest error of the fit; null where fewer than four independent rows are left.
    """
    rows = []
    for (run, arm), part in judged(battles).groupby(["run", "arm"], sort=True):
        line: dict[str, object] = {"run": run, "arm": arm, "n": len(part)}
        counts = {name: int(_given(part, name).sum()) for name in INSTRUMENTS}
        exact = [name for name, count in counts.items() if count == len(part)]
        line |= counts | {"formula": exact[0] if len(exact) == 1 else ""}
        rows.append(line | _fit(part))
    columns = ["run", "arm", "n", *INSTRUMENTS, "formula", "fitted", *COMPONENTS, "residual"]
    return pd.DataFrame(rows, columns=columns)


def _given(part: pd.DataFrame, instrument: str) -> pd.Series:
    return ((part[f"{instrument} arithmetic"] - part["stored"]).abs() < TOLERANCE).fillna(False)


def _fit(part: pd.DataFrame) -> dict[str, object]:
    free = part[part["audit_valid"].fillna(False) & part["sandbox_passed"].fillna(False)]
    free = free[(free["red_multiplier"] == 1).fillna(False)].dropna(subset=[*COMPONENTS])
    inputs = free[[*COMPONENTS]].to_numpy(dtype=float)
    if np.linalg.matrix_rank(inputs) < len(COMPONENTS):
        return {"fitted": len(free)}
    stored = free["stored"].to_numpy(dtype=float)
    weights, *_ = np.linalg.lstsq(inputs, stored, rcond=None)
    residual = float(np.abs(inputs @ weights - stored).max())
    return {"fitted": len(free), **dict(zip(COMPONENTS, map(float, weights), strict=True)), "residual": residual}
