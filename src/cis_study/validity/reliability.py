"""Reliability: the same evidence scored again, and what contestants' means would be worth in other samples."""

from __future__ import annotations

import numpy as np

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats, Interval
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_least, decided, exact, flat, untestable
from cis_study.validity.generalizability import d_study, g_study, variance_table
from cis_study.validity.material import Material, Part

_AGAIN, _MEANS = "Reliability: scored again", "Reliability: means over other tasks"
_SHARE, _COEFFICIENT = "share identical", "generalizability coefficient"


def reliability(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Scoring again must give the same score; means of contestants should order them alike on other such tasks."""
    rule = at_least(rules.reliability)
    findings = [_scored_again(material)]
    cells = _cells(material)
    if isinstance(cells, str):
        return Part([*findings, untestable(_MEANS, _COEFFICIENT, rule, cells)], {})
    found = g_study(cells, settings.alpha)
    evidence = f"{found.models} contestants, {found.tasks} tasks, {found.replicates:.3g} replicates"
    n = len(material.battles)
    if np.isnan(found.coefficient):
        return Part([*findings, flat(_MEANS, evidence, _COEFFICIENT, n, "battles", rule)], {})
    bounds = Interval(found.low, found.high)
    findings.append(decided(_MEANS, evidence, _COEFFICIENT, found.coefficient, bounds, n, "battles", rule))
    return Part(findings, {"variance": variance_table(found), "dstudy": d_study(found)})


def _scored_again(material: Material) -> Finding:
    rule, again = at_least(1), material.again
    if again.empty:
        return untestable(_AGAIN, _SHARE, rule, material.why("again"))
    # Missing both times is the same outcome.
    same = (again["first"] == again["second"]) | (again["first"].isna() & again["second"].isna())
    return exact(_AGAIN, "the same evidence", _SHARE, float(same.mean()), len(again), "battles", rule)


def _cells(material: Material) -> dict[tuple[str, str], Floats] | str:
    """Scores by model and task, or why there is no G-study."""
    if material.battles.empty:
        return material.why("battles")
    groups = material.battles.groupby(["model", "task"], sort=False)["CIS"]
    cells = {(str(model), str(task)): values.to_numpy(dtype=np.float64) for (model, task), values in groups}
    models, tasks = ({key[place] for key in cells} for place in (0, 1))
    if len(models) < 2 or len(tasks) < 2:
        return "it takes two contestants and two tasks"
    if len(cells) < len(models) * len(tasks):
        return "a contestant has no battle on a task"
    return cells if any(len(values) > 1 for values in cells.values()) else "no cell has two replicates"
