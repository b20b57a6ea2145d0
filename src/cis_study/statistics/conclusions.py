"""Sentences on hypotheses, equivalence, generalisation and missing battles, with every outcome written beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.registered import Hypothesis
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.trend import Trend
from cis_study.statistics.verdicts import Verdict


def hypothesis(
    name: str, wanted: Hypothesis, contrasts: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings
) -> Verdict:
    """Does one group of contestants score higher than another, in every contrast?"""
    tested = contrasts[contrasts["hypothesis"] == name]
    said = f"{name}, that {wanted.claim}"
    if tested.empty:
        groups = f"{wanted.higher} and {wanted.lower}"
        return Verdict(
            name, "not testable", f"{said}, cannot be tested: the study lacks contestants to compare ({groups})."
        )
    total, significant = len(tested), tested["p_holm"] <= settings.alpha
    hold, against = tested[significant & (tested["difference"] > 0)], tested[significant & (tested["difference"] < 0)]
    if len(against):
        worst = _contrast(against.loc[against["difference"].idxmin()], design)
        return Verdict(
            name,
            "contradicted",
            f"{said}, is contradicted: {len(against)} of {total} contrasts go the other way after Holm adjustment, most"
            f" of all {worst}.",
        )
    weakest = _contrast(tested.loc[tested["difference"].idxmin()], design)
    if len(hold) == total:
        sentence = f"{said}, is supported: {total} of {total} contrasts hold after Holm adjustment, the smallest {weakest}."
        return Verdict(name, "supported", sentence)
    sentence = (
        f"{said}, is not supported: {len(hold)} of {total} contrasts hold after Holm adjustment and none is reversed; the"
        f" smallest is {weakest}."
    )
    return Verdict(name, "not supported", sentence)


def trend(found: Trend, design: StudyDesign, settings: AnalysisSettings) -> Verdict:
    """Does CIS rise over the tiers as a whole?"""
    if np.isnan(found.p):
        why = "all contestants stand in one tier" if len(design.tiers) < 2 else "CIS is the same in every battle of a task"
        return Verdict("trend", "not testable", f"Whether CIS rises with the tiers cannot be tested: {why}.")
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    numbers = f"(stratified Jonckheere-Terpstra test, z = {found.z:.2f}, {p})"
    share = (
        f"of two battles from different tiers on one task, the one of the higher tier scores higher in"
        f" {100 * found.ordered:.0f} % of the pairs, ties counting half"
    )
    if found.p > settings.alpha:
        return Verdict("trend", "not supported", f"CIS was not shown to rise or fall with the tiers {numbers}: {share}.")
    if found.z > 0:
        return Verdict("trend", "supported", f"CIS rises with the tiers {numbers}: {share}.")
    return Verdict("trend", "contradicted", f"CIS falls with the tiers {numbers}: {share}.")


def equivalence(contrasts: pd.DataFrame, settings: AnalysisSettings) -> Verdict:
    """Which contestants are the same for all that matters?"""
    bound = f"{settings.minimum_effect:g} points of CIS"
    if contrasts["p_tost_holm"].notna().sum() == 0:
        sentence = "No two contestants can be tested for equivalence: there is one, or no cell has two battles that differ."
        return Verdict("equivalence", "not testable", sentence)
    total = len(contrasts)
    equal = contrasts["p_tost_holm"] <= settings.alpha
    unequal = contrasts["p_holm"] <= settings.alpha
    left = int((~equal & ~unequal).sum())
    undecided = f"{left} stay undecided, which is no evidence of equality" if left else "none stays undecided"
    if equal.any():
        sentence = (
            f"Equivalent within {bound}: {int(equal.sum())} of {total} pairs of contestants; of the others"
            f" {int((unequal & ~equal).sum())} differ and {undecided}."
        )
        return Verdict("equivalence", "supported" if equal.all() else "not supported", sentence)
    sentence = (
        f"No two contestants were shown to be equivalent within {bound}: of {total} pairs {int(unequal.sum())} differ and"
        f" {undecided}."
    )
    return Verdict("equivalence", "contradicted" if unequal.all() else "not supported", sentence)


def generalisation(table: pd.DataFrame, facts: Mapping[str, Any], settings: AnalysisSettings) -> Verdict:
    """Does the order of tiers hold over tasks like these?"""
    needed = settings.estimands.secondary_min_tasks
    if facts["tasks"] < needed:
        sentence = f"With {facts['tasks']} tasks nothing is said about tasks that were not asked; that takes {needed}."
        return Verdict("generalisation", "not testable", sentence)
    between = table[table["expected"] == 1]
    if between.empty or between["p_holm"].isna().any():
        sentence = "Over tasks like these no order can be tested: there are no two tiers, or their difference never varies."
        return Verdict("generalisation", "not testable", sentence)
    significant = between["p_holm"] <= settings.alpha
    hold, against = (int((significant & (np.sign(between["difference"]) == sign)).sum()) for sign in (1, -1))
    numbers = f"{hold} of {len(between)} contrasts between tiers hold in tests of the {facts['tasks']} task means"
    model = _mixed(between, settings.alpha)
    if against:
        sentence = f"Over tasks like these CIS contradicts the order of tiers: {against} contrasts are reversed{model}."
        return Verdict("generalisation", "contradicted", sentence)
    if hold == len(between):
        sentence = f"The order of tiers extends to tasks like these: {numbers}{model}."
        return Verdict("generalisation", "supported", sentence)
    sentence = f"The order of tiers was not shown to extend to tasks like these: {numbers} and none is reversed{model}."
    return Verdict("generalisation", "not supported", sentence)


def robustness(sensitivity: pd.DataFrame, facts: Mapping[str, Any], settings: AnalysisSettings) -> Verdict:
    """Could the missing battles change an answer?"""
    if not facts["missing"]:
        return Verdict("missing battles", "supported", "No battle is missing, so none can change an answer.")
    if facts["p"] is None:
        where = ""
    elif facts["p"] <= settings.alpha:
        where = f" Some contestants miss more battles than others (p = {facts['p']:.3f})."
    else:
        where = f" Contestants were not shown to differ in how many they miss (p = {facts['p']:.3f})."
    changes, total = int(sensitivity["changes"].sum()), len(sensitivity)
    if not changes:
        sentence = f"Whatever the missing battles had scored, each of {total} contrasts would have the same answer.{where}"
        return Verdict("missing battles", "supported", sentence)
    sentence = (
        f"In {changes} of {total} contrasts the answer depends on what the missing battles would have scored; in the most"
        f" fragile it changes {100 * sensitivity['tipping'].min():.0f} % of the way to the worst or the best case.{where}"
    )
    return Verdict("missing battles", "contradicted", sentence)


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
        f"{row.kind}: correlation {row.rho:.2f}, interval {row.low:.2f} to {row.high:.2f}" for row in found.itertuples()
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
        sentence = "The gates of the first study cannot be held against this one: it lacks a tier, or has single battles."
        return Verdict("original gates", "not testable", sentence)
    met = int(counted["met"].sum())
    kept, missed, undecided = (
        int((counted["outcome"] == outcome).sum()) for outcome in ("supported", "contradicted", "not supported")
    )
    verdict = "“validated”" if met >= sufficient else "not “validated”"
    sentence = (
        f"By the rule of the first study, which was content with {sufficient} of {total} gates met by their estimates, CIS"
        f" would be called {verdict} ({met} met). By whole intervals {kept} of {total} are met, {missed} are missed and"
        f" {undecided} are undecided, so the promise that they make together is"
    )
    if kept == total:
        return Verdict("original gates", "supported", f"{sentence} kept.")
    if missed:
        return Verdict("original gates", "contradicted", f"{sentence} not kept.")
    return Verdict("original gates", "not supported", f"{sentence} not decided.")


def _mixed(between: pd.DataFrame, alpha: float) -> str:
    if between["p_mixed"].isna().any():
        return "; the mixed model did not converge"
    agree = int(((between["p_mixed"] <= alpha) & (between["mixed_difference"] > 0)).sum())
    return f"; by the mixed model, unadjusted, {agree} point the expected way"


def _contrast(row: pd.Series[Any], design: StudyDesign) -> str:
    model, reference = (design.contestant(str(row[key])).label for key in ("model", "reference"))
    interval = f"{row['difference']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
    return f"{model} against {reference} on {row['outcome']}: {interval}"
