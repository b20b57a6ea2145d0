"""From these tasks to tasks like these: task-level tests and a mixed model, where there are enough tasks."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import permutation_test, ttest_1samp
from scipy.stats import t as student
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMResults
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from cis_study.statistics.contrasts import holm
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.resampling import stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

_DECIMALS = 4
"""Of what an optimizer found: it stops at an error larger than that of a sum."""
COLUMNS = [
    "model", "reference", "outcome", "expected", "difference", "low", "high", "p", "p_holm", "p_sign_flip",
    "mixed_difference", "mixed_low", "mixed_high", "p_mixed",
]  # fmt: skip


def generalisation_table(
    cells: Cells, contrasts: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The contrasts again, tasks being a sample.

    Returns:
        A row per contrast: paired t test of the task means (`difference, low, high, p`, K - 1 degrees of freedom for K
        tasks, adjusted in `p_holm`), `p_sign_flip` of the same differences, and as a check the contrast of the mixed
        model with its Wald interval on (K - 1)(M - 1) degrees of freedom for M contestants. Then the standard
        deviations of the mixed model, and whether its fit converged. Empty, and null, with fewer tasks than
        `estimands.secondary_min_tasks`.

    With these degrees of freedom, those of the interaction, and cells of one size the Wald test is the t test of a
    two-way analysis of variance of the cell means (Scheffe 1959, chapter 8), so its level is exact where tasks spread
    all contestants alike. Where they do not, the one spread that it estimates is that of no pair, and it rejects too
    often for some pairs and too rarely for others. The paired t test of a pair uses no other contestant, keeps its
    level there, and decides; `tests/statistics/fake_nulls.py` simulates both.
    """
    tasks = len(design.tasks)
    facts = {"tasks": tasks, **dict.fromkeys(("converged", "sd_task", "sd_model_task", "sd_residual"))}
    if tasks < settings.estimands.secondary_min_tasks or contrasts.empty:
        return pd.DataFrame(columns=COLUMNS), facts
    outcome = settings.family.outcome
    column = OUTCOMES.index(outcome)
    means = pd.DataFrame({m: [cells[m, t].values[:, column].mean() for t in design.task_ids] for m in design.models})
    mixed, freedom = _mixed_model(cells, column), (tasks - 1) * (len(design.models) - 1)
    rows = []
    for pair in contrasts[["model", "reference"]].itertuples(index=False):
        differences = (means[pair.model] - means[pair.reference]).to_numpy()
        rows.append((*_task_level(differences, settings, pair), *_wald(mixed, pair, freedom, settings.alpha)))
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS[4:] if name != "p_holm"])
    table = pd.concat([contrasts[COLUMNS[:4]], table.assign(p_holm=holm(table["p"]))], axis=1)
    return table[COLUMNS], facts | _spread(mixed)


def _task_level(differences: Any, settings: AnalysisSettings, pair: Any) -> tuple[float, float, float, float, float]:
    mean = float(differences.mean())
    if np.ptp(differences) < 1e-12:
        return mean, np.nan, np.nan, np.nan, np.nan
    test = ttest_1samp(differences, 0.0)
    interval = test.confidence_interval(1 - settings.alpha)
    flips = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=settings.permutations,
        rng=stream(settings.seed, "sign-flip", pair.reference, pair.model),
    )
    return mean, float(interval.low), float(interval.high), float(test.pvalue), float(flips.pvalue)


def _mixed_model(cells: Cells, column: int) -> MixedLMResults | None:
    """score ~ model + (1 | task) + (1 | task:model), by restricted likelihood; None where nothing varies in cells.

    Powell's method needs no gradient: it finds what the first one, at a variance near 0, sometimes gives up on.
    """
    parts = [
        pd.DataFrame({"score": cell.values[:, column], "model": model, "task": task})
        for (model, task), cell in cells.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    if not any(part["score"].nunique() > 1 for part in parts):
        return None
    with warnings.catch_warnings():
        # A variance of 0 is an answer. What did not converge is said by `converged`.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        return MixedLM.from_formula(
            "score ~ 0 + C(model)", frame, groups="task", re_formula="1", vc_formula={"cell": "0 + C(model)"}
        ).fit(reml=True, method=["bfgs", "powell"])


def _wald(mixed: MixedLMResults | None, pair: Any, freedom: int, alpha: float) -> tuple[float, float, float, float]:
    if mixed is None or not mixed.converged:
        return np.nan, np.nan, np.nan, np.nan
    names = [f"C(model)[{model}]" for model in (pair.model, pair.reference)]
    estimate = float(mixed.fe_params[names[0]] - mixed.fe_params[names[1]])
    covariance = mixed.cov_params().loc[names, names].to_numpy()
    error = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    half = float(student.ppf(1 - alpha / 2, freedom)) * error
    p = float(2 * student.sf(abs(estimate) / error, freedom))
    low, middle, high, p = np.round([estimate - half, estimate, estimate + half, p], _DECIMALS).tolist()
    return middle, low, high, p


def _spread(mixed: MixedLMResults | None) -> dict[str, Any]:
    if mixed is None or not mixed.converged:
        return {"converged": False}
    variances = {"task": mixed.cov_re.iloc[0, 0], "model_task": mixed.vcomp[0], "residual": mixed.scale}
    return {"converged": True} | {f"sd_{k}": round(float(np.sqrt(v)), _DECIMALS) for k, v in variances.items()}
