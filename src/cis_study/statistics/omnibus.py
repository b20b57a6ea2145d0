"""Tests over all models at once, reported beside the contrasts."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pingouin as pg

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.settings import AnalysisSettings

COLUMNS = ["test", "source", "df1", "df2", "F", "p", "np2"]


def omnibus_table(scores: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """ANOVA of model x task (type 2 sums of squares) and Welch's ANOVA of the models.

    The interaction says how far a difference between models depends on the task, hence how little four tasks can say
    about coding in general. Empty where a test is undefined: fewer than two models, a cell with fewer than two
    battles, or cells without any spread.
    """
    outcome = settings.family.outcome
    present = scores[scores[outcome].notna()]
    spread = present.groupby(["model", "task"])[outcome].agg(["size", "var"])
    if len(design.models) < 2 or (spread["size"] < 2).any() or not spread["var"].sum() > 0:
        return pd.DataFrame(columns=COLUMNS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = _anova(present, outcome, by_task=len(design.tasks) > 1)
        if (present.groupby("model")[outcome].var() > 0).all():
            welch = pg.welch_anova(data=present, dv=outcome, between="model").iloc[0]
            rows.append(("welch", "model", welch["ddof1"], welch["ddof2"], welch["F"], welch["p_unc"], welch["np2"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _anova(present: pd.DataFrame, outcome: str, by_task: bool) -> list[tuple[object, ...]]:
    between = ["model", "task"] if by_task else "model"
    table = pg.anova(data=present, dv=outcome, between=between, ss_type=2, effsize="np2", detailed=True)
    table = table.set_index("Source")
    residual = table.loc["Residual" if by_task else "Within", "DF"]
    sources = {"model": "model", "task": "task", "model * task": "model x task"} if by_task else {"model": "model"}
    return [
        ("anova", name, *(table.at[source, "DF"], residual), *table.loc[source, ["F", "p_unc", "np2"]])
        for source, name in sources.items()
        if np.isfinite(table.at[source, "F"])
    ]
