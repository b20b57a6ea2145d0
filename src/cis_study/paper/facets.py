"""The claims of the validity battery, sorted by what about a measurement they speak for."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cis_study.errors import StudyError

VERDICTS = ("supported", "contradicted", "not decided", "not testable")


class Facet(NamedTuple):
    """A side of reliability or validity, after Jacobs and Wallach (2021)."""

    name: str
    question: str
    families: tuple[str, ...]
    """What its claims begin with, up to the colon."""


FACETS = (
    Facet("Reliability", "Does measuring again give the same?", ("Reliability",)),
    Facet("Face", "Does it look right to those who know the matter?", ()),
    Facet("Content", "Do its parts cover what is meant, in fair shares?", ("Components", "Weights")),
    Facet("Convergent", "Does it go with other measures of the same?", ("Criterion",)),
    Facet(
        "Discriminant",
        "Is it free of what is beside the point?",
        ("Discriminant", "Invariance", "Nuisance", "Contamination"),
    ),
    Facet("Predictive", "Does it foretell something beyond what was known?", ("Incremental",)),
    Facet("Hypothesis", "Does it order what is known to differ?", ("Known groups", "Dose and response")),
    Facet("Consequential", "Does it reward those who work for the score alone?", ("Negative control",)),
)


def facet_rows(claims: pd.DataFrame) -> list[dict[str, str]]:
    """One row per facet: its name, its question, the number of claims and of every verdict, as text.

    Args:
        claims: about one instrument.

    Raises:
        StudyError: a claim belongs to no facet.
    """
    family = claims["claim"].str.split(":").str[0]
    known = {name for facet in FACETS for name in facet.families}
    if strange := sorted(set(family) - known):
        raise StudyError(
            "validity claims", strange, "they belong to no facet of validity", "Name the family in paper/facets.py."
        )
    rows = []
    for facet in FACETS:
        verdicts = claims.loc[family.isin(facet.families), "verdict"]
        counts = {verdict.replace(" ", "_"): str(int((verdicts == verdict).sum())) for verdict in VERDICTS}
        rows.append({"facet": facet.name, "question": facet.question, "claims": str(len(verdicts)), **counts})
    return rows
