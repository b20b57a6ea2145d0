"""Criterion and discriminant: what the score goes with, within tasks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.resampling import Floats
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_least, decided, flat, untestable
from cis_study.validity.material import SURFACE, Material, Part, interval, resampled_rows

_RHO = "rank correlation within tasks"
_MARGIN = "ρ with hidden cases − |ρ|"
_WHOLE, _PART = "Criterion: hidden cases", "Criterion: hidden cases, without L"
_BUILT_IN = "L is the share of hidden cases passed"
_BATCH = 250
_SURFACE_NAMES = {
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
    discriminants = {name: f"Discriminant: {_SURFACE_NAMES[name]}" for name in SURFACE}
    tests = [(_WHOLE, _RHO, rho_rule), *((claim, _MARGIN, margin_rule) for claim in discriminants.values())]
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
    observed, resampled = _matrices(material, columns, rules.resamples, settings.seed)
    names = list(columns)

    def pick(one: str, other: str) -> tuple[float, Floats]:
        place = names.index(one), names.index(other)
        return float(observed[place]), resampled[:, place[0], place[1]]

    findings = []
    for name in scores:
        rho, drawn = pick(name, "hidden")
        note = _BUILT_IN if name == "CIS" and reduced is not None else ""
        claim = _WHOLE if name == "CIS" else _PART
        bounds = interval(drawn, settings.alpha)
        findings.append(decided(claim, evidence, _RHO, rho, bounds, n, "battles", rho_rule, note))
    judged = list(scores)[-1]
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


def _margin(
    claim: str, criterion: tuple[float, Floats], surface: tuple[float, Floats], n: int, alpha: float
) -> Finding:
    evidence = "battles of all contestants"
    if np.isnan(surface[0]):
        return untestable(claim, _MARGIN, at_least(0), "it never varies within a task")
    if np.isnan(criterion[0]):
        return flat(claim, evidence, _MARGIN, n, "battles", at_least(0))
    bounds = interval(criterion[1] - np.abs(surface[1]), alpha)
    margin = criterion[0] - abs(surface[0])
    return decided(claim, evidence, _MARGIN, margin, bounds, n, "battles", at_least(0), f"ρ = {surface[0]:.2f}")


def _matrices(material: Material, columns: pd.DataFrame, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Correlation matrices of within-task ranks: observed, and of shape (resamples, columns, columns)."""
    values = columns.to_numpy().round(9)
    width = values.shape[1]
    observed, resampled = np.zeros((1, width, width)), np.zeros((resamples, width, width))
    for _, rows, drawn in resampled_rows(material.battles, resamples, seed, "correlations"):
        observed += _products(values[rows][np.newaxis])
        for start in range(0, resamples, _BATCH):
            part = slice(start, min(start + _BATCH, resamples))
            resampled[part] += _products(values[drawn[part]])
    return _correlations(observed)[0], _correlations(resampled)


def _products(values: Floats) -> Floats:
    """Sums of products of centred ranks, shape (resamples, columns, columns); ranks are scaled to (-0.5, 0.5)."""
    ranks = rankdata(values, axis=1) / values.shape[1]
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    products: Floats = centred.transpose(0, 2, 1) @ centred
    return products


def _correlations(products: Floats) -> Floats:
    squares = np.diagonal(products, axis1=1, axis2=2)
    scale = np.sqrt(squares[:, :, np.newaxis] * squares[:, np.newaxis, :])
    found: Floats = np.divide(products, scale, out=np.full_like(products, np.nan), where=scale > 1e-9)
    return found


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
