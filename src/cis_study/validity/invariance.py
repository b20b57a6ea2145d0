"""Edits that keep the meaning of a submission must keep its score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.finding import Finding, at_most, decided, exact_share, untestable
from cis_study.validity.material import Material, Part

EDITS = {
    "rename": "local names",
    "reformat": "layout",
    "strip_comments": "comments taken out",
    "add_comments": "comments added",
    "paraphrase": "rationale in other words",
}
_STATISTIC = "share of scores moved"
_TIE = 1e-9


def invariance(material: Material, rules: PassRules, settings: AnalysisSettings) -> Part:
    """For every edit the share of submissions whose score moves by more than the bound, and how scores moved at all."""
    edits = material.edits
    findings = [_finding(material, name, what, rules, settings.alpha) for name, what in EDITS.items()]
    if edits.empty:
        return Part(findings, {})
    moved = edits.assign(moved=edits["after"] - edits["before"]).dropna(subset="moved")
    rows = [
        _distribution(name, moved.loc[moved["edit"] == name, "moved"])
        for name in EDITS
        if (moved["edit"] == name).any()
    ]
    return Part(findings, {"edits": pd.DataFrame(rows)})


def _finding(material: Material, name: str, what: str, rules: PassRules, alpha: float) -> Finding:
    claim, rule = f"Invariance: {what}", at_most(rules.edit_share)
    statistic = f"{_STATISTIC} by > {rules.edit_bound:g}"
    edits = material.edits
    moved = (edits["after"] - edits["before"])[edits["edit"] == name].dropna().abs()
    if moved.empty:
        why = material.why("edits") if edits.empty else material.why(name)
        return untestable(claim, statistic, rule, why)
    far = moved > rules.edit_bound + _TIE
    note = f"largest change {moved.max():.3f}"
    bounds = exact_share(far.tolist(), alpha)
    return decided(
        claim, "edited submissions", statistic, float(far.mean()), bounds, len(moved), "submissions", rule, note
    )


def _distribution(name: str, moved: pd.Series[float]) -> dict[str, object]:
    values = moved.to_numpy(dtype=np.float64)
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {
        "edit": name,
        "n": len(values),
        "unchanged": float(np.mean(np.abs(values) <= _TIE)),
        "mean": float(values.mean()),
        "lowest": float(values.min()),
        "q05": float(low),
        "median": float(median),
        "q95": float(high),
        "highest": float(values.max()),
    }
