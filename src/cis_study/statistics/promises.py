"""Sentences on what was promised: hypotheses, agentic relation, gates; every outcome is written beforehand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.registered import Hypothesis
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.verdicts import Verdict, decimal


def hypothesis(
    name: str, wanted: Hypothesis, contrasts: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings
) -> Verdict:
    """Does one group of contestants score higher than another, in every contrast?"""
    tested = contrasts[contrasts["hypothesis"] == name].sort_values("difference")
    said = f"{name}, that {wanted.claim}"
    if tested.empty:
        groups = f"{wanted.higher} and {wanted.lower}"
        return Verdict(
            name, "not testable", f"{said}, cannot be tested: the study lacks contestants to compare ({groups})."
        )
    total, significant = len(tested), tested["p_holm"] <= settings.alpha
    hold, against = tested[significant & (tested["difference"] > 0)], tested[significant & (tested["difference"] < 0)]
    if len(against):
        worst = _contrast(against.iloc[0], design)
        return Verdict(
            name,
            "contradicted",
            f"{said}, is contradicted: {len(against)} of {total} contrasts go the other way after Holm adjustment, most"
            f" of all {worst}.",
        )
    weakest = _contrast(tested.iloc[0], design)
    if len(hold) == total:
        sentence = f"{said}, is supported: {total} of {total} contrasts hold after Holm adjustment, at least {weakest}."
        return Verdict(name, "supported", sentence)
    sentence = (
        f"{said}, is not supported: {len(hold)} of {total} contrasts hold after Holm adjustment and none is reversed;"
        f" the smallest is {weakest}."
    )
    return Verdict(name, "not supported", sentence)


def agentic_relation(relation: pd.DataFrame | None, settings: AnalysisSettings) -> Verdict:
    """Do battles of higher CIS go with episodes that pass more unseen cases?

    Args:
        relation: as `relation_table` gives it; None for a study without episodes.
    """
    level = settings.agentic_relation.level
    found = relation[relation["level"] == level] if relation is not None else pd.DataFrame()
    if found.empty or found["low"].isna().any():
        why = "the study has no episodes" if relation is None else "some kind of episode has too few pairs that vary"
        sentence = f"Whether CIS goes with work in steps cannot be tested: {why}."
        return Verdict("agentic relation", "not testable", sentence)
    numbers = "; ".join(
        f"{row['kind']}: correlation {decimal(row['rho'])}, interval {decimal(row['low'])} to {decimal(row['high'])}"
        for row in found.to_dict(orient="records")
    )
    end = f"{level} ({numbers})."
    if (found["low"] > 0).all():
        return Verdict("agentic relation", "supported", f"Battles of higher CIS go with better work in steps {end}")
    if (found["high"] < 0).any():
        return Verdict("agentic relation", "contradicted", f"Battles of higher CIS go with worse work in steps {end}")
    return Verdict("agentic relation", "not supported", f"CIS was not shown to go with work in steps {end}")


def original_gates(gates: pd.DataFrame, settings: AnalysisSettings) -> Verdict:
    """What would the first study have said of these data, and what do its gates say taken in full?"""
    counted = gates[gates["counted"] == 1]
    total, sufficient = len(counted), settings.expectations.original_sufficient
    if (counted["outcome"] == "not testable").any():
        sentence = "The gates of the first study cannot be held against this one: it lacks a tier or an interval."
        return Verdict("original gates", "not testable", sentence)
    met = int(counted["met"].sum())
    kept, missed, undecided = (
        int((counted["outcome"] == outcome).sum()) for outcome in ("supported", "contradicted", "not supported")
    )
    verdict = "“validated”" if met >= sufficient else "not “validated”"
    sentence = (
        f"By the rule of the first study, which was content with {sufficient} of {total} gates met by their estimates,"
        f" CIS would be called {verdict} ({met} met). By whole intervals ({kept} met, {missed} missed,"
        f" {undecided} undecided) the promise that they make together is"
    )
    if kept == total:
        return Verdict("original gates", "supported", f"{sentence} kept.")
    if missed:
        return Verdict("original gates", "contradicted", f"{sentence} not kept.")
    return Verdict("original gates", "not supported", f"{sentence} not decided.")


def _contrast(row: pd.Series[Any], design: StudyDesign) -> str:
    model, reference = (design.contestant(str(row[key])).label for key in ("model", "reference"))
    interval = f"{decimal(row['difference'], 3)} [{decimal(row['low'], 3)}, {decimal(row['high'], 3)}]"
    return f"{model} against {reference} on {row['outcome']}: {interval}"
