"""Sentences that state what the data said, with every outcome written before there are data."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.settings import AnalysisSettings

Outcome = Literal["supported", "not supported", "contradicted", "not testable"]
NEGLIGIBLE_SHARE = 0.05
"""A component that carries less of the variance of CIS than this is called out."""


def decimal(value: float, digits: int = 2) -> str:
    """Fixed decimals with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


class Verdict(NamedTuple):
    """An answer to one question of the study."""

    question: str
    outcome: Outcome
    sentence: str


def tier_order(contrasts: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings) -> Verdict:
    """Does CIS reproduce the order of tiers that was fixed from outside sources?"""
    between = contrasts[contrasts["expected"] == 1]
    if between.empty:
        return Verdict("tier order", "not testable", "All contestants stand in one tier, so there is no order to test.")
    order = " < ".join(design.tiers)
    total = len(between)
    significant = between["p_holm"] <= settings.alpha
    agree = int((significant & (between["difference"] > 0)).sum())
    against = between[significant & (between["difference"] < 0)]
    if len(against):
        worst = against.sort_values(["difference", "model"]).iloc[0]
        return Verdict(
            "tier order",
            "contradicted",
            f"CIS contradicts the order of tiers fixed beforehand ({order}): in {len(against)} of {total} contrasts"
            f" between tiers the weaker tier scored higher after Holm adjustment, most of all"
            f" {_label(design, worst['reference'])} over {_label(design, worst['model'])}.",
        )
    if agree == total:
        return Verdict(
            "tier order",
            "supported",
            f"CIS reproduces the order of tiers fixed beforehand ({order}): every contrast between tiers"
            f" ({agree} of {total}) points the expected way and holds after Holm adjustment.",
        )
    open_pairs = between[~(significant & (between["difference"] > 0))]
    names = "; ".join(
        f"{_label(design, row.reference)} against {_label(design, row.model)}" for row in open_pairs.itertuples()
    )
    return Verdict(
        "tier order",
        "not supported",
        f"CIS does not settle the order of tiers fixed beforehand ({order}): {agree} of {total} contrasts between tiers"
        f" hold after Holm adjustment and none is reversed; left open: {names}.",
    )


def separation(contrasts: pd.DataFrame, settings: AnalysisSettings) -> Verdict:
    """Does CIS tell any two contestants apart, whatever the direction?"""
    total = len(contrasts)
    if not total:
        return Verdict("separation", "not testable", "One contestant alone leaves nothing to compare.")
    apart = int((contrasts["p_holm"] <= settings.alpha).sum())
    if apart == total:
        sentence = f"CIS separates every pair of contestants ({apart} of {total}) on these tasks."
        return Verdict("separation", "supported", sentence)
    if apart:
        sentence = f"CIS separates {apart} of {total} pairs of contestants on these tasks; the rest stay undecided."
        return Verdict("separation", "not supported", sentence)
    sentence = f"CIS separates none of the {total} pairs of contestants on these tasks."
    return Verdict("separation", "not supported", sentence)


def criterion_order(models: pd.DataFrame) -> Verdict:
    """Do CIS and the hidden-case pass rate rank the contestants alike?"""
    if len(models) < 2:
        return Verdict("criterion order", "not testable", "One contestant alone cannot be ranked.")
    by_cis = models.sort_values(["CIS", "model"])["label"].to_list()
    by_hidden = models.sort_values(["hidden", "model"])["label"].to_list()
    if by_cis == by_hidden:
        sentence = f"CIS and the hidden-case pass rate rank the contestants alike: {' < '.join(by_cis)}."
        return Verdict("criterion order", "supported", sentence)
    sentence = (
        f"CIS and the hidden-case pass rate rank the contestants differently: by CIS {' < '.join(by_cis)},"
        f" by hidden cases {' < '.join(by_hidden)}."
    )
    return Verdict("criterion order", "contradicted", sentence)


def criterion_link(criterion: pd.DataFrame) -> Verdict:
    """Does CIS, without the component that already contains the hidden cases, still predict them?"""
    row = criterion.set_index("predictor").loc["CIS without L"]
    if pd.isna(row["low"]):
        sentence = "Hidden cases or CIS without L do not vary within tasks, so their relation cannot be estimated."
        return Verdict("criterion", "not testable", sentence)
    interval = f"{decimal(row['low'])} to {decimal(row['high'])}"
    numbers = f"(rank correlation within tasks {decimal(row['rho'])}, interval {interval})"
    if row["low"] > 0:
        sentence = f"Submissions with higher R, A and T pass more hidden cases {numbers}."
        return Verdict("criterion", "supported", sentence)
    if row["high"] < 0:
        sentence = f"Submissions with higher R, A and T pass fewer hidden cases {numbers}."
        return Verdict("criterion", "contradicted", sentence)
    sentence = f"Submissions with higher R, A and T were not shown to pass more or fewer hidden cases {numbers}."
    return Verdict("criterion", "not supported", sentence)


def component_use(structure: pd.DataFrame) -> Verdict:
    """Does every component contribute to the differences that CIS shows?"""
    if structure["variance_share"].isna().any():
        return Verdict("components", "not testable", "CIS is the same in every battle, so no component contributes.")
    idle = structure[structure["variance_share"] < NEGLIGIBLE_SHARE]
    if idle.empty:
        low, high = structure["variance_share"].min(), structure["variance_share"].max()
        sentence = (
            f"Every component contributes to the variance of CIS (shares from {100 * low:.0f} % to {100 * high:.0f} %)."
        )
        return Verdict("components", "supported", sentence)
    shares = zip(idle["component"], idle["variance_share"].astype(float), strict=True)
    names = ", ".join(f"{component} ({100 * share:.0f} %)" for component, share in shares)
    sentence = f"Some components carry almost none of the variance of CIS although they carry weight in it: {names}."
    return Verdict("components", "contradicted", sentence)


def _label(design: StudyDesign, model: object) -> str:
    return design.contestant(str(model)).label
