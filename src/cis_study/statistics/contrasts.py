"""Differences between models: estimate, interval, permutation test, effect sizes, adjusted p values, checks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pingouin as pg
from scipy.stats import mannwhitneyu

from cis_study.statistics.checks import games_howell, hc3, tost
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells, combination
from cis_study.statistics.resampling import Floats, permutation_p, stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

Pair = tuple[str, str]
"""Contestant and the one it is compared with."""
TESTED = ["model", "reference", "outcome", "difference", "low", "high", "p", "p_holm"]
COLUMNS = [
    "model", "reference", "outcome", "expected", "difference", "low", "high", "p", "p_holm", "hedges_g", "cliff",
    "p_hc3", "p_games_howell", "p_tost", "p_tost_holm",
]  # fmt: skip


def contrast_table(cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per contrast of the family: the later (stronger) contestant minus the earlier one.

    `expected` is 1 where the tiers predict a positive difference and 0 within a tier; `low, high` is the BCa bootstrap
    interval at 1 - alpha, not adjusted for the number of contrasts; `p` comes from the permutation test, `p_holm` is
    adjusted over this table; `hedges_g` is standardized by the pooled spread of all battles; `cliff` is Cliff's delta
    within tasks, averaged. As checks, `p_hc3` is that of a linear model of all cells, `p_games_howell` that of the
    Games-Howell test, which knows no tasks. `p_tost` is that of equivalence within the minimum effect. Empty for a
    study of one contestant.
    """
    outcome = settings.family.outcome
    found = pairwise(design.models) if settings.family.contrasts == "adjacent" else combinations(design.models, 2)
    pairs = [(model, reference) for reference, model in found]
    table = tested_contrasts(cells, design, settings, ((outcome, pair) for pair in pairs))
    values = {pair: _by_task(cells, design, pair, outcome) for pair in pairs}
    table["expected"] = [int(design.is_expected(*pair)) for pair in pairs]
    table["hedges_g"] = [hedges_g(np.concatenate(a), np.concatenate(b)) for a, b in values.values()]
    table["cliff"] = [float(np.mean([*map(cliffs_delta, a, b)])) for a, b in values.values()]
    table["p_hc3"] = hc3(cells, design, pairs, outcome)
    table["p_games_howell"] = games_howell(cells, design, pairs, outcome)
    table["p_tost"] = [tost(a, b, settings.minimum_effect) for a, b in values.values()]
    table["p_tost_holm"] = holm(table["p_tost"])
    return table[COLUMNS]


def tested_contrasts(
    cells: Cells, design: StudyDesign, settings: AnalysisSettings, wanted: Iterable[tuple[str, Pair]]
) -> pd.DataFrame:
    """Estimate, interval and permutation test of each (outcome, pair), adjusted together: columns `TESTED`."""
    rows = []
    for outcome, (model, reference) in wanted:
        estimate = combination(cells, design, {model: 1.0, reference: -1.0}, outcome, settings.alpha)
        rng = stream(settings.seed, "permutation", outcome, reference, model)
        values = _by_task(cells, design, (model, reference), outcome)
        rows.append((model, reference, outcome, *estimate, permutation_p(*values, settings.permutations, rng)))
    table = pd.DataFrame(rows, columns=TESTED[:-1])
    return table.assign(p_holm=holm(table["p"]))


def holm(p: pd.Series[float]) -> list[float]:
    """Holm's adjustment; a p value that could not be computed stays unknown and is not counted."""
    return list(pg.multicomp(p.to_list(), method="holm")[1]) if p.notna().any() else [np.nan] * len(p)


def _by_task(cells: Cells, design: StudyDesign, pair: Pair, outcome: str) -> tuple[list[Floats], list[Floats]]:
    column = OUTCOMES.index(outcome)
    first, second = ([cells[model, task].values[:, column] for task in design.task_ids] for model in pair)
    return first, second


def hedges_g(first: Floats, second: Floats) -> float:
    """Standardized difference of means with Hedges' correction; NaN where neither sample varies."""
    if len(first) < 2 or len(second) < 2 or (np.ptp(first) == 0 and np.ptp(second) == 0):
        return float("nan")
    return float(pg.compute_effsize(first, second, eftype="hedges"))


def cliffs_delta(first: Floats, second: Floats) -> float:
    """P(first > second) - P(first < second), from -1 to 1; ties count for neither."""
    u = mannwhitneyu(first, second, method="asymptotic").statistic
    return float(2 * u / (len(first) * len(second)) - 1)
