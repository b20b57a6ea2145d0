"""What a judge makes of submissions whose worth is known: planted order, planted defects, references."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from cis_study.scoring.controls import Controls
from cis_study.statistics.resampling import Floats, bootstrap_means, percentile_interval, stream
from cis_study.statistics.settings import AnalysisSettings

REFERENCE = "reference"


class Clusters(NamedTuple):
    """The ladder as clusters of task and rung; all matrices have shape (clusters, clusters), 0 between tasks."""

    agreement: Floats
    """Pairs of exhibits in the planted order less those against it."""
    apart_planted: Floats
    """Pairs of different rungs."""
    apart_rated: Floats
    """Pairs that are rated differently."""


def rungs(controls: Controls) -> dict[str, int]:
    """Control -> planted faults, for the reference and the controls that are the reference with faults."""
    faulty = {name: control.faults for name, control in controls.controls.items() if control.faults}
    return dict(sorted({REFERENCE: 0, **faulty}.items(), key=lambda item: item[1]))


def defects(controls: Controls) -> dict[str, list[str]]:
    """Control -> what a judge should rate below the reference: what `at_most` bounds, CIS being the overall."""
    return {
        name: ["overall" if score == "CIS" else score for score in control.at_most]
        for name, control in controls.controls.items()
        if control.at_most
    }


def ladder_clusters(plain: pd.DataFrame, rating: str, controls: Controls) -> Clusters:
    """Compare every two exhibits of a task on the ladder.

    Args:
        plain: exhibit means of one judge, condition plain; index `author, task, replicate`.
    """
    faults = rungs(controls)
    rows = plain.reset_index()
    rows = rows[rows["author"].isin(faults)].assign(faults=rows["author"].map(faults))
    rows = rows.sort_values(["task", "faults", "replicate"])
    cluster = rows.groupby(["task", "faults"], sort=True).ngroup().to_numpy()
    member = (cluster[:, np.newaxis] == np.unique(cluster)).astype(np.float64)
    task, planted = rows["task"].to_numpy(), -rows["faults"].to_numpy(dtype=np.float64)
    same_task = task[:, np.newaxis] == task
    rated = rows[rating].to_numpy(dtype=np.float64)
    by_plan, by_rating = (np.sign(values[:, np.newaxis] - values) * same_task for values in (planted, rated))
    return Clusters(*(member.T @ pairs @ member for pairs in (by_plan * by_rating, abs(by_plan), abs(by_rating))))


def tau_b(clusters: Clusters, draws: Floats) -> Floats:
    """Kendall's tau-b over pairs within tasks (Kendall 1945, Biometrika 33, 239-251); NaN where nothing is apart.

    Args:
        draws: how often each cluster counts, shape (..., clusters).
    """
    agreement, planted, rated = (((draws @ pairs) * draws).sum(axis=-1) for pairs in clusters)
    scale = np.sqrt(planted * rated)
    tau: Floats = agreement / np.where(scale > 0, scale, np.nan)
    return tau


def detected(plain: pd.DataFrame, controls: Controls) -> pd.DataFrame:
    """Share of pairs with the reference of the task that the defect lowers: `control, task, share`.

    A pair is one draw of the control and one aspect that its defect belongs to.

    Args:
        plain: as of `ladder_clusters`.
    """
    author, task = (plain.index.get_level_values(name) for name in ("author", "task"))
    reference = plain[author == REFERENCE].droplevel(["author", "replicate"])
    lower = (plain < reference.reindex(task).to_numpy()).astype(float)
    rows = []
    for name, aspects in defects(controls).items():
        pairs = lower.loc[(author == name) & task.isin(reference.index), aspects]
        rows += [(name, place, share) for place, share in pairs.groupby("task", sort=True).mean().mean(axis=1).items()]
    return pd.DataFrame(rows, columns=["control", "task", "share"])


def false_alarms(ratings: pd.DataFrame, good_logic: float) -> pd.Series[float]:
    """Task -> share of the ratings of its reference that do not approve it or rate its L below `good_logic`.

    Args:
        ratings: of one judge, condition plain.
    """
    rows = ratings[(ratings["author"] == REFERENCE) & ratings["overall"].notna()]
    alarm = ~rows["approve"].astype(bool) | (rows["L"] < good_logic)
    return alarm.astype(float).groupby(rows["task"], sort=True).mean()


def ladder_table(plain: pd.DataFrame, controls: Controls, settings: AnalysisSettings) -> pd.DataFrame:
    """Mean L by rung, tasks weighing the same: `faults, tasks, mean, low, high`; tasks are resampled.

    Args:
        plain: as of `ladder_clusters`.
    """
    rows = []
    for name, faults in rungs(controls).items():
        by_task = plain.loc[plain.index.get_level_values("author") == name, "L"].groupby("task", sort=True).mean()
        means = by_task.to_numpy(dtype=np.float64)
        low, high = np.nan, np.nan
        if len(means):
            rng = stream(settings.seed, "ladder", name)
            low, high = percentile_interval(bootstrap_means(means, settings.bootstrap_resamples, rng), settings.alpha)
        rows.append((faults, len(means), float(means.mean()) if len(means) else np.nan, low, high))
    return pd.DataFrame(rows, columns=["faults", "tasks", "mean", "low", "high"])
