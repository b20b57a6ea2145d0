"""What should make no difference: quantization and engine, and whether a task stands in every exercise book."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import ttest_ind

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats, Interval, bootstrap_means, stream
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, decided, least_favourable, untestable, within
from cis_study.validity.material import Material, Part, interval

_SERVED = "Nuisance: quantization or engine"
_DIFFERENCE = "difference of means"
_CLASSICS = "Contamination: public classics"
_ADVANTAGE = "largest advantage on classics"


def serving(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Difference of means between two ways to serve a model, tasks weighing the same."""
    rule = within(rules.nuisance_bound)
    if not rules.same_model:
        why = "not run: no contestant was fought in two quantizations or on two engines"
        return Part([untestable(_SERVED, _DIFFERENCE, rule, why)], {})
    return Part([_served(material, first, second, rules, settings) for first, second in rules.same_model], {})


def _served(material: Material, first: str, second: str, rules: PassRules, settings: AnalysisSettings) -> Finding:
    rule, evidence = within(rules.nuisance_bound), f"{second} against {first}"
    battles = material.battles[material.battles["model"].isin([first, second])]
    if battles["model"].nunique() < 2:
        return untestable(_SERVED, _DIFFERENCE, rule, f"{evidence}: not both were fought and scored")
    means, resampled = zip(
        *(_task_means(battles, m, rules.resamples, settings.seed) for m in (first, second)), strict=True
    )
    difference = (means[1] - means[0]).dropna()
    drawn = np.mean([resampled[1][task] - resampled[0][task] for task in difference.index], axis=0)
    bounds = interval(drawn, settings.alpha)
    return decided(_SERVED, evidence, _DIFFERENCE, float(difference.mean()), bounds, len(battles), "battles", rule)


def _task_means(
    battles: pd.DataFrame, model: str, resamples: int, seed: int
) -> tuple[pd.Series[float], dict[str, Floats]]:
    groups = battles[battles["model"] == model].groupby("task", sort=False)["CIS"]
    cells = {str(task): values.to_numpy(dtype=np.float64) for task, values in groups}
    drawn = {
        task: bootstrap_means(values, resamples, stream(seed, "serving", model, task)) for task, values in cells.items()
    }
    return pd.Series({task: values.mean() for task, values in cells.items()}, dtype=float), drawn


def contamination(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Does one contestant gain more than another on tasks that it may have read?

    For every pair of contestants their difference on the classics less that on the other tasks, tasks being the
    sample: Welch's interval, adjusted by Bonferroni. `classics`, `others` are the means of each contestant.
    """
    rule = within(rules.classics_bound)
    if material.battles.empty:
        return Part([untestable(_CLASSICS, _ADVANTAGE, rule, material.why("battles"))], {})
    means = material.battles.pivot_table(
        index="model", columns="task", values="CIS", aggfunc="mean", sort=False
    ).dropna(axis=1)
    known = means.columns.isin(rules.classics)
    why = "it takes two contestants" if len(means) < 2 else "it takes two classics and two other tasks"
    if len(means) < 2 or known.sum() < 2 or (~known).sum() < 2:
        return Part([untestable(_CLASSICS, _ADVANTAGE, rule, why)], {})
    table = pd.DataFrame({"model": means.index, "classics": means.loc[:, known].mean(axis=1).to_numpy()})
    table["others"] = means.loc[:, ~known].mean(axis=1).to_numpy()
    pairs = list(combinations(means.index, 2))
    found = [_advantage(means, known, weaker, stronger, settings.alpha / len(pairs)) for weaker, stronger in pairs]
    worst = max(range(len(pairs)), key=lambda place: abs(found[place][0]))
    label = material.design.contestant
    evidence = f"{label(pairs[worst][1]).label} over {label(pairs[worst][0]).label}"
    finding = decided(_CLASSICS, evidence, _ADVANTAGE, *found[worst], means.shape[1], "tasks", rule)
    verdict = least_favourable(rule.verdict(*bounds) for _, bounds in found)
    return Part([finding._replace(verdict=verdict)], {"contamination": table})


def _advantage(
    means: pd.DataFrame, classics: np.ndarray[tuple[int], np.dtype[np.bool_]], weaker: str, stronger: str, alpha: float
) -> tuple[float, Interval]:
    difference = (means.loc[stronger] - means.loc[weaker]).to_numpy(dtype=np.float64)
    known, others = difference[classics], difference[~classics]
    advantage = float(known.mean() - others.mean())
    if np.ptp(known) == np.ptp(others) == 0:
        return advantage, Interval(advantage, advantage)
    bounds = ttest_ind(known, others, equal_var=False).confidence_interval(1 - alpha)
    return advantage, Interval(float(bounds.low), float(bounds.high))
