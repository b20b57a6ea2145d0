"""Known groups: do contestants of a stronger tier score higher on the same task?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from cis_study.statistics.contrasts import cliffs_delta
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats, stream
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import at_least, decided, flat, untestable
from cis_study.validity.material import Material, Part, interval

_CLAIM = "Known groups: contestants"
_STATISTIC = "Cliff's δ within tasks"


def known_groups(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Cliff's delta (stronger over weaker) of all pairs of different tiers, averaged over tasks and pairs.

    It is the Jonckheere-Terpstra statistic of each task scaled to -1 to 1, tasks and pairs weighing the same. Battles
    are resampled within model and task.
    """
    design, rule = material.design, at_least(rules.tier_delta)
    if material.battles.empty:
        return Part([untestable(_CLAIM, _STATISTIC, rule, material.why("battles"))], {})
    fought = material.battles.groupby("model")["task"].agg(set)
    expected = [(weak, strong) for weak, strong in combinations(design.models, 2) if design.is_expected(strong, weak)]
    pairs = [pair for pair in expected if set(pair) <= set(fought.index) and fought[pair[0]] & fought[pair[1]]]
    if not pairs:
        why = "no two contestants of different tiers fought the same task"
        return Part([untestable(_CLAIM, _STATISTIC, rule, why)], {})
    evidence = f"tiers {' < '.join(design.tiers)}"
    n = len(material.battles)
    if (material.battles.groupby("task")["CIS"].nunique() == 1).all():
        return Part([flat(_CLAIM, evidence, _STATISTIC, n, "battles", rule)], {})
    rows, total = [], []
    for weak, strong in pairs:
        delta, resampled = _delta(material, weak, strong, rules.resamples, settings.seed)
        total.append(resampled)
        rows.append((strong, weak, delta, *interval(resampled, settings.alpha)))
    table = pd.DataFrame(rows, columns=["model", "reference", "delta", "low", "high"])
    least = table.sort_values(["delta", "model"]).iloc[0]
    note = f"least: {design.contestant(least['model']).label} over {design.contestant(least['reference']).label}"
    finding = decided(
        _CLAIM,
        evidence,
        _STATISTIC,
        float(table["delta"].mean()),
        interval(np.mean(total, axis=0), settings.alpha),
        n,
        "battles",
        rule,
        f"{note}, {least['delta']:.2f}",
    )
    return Part([finding], {"groups": table})


def _delta(material: Material, weak: str, strong: str, resamples: int, seed: int) -> tuple[float, Floats]:
    """Mean of the deltas of the tasks that both fought, and its bootstrap distribution."""
    cells = material.battles.groupby(["model", "task"])["CIS"]
    scores = {key: values.to_numpy(dtype=np.float64).round(9) for key, values in cells}
    tasks = [task for task in material.design.task_ids if (weak, task) in scores and (strong, task) in scores]
    deltas = [cliffs_delta(scores[strong, task], scores[weak, task]) for task in tasks]
    resampled = []
    for task in tasks:
        first, second = scores[strong, task], scores[weak, task]
        signs = np.sign(first[:, np.newaxis] - second[np.newaxis])
        # Every contestant keeps its resamples, whomever it is compared with.
        counts = [_counts(scores[model, task], resamples, seed, model, task) for model in (strong, weak)]
        resampled.append(((counts[0] @ signs) * counts[1]).sum(axis=1) / signs.size)
    return float(np.mean(deltas)), np.mean(resampled, axis=0)


def _counts(values: Floats, resamples: int, seed: int, model: str, task: str) -> Floats:
    """How often each battle is drawn, shape (resamples, n)."""
    rng = stream(seed, "known groups", model, task)
    return rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=resamples).astype(np.float64)
