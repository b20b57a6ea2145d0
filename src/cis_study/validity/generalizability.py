"""Variance components of models, tasks and replicates, and what contestants' means would be worth in other designs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import f

from cis_study.statistics.resampling import Floats

TASKS = (1, 2, 4, 8, 16, 32, 64)
REPLICATES = (1, 10, 50)


class Variances(NamedTuple):
    """Mean squares of the cell means and what follows from them; see `g_study`."""

    model: float
    task: float
    interaction: float
    residual: float
    coefficient: float
    low: float
    high: float
    models: int
    tasks: int
    replicates: float
    """Harmonic mean over cells."""


def g_study(cells: dict[tuple[str, str], Floats], alpha: float) -> Variances:
    """Variance components of models x tasks with replicates in cells, and the coefficient of the means observed.

    Analysis of variance of the cell means (Brennan 2001, Generalizability Theory, ch. 3; with unequal cells the method
    of unweighted means, Searle 1971, Linear Models, ch. 10, replicates being their harmonic mean). Tasks are a random
    sample. The coefficient is 1 - 1/F with the interval of ICC(C,k) (McGraw & Wong 1996, Psychol. Methods 1, 30-46),
    exact for normal scores. Estimates below 0 are set to 0.

    Args:
        cells: (model, task) -> scores of its battles, every combination there, some cell with two or more.
    """
    models, tasks = (list(dict.fromkeys(key[place] for key in cells)) for place in (0, 1))
    means = np.array([[cells[model, task].mean() for task in tasks] for model in models])
    replicates = len(cells) / sum(1 / len(values) for values in cells.values())
    within = sum(((values - values.mean()) ** 2).sum() for values in cells.values())
    residual = within / sum(len(values) - 1 for values in cells.values())
    by_model, by_task = means.mean(axis=1), means.mean(axis=0)
    apart = means - by_model[:, np.newaxis] - by_task + means.mean()
    df = len(models) - 1, (len(models) - 1) * (len(tasks) - 1)
    ms_model, ms_task = len(tasks) * by_model.var(ddof=1), len(models) * by_task.var(ddof=1)
    ms_interaction = (apart**2).sum() / df[1]
    coefficient = low = high = np.nan
    if ms_model > 1e-12:
        ratio = ms_interaction / ms_model
        bounds = [ratio * f.ppf(q, *df) for q in (1 - alpha / 2, alpha / 2)]
        coefficient, low, high = (max(0.0, 1 - part) for part in (ratio, *bounds))
    return Variances(
        model=max(0.0, (ms_model - ms_interaction) / len(tasks)),
        task=max(0.0, (ms_task - ms_interaction) / len(models)),
        interaction=max(0.0, ms_interaction - residual / replicates),
        residual=float(residual),
        coefficient=float(coefficient),
        low=float(low),
        high=float(high),
        models=len(models),
        tasks=len(tasks),
        replicates=float(replicates),
    )


def variance_table(found: Variances) -> pd.DataFrame:
    """One row per source: `source, variance, share`."""
    sources = {"model": found.model, "task": found.task, "model x task": found.interaction, "residual": found.residual}
    total = sum(sources.values())
    rows = [(source, value, value / total if total else np.nan) for source, value in sources.items()]
    return pd.DataFrame(rows, columns=["source", "variance", "share"])


def d_study(found: Variances) -> pd.DataFrame:
    """Coefficients of contestants' means in other designs: `tasks, replicates, relative, absolute, these_tasks`.

    `relative` concerns the order of contestants over tasks like these, `absolute` their level as well, `these_tasks`
    their order on these tasks alone, replicated.
    """
    rows = []
    for tasks in sorted({*TASKS, found.tasks}):
        for replicates in sorted({*REPLICATES, round(found.replicates)}):
            noise = found.residual / (tasks * replicates)
            interaction = found.interaction / tasks
            fixed = found.model + interaction
            relative = _ratio(found.model, interaction + noise)
            absolute = _ratio(found.model, found.task / tasks + interaction + noise)
            rows.append((tasks, replicates, relative, absolute, _ratio(fixed, noise)))
    return pd.DataFrame(rows, columns=["tasks", "replicates", "relative", "absolute", "these_tasks"])


def _ratio(signal: float, noise: float) -> float:
    return signal / (signal + noise) if signal + noise > 0 else np.nan
