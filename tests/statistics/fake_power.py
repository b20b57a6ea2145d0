"""FAKE figures of simulated designs. Nothing here was simulated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from fake_scores import fake_design, fake_settings

from cis_study.statistics.power_settings import BETWEEN, FIXED, RANDOM, WITHIN, Simulated
from cis_study.statistics.power_table import COLUMNS
from cis_study.statistics.power_verdicts import power_summary

FAKE_POWER = Simulated.model_validate(
    {"effect": 0.05, "spreads": {"residual_sd": 0.13, "model_task_sd": 0.08, "task_sd": 0.07, "source": "invented"}}
)


def fake_power_table(configured: tuple[int, float] | None) -> pd.DataFrame:
    """The default grid with endless replicates and, unless it is None, the (tasks, replicates) of a study."""
    rows = []
    grid = {(tasks, float(n)) for tasks in FAKE_POWER.tasks for n in (*FAKE_POWER.replicates, np.inf)}
    for tasks, replicates in sorted(grid | {configured} if configured else grid):
        own = (tasks, replicates) == configured
        noise = 0.13**2 / replicates
        for estimand, test, error in (
            (FIXED, WITHIN, np.sqrt(2 * noise / tasks)),
            (RANDOM, BETWEEN, np.sqrt(2 * (noise + 0.08**2) / (tasks - 1)) if tasks > 1 else np.nan),
            (RANDOM, WITHIN, np.nan),
        ):
            if np.isfinite(replicates) or test == BETWEEN:
                rows.append((estimand, test, tasks, replicates, own, 0.05, 0.004, 0.6, 0.01, 3.7 * error, 0.001))
    table = pd.DataFrame(rows, columns=COLUMNS)
    undefined = table["detectable"].isna()
    return table.assign(**{name: table[name].mask(undefined) for name in ("power", "power_se", "detectable_se")})


def fake_power_summary() -> dict[str, Any]:
    settings = fake_settings(power=FAKE_POWER.model_dump(exclude={"effect"}), minimum_effect=FAKE_POWER.effect)
    assert FAKE_POWER.spreads is not None
    return power_summary(fake_power_table((4, 10.0)), FAKE_POWER.spreads, None, fake_design(), settings)
