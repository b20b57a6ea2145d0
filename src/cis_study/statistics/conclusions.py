"""Sentences on trend, equivalence, generalisation and missing battles, with every outcome written beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.trend import Trend
from cis_study.statistics.verdicts import Verdict


def trend(found: Trend, design: StudyDesign, settings: AnalysisSettings) -> Verdict:
    """Does CIS rise over the tiers as a whole?"""
    if np.isnan(found.p):
        why = "there are no two tiers" if len(design.tiers) < 2 else "CIS is the same in every battle of a task"
        return Verdict("trend", "not testable", f"Whether CIS rises with the tiers cannot be tested: {why}.")
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    numbers = f"(stratified Jonckheere-Terpstra test, z = {found.z:.2f}, {p})"
    share = (
        f"of two battles from different tiers on one task, the one of the higher tier scores higher in"
        f" {100 * found.ordered:.0f} % of the pairs, ties counting half"
    )
    if found.p > settings.alpha:
        sentence = f"CIS was not shown to rise or fall with the tiers {numbers}: {share}."
        return Verdict("trend", "not supported", sentence)
    if found.z > 0:
        return Verdict("trend", "supported", f"CIS rises with the tiers {numbers}: {share}.")
    return Verdict("trend", "contradicted", f"CIS falls with the tiers {numbers}: {share}.")


def equivalence(contrasts: pd.DataFrame, settings: AnalysisSettings) -> Verdict:
    """Which contestants are the same for all that matters?"""
    bound = f"{settings.minimum_effect:g} points of CIS"
    if contrasts["p_tost_holm"].notna().sum() == 0:
        sentence = "No two contestants can be tested for equivalence: there is one, or battles of a cell never differ."
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
        f"No two contestants were shown to be equivalent within {bound}: of {total} pairs {int(unequal.sum())} differ"
        f" and {undecided}."
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
        sentence = "Over tasks like these no order can be tested: there are no two tiers, or no difference varies."
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
        sentence = f"Whatever the missing battles had scored, all {total} contrasts would have the same answer.{where}"
        return Verdict("missing battles", "supported", sentence)
    sentence = (
        f"In {changes} of {total} contrasts the answer depends on what the missing battles would have scored; in the"
        f" most fragile it changes {100 * sensitivity['tipping'].min():.0f} % of the way to the extreme.{where}"
    )
    return Verdict("missing battles", "contradicted", sentence)


def _mixed(between: pd.DataFrame, alpha: float) -> str:
    if between["p_mixed"].isna().any():
        return "; the mixed model did not converge"
    agree = int(((between["p_mixed"] <= alpha) & (between["mixed_difference"] > 0)).sum())
    return f"; {agree} hold in the mixed model, unadjusted"
