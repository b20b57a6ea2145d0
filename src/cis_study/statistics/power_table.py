"""What the planned tests can find, against the number of tasks and of replicates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.errors import StudyError
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.power import Curve, detectable, family_pairs, simulate
from cis_study.statistics.power_settings import BETWEEN, RANDOM, WITHIN, Spreads
from cis_study.statistics.settings import AnalysisSettings

COLUMNS = [
    "estimand", "test", "tasks", "replicates", "configured", "false_positive", "false_positive_se", "power",
    "power_se", "detectable", "detectable_se",
]  # fmt: skip


def power_table(design: StudyDesign, spreads: Spreads, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per simulated design, estimand and test; columns as in `COLUMNS`, differences in units of CIS.

    `replicates` is the mean per task, infinite in rows that show what is left when tasks alone vary. `false_positive`
    is the share of studies of equal contestants in which any contrast is rejected after Holm. `power` is the share in
    which a contrast is found when the last contestant stands `minimum_effect` above all others, which are equal;
    `detectable` is the difference found with `power.target`, null where even 1 is not. The tests within tasks also
    stand in rows for tasks that are a sample: their false positives there are the price of taking the claim further
    than it goes, and a power means nothing then. Empty for a study of one contestant.

    Raises:
        StudyError: with so few permutations no test can reach the adjusted level.
    """
    contrasts = family_pairs(len(design.models), settings.family.contrasts)
    if not contrasts:
        return pd.DataFrame(columns=COLUMNS)
    if settings.alpha / len(contrasts) < 1 / (1 + settings.power.permutations):
        raise StudyError(
            "power.permutations",
            settings.power.permutations,
            f"the smallest p value is above alpha / {len(contrasts)} contrasts",
            "Raise it in config/analysis.yaml.",
        )
    own = tuple(design.replicates.values())
    grid = {(count,) * tasks for tasks in settings.power.tasks for count in settings.power.replicates}
    rows = []
    for replicates in sorted(grid | {own}, key=lambda sizes: (len(sizes), sum(sizes), sizes)):
        for (estimand, test), curve in simulate(len(design.models), replicates, spreads, settings).items():
            place = (estimand, test, len(replicates), sum(replicates) / len(replicates), replicates == own)
            rows.append((*place, *_figures(curve, settings, powerful=(estimand, test) != (RANDOM, WITHIN))))
    settled = spreads.model_copy(update={"residual_sd": 0.0})
    for tasks in sorted({*settings.power.tasks, len(own)}):
        curve = simulate(len(design.models), (1,) * tasks, settled, settings)[RANDOM, BETWEEN]
        rows.append((RANDOM, BETWEEN, tasks, np.inf, False, *_figures(curve, settings, powerful=True)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["estimand", "test", "tasks", "replicates"], kind="stable", ignore_index=True)


def _figures(curve: Curve, settings: AnalysisSettings, powerful: bool) -> tuple[float, ...]:
    if not powerful:
        return (*curve.false_positive, *[np.nan] * 4)
    at = int(np.searchsorted(curve.effects, settings.minimum_effect))
    smallest = detectable(curve, settings.power.target)
    return (*curve.false_positive, curve.found[at], curve.error[at], *smallest)
