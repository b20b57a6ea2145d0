"""FAKE studies in which nothing differs: how often does each test say otherwise?

`python tests/statistics/fake_nulls.py` prints the shares of 2,000 studies of each kind; the tests run fewer.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from fake_cells import fake_study
from scipy.stats import permutation_test, ttest_1samp

from cis_study.statistics.checks import games_howell, hc3
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cell, Cells, combination
from cis_study.statistics.generalisation import COLUMNS, generalisation_table
from cis_study.statistics.omnibus import omnibus_table
from cis_study.statistics.resampling import bootstrap_means, permutation_p
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.trend import tier_trend

ALPHA = 0.05
LEVELS = (0.2, 0.35, 0.5, 0.7)
"""Means of the tasks: far apart, as those of real ones are."""


def fixed_tasks(rng: np.random.Generator, settings: AnalysisSettings) -> dict[str, float]:
    """p by test for a study on these tasks: skewed scores in steps of 0.05, so that there are ties."""
    design, cells, scores = _study(rng, settings, LEVELS)
    weak, _, strong = design.models
    values = {m: [cells[m, task].values[:, 0] for task in design.task_ids] for m in design.models}
    interval = combination(cells, design, {strong: 1.0, weak: -1.0}, "CIS", ALPHA)
    omnibus = omnibus_table(scores, design, settings).set_index(["test", "source"])["p"]
    return {
        "permutation": permutation_p(values[strong], values[weak], settings.permutations, rng),
        "trend": tier_trend(cells, design, "CIS").p,
        "ANOVA, model": float(omnibus["anova", "model"]),
        "ANOVA, model x task": float(omnibus["anova", "model x task"]),
        "HC3": hc3(cells, design, [(strong, weak)], "CIS")[0],
        "BCa interval": 0.0 if interval.low > 0 or interval.high < 0 else 1.0,
    }


def alike_tasks(rng: np.random.Generator, settings: AnalysisSettings) -> dict[str, float]:
    """p of the tests that know no tasks: where tasks differ, that is noise to them, and they reject too rarely."""
    design, cells, scores = _study(rng, settings, (0.5,) * len(LEVELS))
    weak, _, strong = design.models
    omnibus = omnibus_table(scores, design, settings).set_index(["test", "source"])["p"]
    # Adjusted for all pairs: the smallest of them rejects at the level of the family.
    pairs = [(strong, weak), (strong, design.models[1]), (design.models[1], weak)]
    return {
        "Welch": float(omnibus["welch", "model"]),
        "Games-Howell": min(games_howell(cells, design, pairs, "CIS")),
    }


def sampled_tasks(rng: np.random.Generator, settings: AnalysisSettings) -> dict[str, float]:
    """p by test for a study over tasks like these: 16 of them, in each of which one of two equal models is better."""
    differences = rng.normal(0, np.hypot(0.08 * np.sqrt(2), 0.13 * np.sqrt(2 / 10)), 16)
    flips = permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=settings.permutations, rng=rng
    )
    return {"task-level t": float(ttest_1samp(differences, 0.0).pvalue), "sign flips": float(flips.pvalue)}


def mixed_model(
    rng: np.random.Generator, settings: AnalysisSettings, spreads: Sequence[float] = (0.08, 0.08, 0.08)
) -> dict[str, float]:
    """p of the two tests over tasks like these, of one pair among three equal contestants with 10 battles per cell.

    Args:
        spreads: standard deviation of what a task adds for each contestant; the pair are the first and the last.
    """
    design, cells = fake_study(10, 16), {}
    for task in design.task_ids:
        of_task = rng.normal(0.5, 0.07)
        for model, spread in zip(design.models, spreads, strict=True):
            values = rng.normal(of_task + rng.normal(0, spread), 0.13, (10, 1))
            cells[model, task] = Cell(values, values[:1])
    pair = pd.DataFrame([(design.models[-1], design.models[0], "CIS", 1)], columns=COLUMNS[:4])
    table, facts = generalisation_table(cells, pair, design, settings)
    if not facts["converged"]:
        raise RuntimeError("the mixed model did not converge")
    return {"paired t": float(table["p"].iloc[0]), "mixed model": float(table["p_mixed"].iloc[0])}


def uneven_spreads(rng: np.random.Generator, settings: AnalysisSettings) -> dict[str, float]:
    """The same where tasks spread the pair far more than the third: outside the assumptions of the mixed model."""
    return mixed_model(rng, settings, (0.08, 0.02, 0.08))


def rejections(
    study: Callable[[np.random.Generator, AnalysisSettings], dict[str, float]],
    settings: AnalysisSettings,
    studies: int,
    seed: int,
) -> dict[str, float]:
    """Share of studies in which p <= ALPHA, by test."""
    rng, rejected = np.random.default_rng(seed), Counter[str]()
    for _ in range(studies):
        rejected.update({name: int(p <= ALPHA) for name, p in study(rng, settings).items()})
    return {name: count / studies for name, count in rejected.items()}


def _study(
    rng: np.random.Generator, settings: AnalysisSettings, levels: Sequence[float]
) -> tuple[StudyDesign, Cells, pd.DataFrame]:
    """25 battles in each cell; the only outcome is CIS."""
    design, cells, parts = fake_study(25, len(levels)), {}, []
    for model in design.models:
        for task, level in zip(design.task_ids, levels, strict=True):
            values = np.round(20 * rng.beta(4 * level, 4 * (1 - level), 25)) / 20
            column = values[:, np.newaxis]
            cells[model, task] = Cell(column, bootstrap_means(column, settings.bootstrap_resamples, rng))
            parts.append(pd.DataFrame({"model": model, "task": task, "CIS": values}))
    return design, cells, pd.concat(parts, ignore_index=True)


KINDS = {study.__name__: study for study in (fixed_tasks, alike_tasks, sampled_tasks, mixed_model, uneven_spreads)}

if __name__ == "__main__":
    from fake_scores import fake_settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = parser.parse_args()
    count = given.studies
    settings = fake_settings(permutations=999, bootstrap_resamples=999)
    for kind in given.kinds:
        for name, share in rejections(KINDS[kind], settings, count, given.seed).items():
            print(f"{kind:14} {name:20} {share:.4f} +- {np.sqrt(share * (1 - share) / count):.4f}", flush=True)
