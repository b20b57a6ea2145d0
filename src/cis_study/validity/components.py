"""What the score consists of: which components do anything, and how they go together."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin as pg

from cis_study.statistics.design import COMPONENTS
from cis_study.statistics.estimates import structure_table
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_least, flat, least_favourable, untestable
from cis_study.validity.material import Material, Part, interval, resampled_rows

_CLAIM, _STATISTIC = "Components: each does something", "smallest share of variance"


def component_structure(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Shares of the variance of the score, with intervals; correlations of the components; Cronbach's alpha.

    Shares do not add up to 1 where the instrument takes penalties off the sum.

    Alpha is reported and decides nothing: components of a composite need not measure one thing.
    """
    rule = at_least(rules.variance_share)
    if not material.has_components:
        why = material.why("battles") if material.battles.empty else "the instrument has no components"
        return Part([untestable(_CLAIM, _STATISTIC, rule, why)], {})
    table = structure_table(material.battles, material.design)
    if table["variance_share"].isna().any():
        return Part([flat(_CLAIM, "", _STATISTIC, len(material.battles), "battles", rule)], {})
    resampled = _resampled_shares(material, rules.resamples, settings.seed)
    bounds = [interval(resampled[:, place], settings.alpha) for place in range(len(COMPONENTS))]
    table = table.assign(low=[each.low for each in bounds], high=[each.high for each in bounds])
    parts = material.battles[list(COMPONENTS)].astype(float)
    alpha, (low, high) = pg.cronbach_alpha(data=parts, ci=1 - settings.alpha)
    table = pd.concat([table, parts.corr().reindex(COMPONENTS).reset_index(drop=True)], axis=1)
    note = f"Cronbach's α {alpha:.2f} [{low:.2f}, {high:.2f}], which decides nothing"
    return Part([_finding(table, len(parts), rules, note)], {"components": table})


def _finding(table: pd.DataFrame, n: int, rules: PassRules, note: str) -> Finding:
    rule = at_least(rules.variance_share)
    verdicts = [rule.verdict(low, high) for low, high in table[["low", "high"]].to_numpy(dtype=np.float64)]
    least = table.sort_values("variance_share", kind="stable").iloc[0]
    return Finding(
        _CLAIM,
        f"component {least['component']}",
        _STATISTIC,
        float(least["variance_share"]),
        float(least["low"]),
        float(least["high"]),
        n,
        "battles",
        rule.text,
        least_favourable(verdicts),
        note,
    )


def _resampled_shares(material: Material, resamples: int, seed: int) -> Floats:
    """Variance shares of resampled battles, shape (resamples, components)."""
    weights = np.array([getattr(material.design.weights, name) for name in COMPONENTS])
    values = material.battles[list(COMPONENTS)].to_numpy(dtype=np.float64)
    parts = np.column_stack([values * weights, material.battles["CIS"].to_numpy(dtype=np.float64)])
    sums, products = np.zeros((2, resamples, parts.shape[1]))
    for _, _, drawn in resampled_rows(material.battles, resamples, seed, "components"):
        sample = parts[drawn]
        sums += sample.sum(axis=1)
        products += (sample * sample[..., -1:]).sum(axis=1)
    covariance = products / len(parts) - (sums / len(parts)) * (sums[:, -1:] / len(parts))
    variance = covariance[:, -1:]
    shares: Floats = np.divide(
        covariance[:, :-1], variance, out=np.full_like(covariance[:, :-1], math.nan), where=variance > 1e-12
    )
    return shares
