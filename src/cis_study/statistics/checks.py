"""Other roads to the same contrasts: linear model, Games-Howell, and the test of equivalence."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pingouin as pg
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.resampling import Floats
from cis_study.statistics.scores import OUTCOMES


def hc3(cells: Cells, design: StudyDesign, pairs: Sequence[tuple[str, str]], outcome: str) -> list[float]:
    """Two-sided p of each difference of equally weighted task means in a linear model with a mean for every cell.

    Standard errors are heteroscedasticity-consistent, HC3 (MacKinnon & White 1985, J. Econometrics 29, 305-325), with
    the residual degrees of freedom. NaN where a cell of the study holds a single battle or no battle varies.
    """
    column = OUTCOMES.index(outcome)
    values = {key: cell.values[:, column] for key, cell in cells.items()}
    if min(map(len, values.values())) < 2 or not any(np.ptp(cell) for cell in values.values()):
        return [np.nan] * len(pairs)
    places = {key: place for place, key in enumerate(values)}
    indicators = np.repeat(np.eye(len(values)), [len(cell) for cell in values.values()], axis=0)
    fit = OLS(np.concatenate([*values.values()]), indicators).fit(cov_type="HC3", use_t=True)
    rows = np.zeros((len(pairs), len(values)))
    for row, pair in zip(rows, pairs, strict=True):
        for model, sign in zip(pair, (1, -1), strict=True):
            row[[places[model, task] for task in design.task_ids]] = sign / len(design.tasks)
    return [float(fit.t_test(row).pvalue) for row in rows]


def games_howell(cells: Cells, design: StudyDesign, pairs: Sequence[tuple[str, str]], outcome: str) -> list[float]:
    """p of each pair in the Games-Howell test over all contestants, tasks pooled; NaN where one never varies."""
    column = OUTCOMES.index(outcome)
    pooled = {m: np.concatenate([cells[m, task].values[:, column] for task in design.task_ids]) for m in design.models}
    varied = [model for model, values in pooled.items() if len(values) > 1 and np.ptp(values) > 0]
    if len(varied) < 2:
        return [np.nan] * len(pairs)
    frame = pd.DataFrame([(model, value) for model in varied for value in pooled[model]], columns=["model", outcome])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        table = pg.pairwise_gameshowell(data=frame, dv=outcome, between="model")
    # Taken as 1 minus a distribution function, a smaller p is rounding error.
    p_values = table["pval"].round(9)
    found = {frozenset((a, b)): float(p) for a, b, p in zip(table["A"], table["B"], p_values, strict=True)}
    return [found.get(frozenset(pair), np.nan) for pair in pairs]


def tost(first: Sequence[Floats], second: Sequence[Floats], bound: float) -> float:
    """p of two one-sided tests that the equally weighted difference lies within +-bound (Schuirmann 1987,
    J. Pharmacokinet. Biopharm. 15, 657-680), with Welch's standard error and Satterthwaite's degrees of freedom over
    all cells. NaN where a cell holds a single battle or nothing varies.

    Args:
        first, second: one array of scores per task, in the same order of tasks.
    """
    parts = [*first, *second]
    if min(map(len, parts)) < 2:
        return np.nan
    freedom = np.array([len(part) - 1 for part in parts])
    variances = np.array([part.var(ddof=1) / len(part) for part in parts]) / len(first) ** 2
    if not variances.sum() > 0:
        return np.nan
    difference = np.mean([a.mean() - b.mean() for a, b in zip(first, second, strict=True)])
    error = np.sqrt(variances.sum())
    df = variances.sum() ** 2 / (variances**2 / freedom).sum()
    return float(max(student.sf((difference + bound) / error, df), student.cdf((difference - bound) / error, df)))
