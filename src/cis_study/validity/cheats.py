"""Negative controls: what is no work must not raise the score."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_most, exact, untestable
from cis_study.validity.material import Material, Part

_STATISTIC = "largest rise in any task"


def negative_controls(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:  # noqa: ARG001
    """For every cheat the largest rise over the submission without it, in any task.

    All tasks are there and each cheat is made in one way, so this is no sample and has no interval.
    """
    scored = material.controls.groupby(["control", "task"])["CIS"].mean()
    means = {str(control): of_tasks.droplevel("control") for control, of_tasks in scored.groupby("control")}
    return Part([_finding(material, means, cheat, base, rules) for cheat, base in rules.cheats.items()], {})


def _finding(
    material: Material, means: Mapping[str, pd.Series[float]], cheat: str, base: str, rules: PassRules
) -> Finding:
    claim = f"Negative control: {cheat.replace('_', ' ')}"
    rule = at_most(rules.cheat_gain)
    known = set(means)
    if absent := [name for name in (cheat, base) if name not in known]:
        why = f"no control {absent[0]} was scored" if known else material.why("controls")
        return untestable(claim, _STATISTIC, rule, why)
    rise = (means[cheat] - means[base]).dropna().sort_values(kind="stable")
    note = f"most in {rise.index[-1]}" if rise.iloc[-1] > rules.cheat_gain else ""
    evidence, most = f"against {base.replace('_', ' ')}", float(rise.iloc[-1])
    return exact(claim, evidence, _STATISTIC, most, len(rise), "tasks", rule, note)
