"""CIS beside the criterion: does a battle of higher CIS pass more hidden cases of its task?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.ranks import centred_ranks, drawn_counts
from cis_study.statistics.resampling import Floats, percentile_interval, stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

PREDICTORS = ("CIS", "CIS without L", "R", "A", "T", "L")
_BATCH = 500


def criterion_table(cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """Rank correlation with the hidden-case pass rate within tasks: `predictor, rho, low, high`.

    Ranks are taken within each task and centred there, then correlated over all battles, so an easy task cannot
    produce a correlation by itself. `CIS without L` stands beside CIS because L is itself computed from hidden cases
    and part of any agreement is therefore built in. Null where predictor or criterion never varies within a task.
    Battles are resampled within model x task, n of n.
    """
    rng = stream(settings.seed, "criterion", *design.models, *design.task_ids)
    columns = len(PREDICTORS) + 1
    observed = np.zeros((1, 2, columns))
    resampled = np.zeros((settings.bootstrap_resamples, 2, columns))
    for task in design.task_ids:
        parts = [_with_reduced(cells[model, task].values, design) for model in design.models]
        values = np.concatenate(parts)
        observed += _sums(values, np.ones((1, len(values))))
        resampled += _resampled_sums(parts, settings.bootstrap_resamples, rng)
    estimate = _correlations(observed)[0]
    distribution = _correlations(resampled)
    rows = []
    for column, predictor in enumerate(PREDICTORS):
        defined = distribution[:, column][np.isfinite(distribution[:, column])]
        known = np.isfinite(estimate[column]) and len(defined) > len(distribution) / 2
        interval = percentile_interval(defined, settings.alpha) if known else (np.nan, np.nan)
        rows.append((predictor, estimate[column], *interval))
    return pd.DataFrame(rows, columns=["predictor", "rho", "low", "high"])


def _with_reduced(values: Floats, design: StudyDesign) -> Floats:
    """Columns as in `PREDICTORS`, then the criterion."""
    by_name = dict(zip(OUTCOMES, values.T, strict=True))
    weights = {name: getattr(design.weights, name) for name in ("R", "A", "T")}
    total = sum(weights.values()) or 1.0
    by_name["CIS without L"] = np.sum([weights[name] / total * by_name[name] for name in weights], axis=0)
    return np.stack([by_name[name] for name in (*PREDICTORS, "hidden")], axis=1)


def _resampled_sums(parts: list[Floats], resamples: int, rng: np.random.Generator) -> Floats:
    values = np.concatenate(parts)
    sizes = list(map(len, parts))
    firsts = [sum(sizes[:place]) for place in range(len(sizes))]
    batches = []
    for start in range(0, resamples, _BATCH):
        size = min(_BATCH, resamples - start)
        drawn = [first + rng.integers(0, n, size=(size, n)) for first, n in zip(firsts, sizes, strict=True)]
        batches.append(_sums(values, drawn_counts(np.concatenate(drawn, axis=1), len(values))))
    return np.concatenate(batches)


def _sums(values: Floats, counts: Floats) -> Floats:
    """What the battles of a task add to the correlations, shape (resamples, 2, columns).

    Products of ranks with those of the last column, and squares, of ranks scaled to (-0.5, 0.5). Kept instead of the
    ranks, which take 15 GB at 10,000 battles.
    """
    ranks = centred_ranks(np.round(values, 9), counts)
    products = np.einsum("sb,csb,sb->sc", counts, ranks, ranks[-1])
    squares = np.einsum("sb,csb,csb->sc", counts, ranks, ranks)
    sums: Floats = np.stack([products, squares], axis=1) / (2 * len(values)) ** 2
    return sums


def _correlations(sums: Floats) -> Floats:
    """Correlation of every column with the last one, shape (resamples, columns - 1); NaN where one is constant."""
    covariance, squares = sums[:, 0, :-1], sums[:, 1]
    scale = np.sqrt(squares[:, :-1] * squares[:, -1:])
    rho: Floats = np.divide(covariance, scale, out=np.full_like(covariance, np.nan), where=scale > 1e-12)
    return rho
