"""What the validity battery found on the stored battles, beside one another and in a sentence per instrument."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cis_study.reanalysis.table import OUR_INSTRUMENT
from cis_study.reanalysis.verdicts import Sentence
from cis_study.tables.table import Table
from cis_study.tables.validity import stated, validity_instruments
from cis_study.validity.stored import stored_design


class Reason(NamedTuple):
    """Why some claims cannot be tested, and which they are."""

    why: str
    claims: str


class Validity(NamedTuple):
    """The section of the report."""

    sentences: list[Sentence]
    table: Table
    untested: list[Reason]


def shown_validity(claims: pd.DataFrame, battles: pd.DataFrame, alpha: float) -> Validity:
    """Every instrument of `claims`, ours first.

    Args:
        claims: of the battery, as `cis_study.validity.files` reads them.
        battles: those of `battle_table`.
    """
    table = validity_instruments(claims, stored_design(battles), alpha)
    told = [validity_sentence(claims[claims["instrument"] == name], name) for name in table.header[1:]]
    return Validity(told, table, untested(claims))


def validity_sentence(claims: pd.DataFrame, instrument: str) -> Sentence:
    """What these battles say of the claims about one instrument."""
    question = f"validity of {instrument}"
    rows = {verdict: part.to_dict(orient="records") for verdict, part in claims.groupby("verdict")}
    counts = {verdict: len(rows.get(verdict, [])) for verdict in ("supported", "contradicted", "not decided")}
    unable = len(rows.get("not testable", []))
    if unable == len(claims):
        reasons = "; ".join(dict.fromkeys(claims["note"]))
        return Sentence(question, "not testable", f"No claim about {instrument} can be tested: {reasons}.")
    answers = int(claims.loc[claims["unit"] == "battles", "n"].max())
    said = ", ".join(f"{count} {'is' if count == 1 else 'are'} {verdict}" for verdict, count in counts.items())
    text = f"{instrument} has a score for {answers} answers. Of {len(claims)} claims about it, {said}"
    text += f" and {unable} cannot be tested." if unable else "."
    for verdict in ("supported", "contradicted"):
        named = "; ".join(stated(row) for row in rows.get(verdict, []))
        text += f" {verdict.capitalize()}: {named}." if named else ""
    if instrument == OUR_INSTRUMENT:
        text += (
            " Its L is the share of hidden cases passed; they ask, as its R does, for our wording of the tasks, which"
            " no LogoMesh contestant was given."
        )
    outcomes = ("contradicted", "not decided", "supported")
    return Sentence(question, next(outcome for outcome in outcomes if counts[outcome]), text)


def untested(claims: pd.DataFrame) -> list[Reason]:
    """Every claim that cannot be tested, by reason and then by the instruments that share it."""
    rows = claims[claims["verdict"] == "not testable"]
    reasons = []
    for why, part in rows.groupby("note", sort=False):
        of = part.groupby("claim", sort=False)["instrument"].agg(", ".join)
        shared = [f"{names}: {'; '.join(of.index[of == names])}" for names in dict.fromkeys(of)]
        reasons.append(Reason(str(why), ". ".join(shared)))
    return reasons
