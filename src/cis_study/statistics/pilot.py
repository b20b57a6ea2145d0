"""How far battles of a pilot scatter: variance components of CIS, before the planned study has any battles."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2

from cis_study.errors import StudyError
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.score_table import score_table
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.power_settings import Spreads

_FIX = "Name another pilot in config/analysis.yaml, or give `power.spreads` there with their source."


class Pilot(NamedTuple):
    """What a pilot says of the spread of CIS."""

    spreads: Spreads
    model_task_low: float
    model_task_high: float
    """Interval of `spreads.model_task_sd`, the one that few contestants and tasks leave uncertain."""
    models: list[str]
    tasks: int
    battles: int


def pilot_scores(pilot: str, paths: Iterable[Path], design: StudyDesign) -> pd.DataFrame:
    """Scores of a pilot by the instrument and the weights of the planned study.

    Args:
        paths: score tables of the pilot, or its cached evidence (`.jsonl.gz`).

    Raises:
        StudyError: they hold no battle that was scored by this instrument, in its current version.
    """
    files = list(paths)
    evidence = [item for path in files if path.suffix == ".gz" for item in unpack_evidence(path).values()]
    tables = [pd.read_parquet(path) for path in files if path.suffix == ".parquet"]
    rescored = score_table(pilot, evidence, design.weights, [design.instrument] if evidence else [])
    scores = pd.concat([rescored, *tables])
    scores = scores[scores["instrument"] == design.instrument]
    if scores.empty:
        raise StudyError(
            "power.pilot",
            pilot,
            f"results/cached/{pilot}/ holds no current evidence, nor is there a score table of {design.instrument}",
            f"Run `snakemake freeze --cores 1 --config study={pilot}`. {_FIX}",
        )
    parts = [getattr(design.weights, name) * scores[name] for name in COMPONENTS]
    return scores.assign(CIS=sum(parts))


def estimate_spreads(scores: pd.DataFrame, alpha: float) -> Pilot:
    """Variance components by the method of moments, from the analysis of unweighted cell means.

    Squares of cell means have expectations that hold for unequal numbers of battles and unequal spreads of cells
    (Searle, Casella & McCulloch 1992, Variance Components, ch. 5); the residual is the mean variance of the cells,
    since tasks weigh the same. Contestants are fixed. An estimate below 0 becomes 0. The interval of the interaction
    covers about 1 - alpha: it takes its mean square for a multiple of chi-square and the residual for known.

    Raises:
        StudyError: fewer than two contestants or tasks, or a cell with fewer than two battles that carry a score.
    """
    cells = scores[scores["CIS"].notna()].groupby(["model", "task"])["CIS"].agg(["size", "mean", "var"])
    means = cells["mean"].unstack("task")
    models, tasks = means.shape
    if models < 2 or tasks < 2 or means.isna().any(axis=None) or (cells["size"] < 2).any():
        found = f"{models} contestants x {tasks} tasks, smallest cell {cells['size'].min()}"
        raise StudyError("power.pilot", found, "two of each are needed, and two battles in every cell", _FIX)
    noise = float((cells["var"] / cells["size"]).mean())
    by_task = means.mean(axis=0)
    interaction = means.sub(means.mean(axis=1), axis=0) - by_task + by_task.mean()
    freedom = (models - 1) * (tasks - 1)
    square = float((interaction.to_numpy(dtype=float) ** 2).sum()) / freedom
    low, high = freedom * square / chi2.ppf([1 - alpha / 2, alpha / 2], freedom)
    return Pilot(
        Spreads(
            residual_sd=_sd(float(cells["var"].mean())),
            model_task_sd=_sd(square - noise),
            task_sd=_sd(float(by_task.var()) - square / models),
        ),
        _sd(low - noise),
        _sd(high - noise),
        models=sorted(means.index),
        tasks=tasks,
        battles=int(cells["size"].sum()),
    )


def _sd(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))
