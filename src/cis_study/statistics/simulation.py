"""Simulated studies and the p values their tests give, many studies at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from cis_study.statistics.power_settings import Spreads
from cis_study.statistics.resampling import Floats

_TIE = 1e-12
"""Differences this close to each other are equal."""


class Shuffles(NamedTuple):
    """Permutations of the labels of two contestants within tasks, as weights of battles."""

    first: Floats
    second: Floats
    """Shape (permutations, battles of one contestant): a shuffled difference is the weighted sum of both's battles."""
    kept: Floats
    """Shape (permutations, tasks): share of a difference between two cells that a shuffle keeps."""


class Battles(NamedTuple):
    """CIS of simulated battles around the mean of their contestant, `residual` + `cell` of their task."""

    residual: Floats
    """Shape (models, studies, battles of one contestant), task by task."""
    cell: Floats
    """Shape (models, studies, tasks)."""


def draw_shuffles(replicates: Sequence[int], permutations: int, rng: np.random.Generator) -> Shuffles:
    """Permutations of a design with these replicates per task, which any number of studies may share."""
    first, second, kept = [], [], []
    for count in replicates:
        weights = np.repeat([1.0, -1.0], count) / (count * len(replicates))
        drawn = rng.permuted(np.broadcast_to(weights, (permutations, 2 * count)), axis=1)
        first.append(drawn[:, :count])
        second.append(drawn[:, count:])
        kept.append(drawn[:, :count].sum(axis=1))
    return Shuffles(np.concatenate(first, axis=1), np.concatenate(second, axis=1), np.stack(kept, axis=1))


def draw_battles(
    models: int, replicates: Sequence[int], spreads: Spreads, studies: int, rng: np.random.Generator
) -> Battles:
    """Normal draws. What a task adds for everybody is left out: no test within tasks sees it."""
    return Battles(
        spreads.residual_sd * rng.standard_normal((models, studies, sum(replicates))),
        spreads.model_task_sd * rng.standard_normal((models, studies, len(replicates))),
    )


def task_differences(battles: Battles, replicates: Sequence[int], reference: int, model: int) -> Floats:
    """Mean of `model` minus that of `reference` by task, shape (studies, tasks)."""
    starts = np.concatenate([[0], np.cumsum(replicates)[:-1]])
    battle_wise = battles.residual[model] - battles.residual[reference]
    means = np.add.reduceat(battle_wise, starts, axis=1) / np.asarray(replicates)
    differences: Floats = means + battles.cell[model] - battles.cell[reference]
    return differences


def shuffled_differences(battles: Battles, shuffles: Shuffles, reference: int, model: int) -> Floats:
    """Differences of equally weighted task means after each shuffle, shape (studies, permutations)."""
    moved = battles.residual[model] @ shuffles.first.T + battles.residual[reference] @ shuffles.second.T
    shuffled: Floats = moved + (battles.cell[model] - battles.cell[reference]) @ shuffles.kept.T
    return shuffled


def permutation_ps(differences: Floats, shuffled: Floats, shuffles: Shuffles, effects: Floats) -> Floats:
    """p values of `resampling.permutation_p` after an effect is added to the battles of `model`.

    A shuffle moves an effect as it moves any difference between cells, so nothing is shuffled again.

    Args:
        effects: shape (effects, studies).

    Returns:
        Shape (effects, studies).
    """
    observed = np.abs(differences.mean(axis=-1) + effects) - _TIE
    kept = shuffles.kept.sum(axis=1)
    extreme = [
        np.count_nonzero(np.abs(shuffled + np.outer(effect, kept)) >= limit[:, np.newaxis], axis=-1)
        for effect, limit in zip(effects, observed, strict=True)
    ]
    p: Floats = (1 + np.stack(extreme)) / (1 + len(kept))
    return p


def task_level_ps(differences: Floats, effects: Floats) -> Floats:
    """Two-sided p values of the paired t test over tasks with tasks - 1 degrees of freedom; effects as above.

    1 where every task shows no difference at all, 0 where all show the same one; NaN with a single task.
    """
    tasks = differences.shape[-1]
    if tasks < 2:
        return np.full(effects.shape, np.nan)
    moved = np.abs(differences.mean(axis=-1) + effects)
    error = differences.std(axis=-1, ddof=1) / np.sqrt(tasks)
    ratio = np.divide(moved, error, out=np.where(moved > _TIE, np.inf, 0.0), where=error > _TIE)
    p: Floats = 2 * student.sf(ratio, tasks - 1)
    return p


def holm_rejects(p: Floats, alpha: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which hypotheses Holm's method rejects; the family is the last axis. NaN is never rejected."""
    ordered = np.sort(p, axis=-1)
    passed = np.logical_and.accumulate(ordered <= alpha / np.arange(p.shape[-1], 0, -1), axis=-1)
    limit = np.max(ordered, axis=-1, keepdims=True, where=passed, initial=-1.0)
    rejected: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = p <= limit
    return rejected
