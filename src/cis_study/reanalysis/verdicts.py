"""What follows for the difference of two runs and for the score itself, with every outcome written beforehand."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cis_study.reanalysis.multiverse import TESTS
from cis_study.reanalysis.table import OUR_INSTRUMENT
from cis_study.tables.rounding import number, p_value, with_interval

_WORDING = " It asks for our wording of the tasks, which neither run was given."


class Sentence(NamedTuple):
    """An answer with its question."""

    question: str
    outcome: str
    text: str


def sign(table: pd.DataFrame) -> Sentence:
    """Does the sign of the difference depend on the analysis?"""
    first, above, below = _pair(table), int((table["difference"] > 0).sum()), int((table["difference"] < 0).sum())
    low, high = number(table["difference"].min(), 3), number(table["difference"].max(), 3)
    spread = f"from {low} to {high}, over {len(table)} specifications"
    if above and below:
        text = f"The sign depends on the analysis: {first} is above 0 in {above} and below in {below} ({spread})."
        return Sentence("sign", "flips", text)
    never = "below" if above else "above"
    text = f"The sign does not depend on the analysis: {first} is never {never} 0 ({spread})."
    return Sentence("sign", "holds", text)


def decided(table: pd.DataFrame, alpha: float) -> Sentence:
    """Is there an analysis that decides the sign, and do they agree?"""
    counts = []
    ups = downs = 0
    for name in TESTS:
        significant = table[table[name] < alpha]
        up, down = (significant["difference"] > 0).sum(), (significant["difference"] < 0).sum()
        counts.append(f"{name} {up} above and {down} below 0")
        ups, downs = ups + int(up), downs + int(down)
    listed = f"p < {alpha:g} by test: {'; '.join(counts)}; of {len(table)} each"
    pair = _pair(table)
    if ups and downs:
        text = f"Significant results of both signs can be had for {pair} ({listed})."
        return Sentence("significance", "both signs", text)
    if ups or downs:
        side = "above" if ups else "below"
        return Sentence("significance", "one sign", f"Significant results for {pair} lie {side} 0 only ({listed}).")
    return Sentence("significance", "none", f"No specification finds a significant {pair} ({listed}).")


def ours(table: pd.DataFrame) -> Sentence:
    """What does our instrument make of the same answers, every task weighing the same?

    Requirements and hidden cases are those of our wording of the tasks, which no LogoMesh contestant was given.
    """
    chosen = table[(table["score"] == OUR_INSTRUMENT) & (table["task weights"] == "equal") & (table["tasks"] == "all")]
    if chosen.empty or pd.isna(chosen["low"].iloc[0]):
        text = f"{OUR_INSTRUMENT} cannot compare these runs: they share too few scored answers."
        return Sentence("rescored", "not testable", text)
    row = chosen.iloc[0]
    numbers = f"{with_interval(row['difference'], row['low'], row['high'], 3)}, p = {p_value(row['permutation'])}"
    if row["low"] > 0 or row["high"] < 0:
        ahead = row["run"] if row["low"] > 0 else row["reference"]
        text = f"By {OUR_INSTRUMENT}, with equal task weights, {ahead} is ahead ({_pair(table)} {numbers}).{_WORDING}"
        return Sentence("rescored", "decided", text)
    text = f"By {OUR_INSTRUMENT}, with equal task weights, neither run is ahead ({_pair(table)} {numbers}).{_WORDING}"
    return Sentence("rescored", "undecided", text)


def agreement(table: pd.DataFrame) -> Sentence:
    """Does the published score rank the answers to one task as hidden cases do?"""
    row = table[table["ours"] == f"{OUR_INSTRUMENT} L"].iloc[-1]
    if pd.isna(row["low"]):
        return Sentence("criterion", "not testable", "Stored scores or hidden cases passed do not vary within tasks.")
    rho = with_interval(row["rho"], row["low"], row["high"], 2)
    numbers = f"(rank correlation within run and task {rho}, n = {row['n']})"
    if row["low"] > 0:
        text = f"Answers with a higher stored score pass more hidden cases {numbers}."
        return Sentence("criterion", "supported", text)
    if row["high"] < 0:
        text = f"Answers with a higher stored score pass fewer hidden cases {numbers}."
        return Sentence("criterion", "contradicted", text)
    text = f"Answers with a higher stored score were not shown to pass more or fewer hidden cases {numbers}."
    return Sentence("criterion", "not supported", text)


def _pair(table: pd.DataFrame) -> str:
    first = table.iloc[0]
    return f"{first['run']} − {first['reference']}"
