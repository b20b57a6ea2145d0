"""Would other weights of the components have ordered the contestants otherwise?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from cis_study.config import Weights
from cis_study.statistics.design import COMPONENTS
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats, Interval, bootstrap_means, stream
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import at_least, decided, flat, untestable
from cis_study.validity.material import Material, Part, interval
from cis_study.validity.results import QUANTILES

_CLAIM, _STATISTIC = "Weights: order of contestants", "smallest share of draws that keep it"
_TIE = 1e-9
_BATCH = 200


def weight_robustness(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Share of weights drawn from Dirichlet(1, 1, 1, 1) under which each pair keeps the order that ours give it.

    `share_low, share_high` come from resampled battles. `q*` are quantiles of the difference over the draws, `drop_*`
    is the difference with one component left out and the other weights rescaled. Pairs that our weights do not order
    have no share. Penalties that an instrument takes off the sum are left out.
    """
    rule = at_least(rules.weights_keep)
    pairs = list(combinations(material.design.models, 2))
    if not material.has_components or not pairs:
        why = material.why("battles") if material.battles.empty else "the instrument has no components"
        return Part([untestable(_CLAIM, _STATISTIC, rule, why if pairs else "there is one contestant")], {})
    drawn = stream(settings.seed, "weights").dirichlet(np.ones(len(COMPONENTS)), size=rules.weight_draws)
    means = {model: _means(material, model, rules.resamples, settings.seed) for model in material.design.models}
    rows = []
    for weaker, stronger in pairs:
        observed, resampled = (a - b for a, b in zip(means[stronger], means[weaker], strict=True))
        row = _pair(material.design.weights, observed, resampled, drawn, settings.alpha)
        rows.append({"model": stronger, "reference": weaker, **row})
    table = pd.DataFrame(rows)
    shown = table.dropna(subset="share").sort_values("share", kind="stable")
    if shown.empty:
        return Part([flat(_CLAIM, "all pairs", _STATISTIC, len(table), "pairs", rule)], {"weights": table})
    least, label = shown.iloc[0], material.design.contestant
    pair = f"{label(least['model']).label} against {label(least['reference']).label}"
    bounds = Interval(float(least["share_low"]), float(least["share_high"]))
    finding = decided(
        _CLAIM, pair, _STATISTIC, float(least["share"]), bounds, rules.weight_draws, "draws of weights", rule
    )
    return Part([finding], {"weights": table})


def _means(material: Material, model: str, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Means of the components with equal task weights: observed (components,), resampled (resamples, components)."""
    battles = material.battles[material.battles["model"] == model]
    observed, resampled = [], []
    for task, rows in battles.groupby("task", sort=False):
        values = rows[list(COMPONENTS)].to_numpy(dtype=np.float64)
        observed.append(values.mean(axis=0))
        resampled.append(bootstrap_means(values, resamples, stream(seed, "weights", model, str(task))))
    return np.mean(observed, axis=0), np.mean(resampled, axis=0)


def _pair(weights: Weights, observed: Floats, resampled: Floats, drawn: Floats, alpha: float) -> dict[str, float]:
    ours = np.array([getattr(weights, name) for name in COMPONENTS])
    difference = float(ours @ observed)
    under_draws = drawn @ observed
    row = {"difference": difference, "share": np.nan, "share_low": np.nan, "share_high": np.nan}
    if abs(difference) > _TIE:
        sign = np.sign(difference)
        row["share"] = float(np.mean(sign * under_draws > 0))
        parts = np.array_split(resampled, max(1, len(resampled) // _BATCH))
        toward = sign * drawn.T
        kept = np.concatenate([np.mean(part @ toward > 0, axis=1) for part in parts])
        kept[np.isnan(resampled).any(axis=1)] = np.nan
        row["share_low"], row["share_high"] = interval(kept, alpha)
    row |= {name: float(np.quantile(under_draws, q)) for name, q in QUANTILES.items()}
    for place, name in enumerate(COMPONENTS):
        rest = np.where(np.arange(len(COMPONENTS)) == place, 0, ours)
        row[f"drop_{name}"] = float(rest @ observed / rest.sum()) if rest.sum() > 0 else np.nan
    return row
