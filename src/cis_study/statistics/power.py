"""Power before data: what the tests of one planned design find in simulated studies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

import numpy as np

from cis_study.statistics import simulation
from cis_study.statistics.power_settings import BATCHES, BETWEEN, FIXED, RANDOM, WITHIN, Spreads
from cis_study.statistics.resampling import Floats, stream
from cis_study.statistics.settings import AnalysisSettings

_EFFECTS = np.geomspace(0.002, 1, 32)
"""True differences for which power is simulated; between them it is interpolated."""


class Estimate(NamedTuple):
    """A simulated share and its Monte Carlo standard error."""

    value: float
    error: float


class Curve(NamedTuple):
    """What one test does in the simulated studies of one design."""

    false_positive: Estimate
    """Share of studies of equal contestants in which any contrast of the family is rejected."""
    effects: Floats
    found: Floats
    """Share of the true contrasts that are rejected, by true difference."""
    error: Floats


def family_pairs(models: int, contrasts: Literal["all_pairs", "adjacent"]) -> list[tuple[int, int]]:
    """Contrasts of the family as places in the order of the contestants, (reference, model)."""
    return list(pairwise(range(models)) if contrasts == "adjacent" else combinations(range(models), 2))


def simulate(
    models: int, replicates: Sequence[int], spreads: Spreads, settings: AnalysisSettings
) -> dict[tuple[str, str], Curve]:
    """Curves by (estimand, test) of one design. Studies of one batch share their shuffles."""
    pairs = family_pairs(models, settings.family.contrasts)
    effects = np.unique([0.0, settings.minimum_effect, *_EFFECTS])
    rng = stream(settings.seed, "power", str(models), *map(str, replicates))
    batches = [_batch(models, pairs, replicates, spreads, effects, settings, rng) for _ in range(BATCHES)]
    true = np.array([_is_true(pair, models) for pair in pairs])
    return {key: _curve(effects, np.stack([batch[key] for batch in batches]), true) for key in batches[0]}


def _batch(
    models: int,
    pairs: Sequence[tuple[int, int]],
    replicates: Sequence[int],
    spreads: Spreads,
    effects: Floats,
    settings: AnalysisSettings,
    rng: np.random.Generator,
) -> dict[tuple[str, str], Floats]:
    """Rejections of each test, as of `_rejections`."""
    studies = settings.power.studies // BATCHES
    shuffles = simulation.draw_shuffles(replicates, settings.power.permutations, rng)
    battles = simulation.draw_battles(models, replicates, spreads, studies, rng)
    p: dict[tuple[str, str], list[Floats]] = {(FIXED, WITHIN): [], (RANDOM, WITHIN): [], (RANDOM, BETWEEN): []}
    for reference, model in pairs:
        differences = simulation.task_differences(battles, replicates, reference, model)
        shuffled = simulation.shuffled_differences(battles, shuffles, reference, model)
        tried = np.tile(effects[:, np.newaxis] if _is_true((reference, model), models) else [[0.0]], studies)
        # Where the tasks are all there is, the mean of what they add is part of the contestants' difference.
        added = (battles.cell[model] - battles.cell[reference]).mean(axis=-1)
        p[FIXED, WITHIN].append(simulation.permutation_ps(differences, shuffled, shuffles, tried - added))
        p[RANDOM, WITHIN].append(simulation.permutation_ps(differences, shuffled, shuffles, tried[:1]))
        p[RANDOM, BETWEEN].append(simulation.task_level_ps(differences, tried))
    return {key: _rejections(found, settings.alpha) for key, found in p.items()}


def _is_true(pair: tuple[int, int], models: int) -> bool:
    """Whether the last contestant, which stands above the others, is in the contrast."""
    return models - 1 in pair


def _rejections(p: Sequence[Floats], alpha: float) -> Floats:
    """Holm's rejections as 0 and 1, NaN where a test is undefined, shape (effects, studies, contrasts).

    Args:
        p: one array per contrast, shape (effects, studies); of a contrast without an effect (1, studies).
    """
    stacked = np.stack(np.broadcast_arrays(*p), axis=-1)
    return np.where(np.isnan(stacked), np.nan, simulation.holm_rejects(stacked, alpha))


def _curve(effects: Floats, rejected: Floats, true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Curve:
    """From rejections of shape (batches, effects, studies, contrasts)."""
    false = rejected[:, 0].max(axis=-1).mean(axis=-1)
    found = rejected[..., true].mean(axis=(2, 3))
    false_error, error = (shares.std(axis=0, ddof=1) / np.sqrt(len(shares)) for shares in (false, found))
    tried = effects[: found.shape[1]]
    return Curve(Estimate(float(false.mean()), float(false_error)), tried, found.mean(axis=0), error)


def detectable(curve: Curve, target: float) -> Estimate:
    """Smallest difference that is found with this power; NaN where none up to 1 is. Its error is that of the slope."""

    def effect_at(power: float) -> float:
        rising = np.maximum.accumulate(curve.found)
        return float(np.interp(power, rising, curve.effects)) if rising[-1] >= power else np.nan

    found = effect_at(target)
    error = float(np.interp(found, curve.effects, curve.error)) if np.isfinite(found) else np.nan
    return Estimate(found, (effect_at(target + error) - effect_at(target - error)) / 2)
