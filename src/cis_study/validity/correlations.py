"""Criterion and discriminant: what the score goes with, within tasks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_least, decided, flat, untestable
from cis_study.validity.material import SURFACE, Material, Part, interval
from cis_study.validity.ranks import rank_correlations

_RHO = "rank correlation within tasks"
_MARGIN = "ρ with hidden cases − |ρ|"
CRITERION, _PART = "Criterion: hidden cases", "Criterion: hidden cases, without L"
_ALONE = "Criterion: hidden cases, within contestants"
_BUILT_IN = "L is the share of hidden cases passed"
SURFACE_NAMES = {
    "source_lines": "lines of code",
    "comments": "comments",
    "rationale_words": "words of the rationale",
    "prompt_share": "words of the prompt in the rationale",
}


def correlations(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """Rank correlations of the score with the criterion, and by how much they exceed those with mere appearance.

    Ranks are taken and centred within each task, so an easy task produces no correlation by itself. Where the score
    contains the criterion itself as L, the score without L is what discriminates.
    """
    rho_rule, margin_rule = at_least(rules.criterion_rho), at_least(0)
    discriminants = {name: f"Discriminant: {SURFACE_NAMES[name]}" for name in SURFACE}
    tests = [(CRITERION, _RHO, rho_rule), (_ALONE, _RHO, rho_rule)]
    tests += [(claim, _MARGIN, margin_rule) for claim in discriminants.values()]
    battles = material.battles
    if battles.empty:
        return Part([untestable(*test, material.why("battles")) for test in tests], {})
    if not _varies(battles, "hidden"):
        why = "hidden cases passed never vary within a task"
        return Part([untestable(*test, why) for test in tests], {})
    evidence, n = "battles of all contestants", len(battles)
    if not _varies(battles, "CIS"):
        return Part([flat(claim, evidence, name, n, "battles", rule) for claim, name, rule in tests], {})
    reduced = without_criterion(material)
    scores = {"CIS": battles["CIS"]} | ({"CIS without L": reduced} if reduced is not None else {})
    columns = pd.DataFrame({**scores, "hidden": battles["hidden"], **battles[list(SURFACE)]}).astype(float)
    observed, resampled = rank_correlations(battles, columns, rules.resamples, settings.seed)
    names = [str(name) for name in columns]

    def pick(one: str, other: str) -> tuple[float, Floats]:
        place = names.index(one), names.index(other)
        return float(observed[place]), resampled[:, place[0], place[1]]

    findings = []
    for name in scores:
        rho, drawn = pick(name, "hidden")
        note = _BUILT_IN if name == "CIS" and reduced is not None else ""
        claim = CRITERION if name == "CIS" else _PART
        bounds = interval(drawn, settings.alpha)
        findings.append(decided(claim, evidence, _RHO, rho, bounds, n, "battles", rho_rule, note))
    judged = list(scores)[-1]
    findings.append(_within_contestants(battles, columns[[judged, "hidden"]], n, rules, settings))
    criterion = pick(judged, "hidden")
    for name, claim in discriminants.items():
        findings.append(_margin(claim, criterion, pick(judged, name), n, settings.alpha))
    return Part(findings, {"correlations": _table(names, scores, observed, resampled, settings.alpha)})


def without_criterion(material: Material) -> pd.Series[float] | None:
    """The score without L where L is the criterion itself, weights rescaled; None where nothing can be taken out."""
    battles, weights = material.battles, material.design.weights
    if not material.has_components or not np.allclose(battles["L"], battles["hidden"], atol=1e-6):
        return None
    rest = weights.R + weights.A + weights.T
    if rest == 0:
        return None
    return (weights.R * battles["R"] + weights.A * battles["A"] + weights.T * battles["T"]) / rest


def _varies(battles: pd.DataFrame, column: str) -> bool:
    return bool((battles.groupby("task")[column].agg(np.ptp) > 1e-9).any())


def _within_contestants(
    battles: pd.DataFrame, columns: pd.DataFrame, n: int, rules: PassRules, settings: AnalysisSettings
) -> Finding:
    """The correlation that is left within each contestant on each task: no order of contestants can produce it."""
    rule, evidence = at_least(rules.criterion_rho), f"{columns.columns[0]}, each contestant by itself"
    cells = battles.assign(task=battles["task"] + "/" + battles["model"])
    if not _varies(cells, "hidden"):
        return untestable(_ALONE, _RHO, rule, "hidden cases passed never vary within a contestant and task")
    observed, resampled = rank_correlations(cells, columns, rules.resamples, settings.seed)
    if np.isnan(observed[0, 1]):
        return flat(_ALONE, evidence, _RHO, n, "battles", rule)
    bounds = interval(resampled[:, 0, 1], settings.alpha)
    return decided(_ALONE, evidence, _RHO, float(observed[0, 1]), bounds, n, "battles", rule)


def _margin(
    claim: str, criterion: tuple[float, Floats], surface: tuple[float, Floats], n: int, alpha: float
) -> Finding:
    evidence = "battles of all contestants"
    if np.isnan(surface[0]):
        return untestable(claim, _MARGIN, at_least(0), "it is not known, or never varies within a task")
    if np.isnan(criterion[0]):
        return flat(claim, evidence, _MARGIN, n, "battles", at_least(0))
    bounds = interval(criterion[1] - np.abs(surface[1]), alpha)
    margin = criterion[0] - abs(surface[0])
    return decided(claim, evidence, _MARGIN, margin, bounds, n, "battles", at_least(0), f"ρ = {surface[0]:.2f}")


def _table(
    names: list[str], scores: dict[str, pd.Series[float]], observed: Floats, resampled: Floats, alpha: float
) -> pd.DataFrame:
    rows = []
    for score in scores:
        for other in ("hidden", *SURFACE):
            place = names.index(score), names.index(other)
            bounds = interval(resampled[:, place[0], place[1]], alpha)
            rows.append((score, other, observed[place], *bounds))
    return pd.DataFrame(rows, columns=["score", "with", "rho", "low", "high"])
