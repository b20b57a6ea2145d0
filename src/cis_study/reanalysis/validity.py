"""What the validity battery found on the stored battles, beside one another and in a sentence per instrument."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cis_study.reanalysis.table import OUR_INSTRUMENT
from cis_study.reanalysis.verdicts import Sentence
from cis_study.tables.table import Table
from cis_study.tables.validity import validity_instruments
from cis_study.validity.stored import stored_design


class Validity(NamedTuple):
    """The section of the report."""

    sentences: list[Sentence]
    table: Table


def shown_validity(claims: pd.DataFrame, battles: pd.DataFrame, alpha: float) -> Validity:
    """Every instrument of `claims`, ours first.

    Args:
        claims: of the battery, as `cis_study.validity.files` reads them.
        battles: those of `battle_table`.
    """
    table = validity_instruments(claims, stored_design(battles), alpha)
    told = [validity_sentence(claims[claims["instrument"] == name], name) for name in table.header[1:]]
    return Validity(told, table)


def validity_sentence(claims: pd.DataFrame, instrument: str) -> Sentence:
    """What these battles say of the claims about one instrument; a claim that they cannot test has its reason."""
    question = f"validity of {instrument}"
    counts = claims["verdict"].value_counts()
    supported, contradicted, undecided, untestable = (
        int(counts.get(verdict, 0)) for verdict in ("supported", "contradicted", "not decided", "not testable")
    )
    if untestable == len(claims):
        text = f"None of {untestable} claims about {instrument} can be tested: {_reasons(claims)}."
        return Sentence(question, "not testable", text)
    battles = int(claims.loc[claims["unit"] == "battles", "n"].max())
    text = (
        f"{instrument} has a score for {battles} answers. Of {len(claims)} claims about it {supported} are supported,"
        f" {contradicted} contradicted and {undecided} not decided by them; {untestable} cannot be tested."
    )
    for verdict in ("Supported", "Contradicted"):
        named = claims.loc[claims["verdict"] == verdict.lower(), "claim"]
        text += f" {verdict}: {'; '.join(named)}." if len(named) else ""
    if untestable:
        text += f" Not testable: {_reasons(claims)}."
    if instrument == OUR_INSTRUMENT:
        text += " R and L of it ask for our wording of the tasks, which no LogoMesh contestant was given."
    outcome = "contradicted" if contradicted else "not decided" if undecided else "supported"
    return Sentence(question, outcome, text)


def _reasons(claims: pd.DataFrame) -> str:
    """Reasons of the claims that cannot be tested with how many each concerns, most first."""
    counts = claims.loc[claims["verdict"] == "not testable", "note"].value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return "; ".join(f"{reason} ({count} claim{'s' * (count != 1)})" for reason, count in ordered)
