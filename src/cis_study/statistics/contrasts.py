"""Differences between models: estimate, interval, permutation test, effect sizes, adjusted p values."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pingouin as pg
from scipy.stats import mannwhitneyu

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells, model_mean, model_resampled
from cis_study.statistics.resampling import Floats, percentile_interval, permutation_p, stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

COLUMNS = ["model", "reference", "outcome", "expected", "difference", "low", "high", "p", "p_holm", "hedges_g", "cliff"]


def contrast_table(cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per contrast of the family: the later (stronger) contestant minus the earlier one.

    `expected` is 1 where the tiers predict a positive difference and 0 within a tier; `low, high` is the bootstrap
    interval at 1 - alpha, not adjusted for the number of contrasts; `p` comes from the permutation test, `p_holm` is
    adjusted over this table; `hedges_g` is standardized by the pooled spread of all battles; `cliff` is Cliff's delta
    within tasks, averaged. Empty for a study of one contestant.
    """
    column = OUTCOMES.index(settings.family.outcome)
    pairs = pairwise(design.models) if settings.family.contrasts == "adjacent" else combinations(design.models, 2)
    rows = []
    for reference, model in pairs:
        stronger = [cells[model, task].values[:, column] for task in design.task_ids]
        weaker = [cells[reference, task].values[:, column] for task in design.task_ids]
        difference = model_mean(cells, design, model)[column] - model_mean(cells, design, reference)[column]
        resampled = model_resampled(cells, design, model) - model_resampled(cells, design, reference)
        rng = stream(settings.seed, "permutation", reference, model)
        rows.append(
            {
                "model": model,
                "reference": reference,
                "outcome": settings.family.outcome,
                "expected": int(design.is_expected(model, reference)),
                "difference": difference,
                **percentile_interval(resampled[:, column], settings.alpha)._asdict(),
                "p": permutation_p(stronger, weaker, settings.permutations, rng),
                "hedges_g": hedges_g(np.concatenate(stronger), np.concatenate(weaker)),
                "cliff": float(np.mean([cliffs_delta(a, b) for a, b in zip(stronger, weaker, strict=True)])),
            }
        )
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "p_holm"])
    table["p_holm"] = pg.multicomp(table["p"].to_list(), method="holm")[1] if rows else []
    return table[COLUMNS]


def hedges_g(first: Floats, second: Floats) -> float:
    """Standardized difference of means with Hedges' correction; NaN where neither sample varies."""
    if len(first) < 2 or len(second) < 2 or (np.ptp(first) == 0 and np.ptp(second) == 0):
        return float("nan")
    return float(pg.compute_effsize(first, second, eftype="hedges"))


def cliffs_delta(first: Floats, second: Floats) -> float:
    """P(first > second) - P(first < second), from -1 to 1; ties count for neither."""
    u = mannwhitneyu(first, second, method="asymptotic").statistic
    return float(2 * u / (len(first) * len(second)) - 1)
