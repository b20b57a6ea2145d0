"""Means with equal task weights and their intervals, for models, components and cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.resampling import Floats, acceleration, bca_interval, bootstrap_means, stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings


class Cell(NamedTuple):
    """The battles of one model on one task that carry scores."""

    values: Floats
    """Shape (n, outcomes), rows in order of replicate, columns as in `OUTCOMES`."""
    resampled: Floats
    """Bootstrap means, shape (resamples, outcomes)."""


Cells = dict[tuple[str, str], Cell]


def resample_cells(scores: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings) -> Cells:
    """The cells of a gated study with their bootstrap distributions; all outcomes share the resampled battles."""
    present = scores[scores["CIS"].notna()]
    cells: Cells = {}
    for model in design.models:
        for task in design.task_ids:
            rows = present[(present["model"] == model) & (present["task"] == task)].sort_values("replicate")
            values = rows[list(OUTCOMES)].to_numpy(dtype=np.float64)
            rng = stream(settings.seed, "bootstrap", model, task)
            cells[model, task] = Cell(values, bootstrap_means(values, settings.bootstrap_resamples, rng))
    return cells


class Estimate(NamedTuple):
    """A number and its interval; the ends are NaN where a cell holds a single battle."""

    value: float
    low: float
    high: float


def combination(
    cells: Cells, design: StudyDesign, weights: Mapping[str, float], outcome: str, alpha: float
) -> Estimate:
    """Weighted sum of contestants' means with its BCa interval; tasks weigh the same however many battles they kept.

    Args:
        weights: by contestant; `{a: 1}` is a mean, `{a: 1, b: -1}` a contrast.
    """
    column, tasks = OUTCOMES.index(outcome), design.task_ids
    used = [(weight / len(tasks), cells[model, task]) for model, weight in weights.items() for task in tasks]
    value = float(sum(weight * cell.values[:, column].mean() for weight, cell in used))
    resampled = np.sum([weight * cell.resampled[:, column] for weight, cell in used], axis=0)
    skew = float(acceleration([(weight, cell.values[:, column]) for weight, cell in used]))
    return Estimate(value, *bca_interval(value, resampled, skew, alpha))


def cell_table(cells: Cells, design: StudyDesign, alpha: float) -> pd.DataFrame:
    """One row per model, task and outcome: `n_planned, n_scored, mean, sd, low, high`."""
    rows = []
    for (model, task), cell in cells.items():
        for column, outcome in enumerate(OUTCOMES):
            values = cell.values[:, column]
            sd = float(values.std(ddof=1)) if len(values) > 1 else np.nan
            interval = bca_interval(
                values.mean(), cell.resampled[:, column], float(acceleration([(1.0, values)])), alpha
            )
            rows.append((model, task, outcome, design.replicates[task], len(values), values.mean(), sd, *interval))
    columns = ["model", "task", "outcome", "n_planned", "n_scored", "mean", "sd", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def outcome_table(cells: Cells, design: StudyDesign, alpha: float) -> pd.DataFrame:
    """One row per model and outcome: `mean, low, high` with equal task weights."""
    rows = [
        (model, outcome, *combination(cells, design, {model: 1.0}, outcome, alpha))
        for model in design.models
        for outcome in OUTCOMES
    ]
    return pd.DataFrame(rows, columns=["model", "outcome", "mean", "low", "high"])


def model_table(outcomes: pd.DataFrame, missing: pd.DataFrame, design: StudyDesign) -> pd.DataFrame:
    """One row per contestant, weakest tier first: facts, counts, CIS and hidden-case pass rate with intervals."""
    counts = missing.groupby("model")[["n_planned", "n_scored", "n_missing", "model_failure", "budget_exhausted"]].sum()
    wide = outcomes.set_index(["model", "outcome"])
    rows = []
    for contestant in design.contestants:
        row: dict[str, object] = contestant.model_dump()
        row |= {name: counts.at[contestant.name, name] for name in counts.columns}
        for outcome in ("CIS", "hidden"):
            row |= {
                outcome: wide.at[(contestant.name, outcome), "mean"],
                f"{outcome}_low": wide.at[(contestant.name, outcome), "low"],
                f"{outcome}_high": wide.at[(contestant.name, outcome), "high"],
            }
        rows.append(row)
    return pd.DataFrame(rows).rename(columns={"name": "model"})


def structure_table(scores: pd.DataFrame, design: StudyDesign) -> pd.DataFrame:
    """What each component does to CIS over all battles: `component, weight, mean, sd, variance_share`.

    variance_share = weight * cov(component, CIS) / var(CIS); the shares sum to 1, a component that never varies has
    share 0, and a share below 0 means the component pulls against the others. Null where CIS never varies.
    """
    present = scores[scores["CIS"].notna()]
    variance = present["CIS"].var()
    rows = []
    for component in COMPONENTS:
        weight = getattr(design.weights, component)
        # A constant column has a covariance of rounding error, whose sign would show as "-0%".
        covariance = present[component].cov(present["CIS"]) if present[component].nunique() > 1 else 0.0
        share = weight * covariance / variance if variance > 0 else np.nan
        rows.append((component, weight, present[component].mean(), present[component].std(), share))
    return pd.DataFrame(rows, columns=["component", "weight", "mean", "sd", "variance_share"])
