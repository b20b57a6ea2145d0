"""Sentences about judges and human raters, with every outcome written before there are data."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from cis_study.statistics.agreement import CONTRADICTED, SUPPORTED
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judge_standing import GATE_NAMES, passed
from cis_study.statistics.ratings import INSTRUMENT, PANEL, RATERS
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.verdicts import Outcome, Verdict, decimal

_WHO = {PANEL: ("the panel of judges", "agrees"), RATERS: ("the human raters", "agree")}


def calibration(table: pd.DataFrame, design: StudyDesign) -> Verdict:
    """Which judges earned their weight?"""
    labels = {judge.name: judge.label for judge in design.judges}
    good = passed(table)
    total = len(labels)
    if len(good) == total:
        names = _listing([labels[name] for name in good])
        sentence = f"Every judge passed its calibration on planted submissions ({total} of {total}): {names}."
        return Verdict("judges", "supported", sentence)
    reasons = "; ".join(
        f"{labels[judge]} failed at {_listing(_failed(table[table['judge'] == judge]))}"
        for judge in labels
        if judge not in good
    )
    if not good:
        sentence = (
            f"No judge passed its calibration on planted submissions (0 of {total}), so no judge's rating counts:"
            f" {reasons}."
        )
        return Verdict("judges", "contradicted", sentence)
    sentence = (
        f"{len(good)} of {total} judges passed their calibration on planted submissions and count:"
        f" {_listing([labels[name] for name in good])}; the others are reported and left out: {reasons}."
    )
    return Verdict("judges", "not supported", sentence)


def agreement(table: pd.DataFrame, who: str, settings: AnalysisSettings) -> Verdict:
    """Do the panel or the human raters (`PANEL`, `RATERS`) agree with CIS?"""
    question = f"agreement of {'the panel' if who == PANEL else who}"
    found = table[(table["first"] == who) & (table["second"] == INSTRUMENT) & (table["component"] == "overall")]
    if found.empty:
        sentence = {
            PANEL: "No judge passed its calibration, so there is no panel whose agreement with CIS could be stated.",
            RATERS: "No human rating was handed in, so the agreement of people with CIS is unknown.",
        }[who]
        return Verdict(question, "not testable", sentence)
    row, (subject, verb) = found.iloc[0], _WHO[who]
    start = subject[0].upper() + subject[1:]
    if math.isnan(row["r_low"]) or math.isnan(row["z_low"]):
        sentence = (
            f"{start} rated {row['n']} submissions of {row['clusters']} contestants and tasks, too few or too much"
            f" alike for an interval of the correlation with CIS."
        )
        return Verdict(question, "not testable", sentence)
    low, high = min(row["r_low"], row["z_low"]), max(row["r_high"], row["z_high"])
    numbers = f"(r = {decimal(row['r'])}, interval {decimal(low)} to {decimal(high)}, n = {row['n']})"
    gate = f"{settings.judging.agreement:.2f}"
    if row["outcome"] == SUPPORTED:
        return Verdict(question, "supported", f"{start} {verb} with CIS as asked, at least {gate} {numbers}.")
    if row["outcome"] == CONTRADICTED:
        return Verdict(question, "contradicted", f"{start} {verb} with CIS less than the {gate} asked {numbers}.")
    wanted = "" if math.isnan(row["needed"]) else f"; at this correlation it takes {row['needed']:.0f} submissions"
    sentence = f"Whether {subject} {verb} with CIS as asked, at least {gate}, is not decided {numbers}{wanted}."
    return Verdict(question, "not supported", sentence)


def self_preference(table: pd.DataFrame, design: StudyDesign) -> Verdict:
    """Do judges favour contestants of their own vendor?"""
    overall = table[table["rating"] == "overall"]
    question = "self-preference"
    if overall.empty:
        sentence = "No judge met contestants both of its own vendor and of others, so self-preference cannot be seen."
        return Verdict(question, "not testable", sentence)
    labels = {judge.name: judge.label for judge in design.judges}
    parts = [_preference(row, labels) for row in overall.to_dict(orient="records")]
    known = overall[overall["low"].notna()]
    result: Outcome = "not testable" if known.empty else "not supported"
    if (known["low"] > 0).any():
        result = "supported"
    elif len(known) and (known["high"] < 0).all():
        result = "contradicted"
    sentence = (
        f"Over what CIS says they are worth, contestants of the judge's own vendor gain beside the others:"
        f" {'; '.join(parts)}. A judge that hardly tells submissions apart lifts the weak ones, whoever made them."
    )
    return Verdict(question, result, sentence)


def _preference(row: Mapping[Hashable, Any], labels: Mapping[str, str]) -> str:
    label = labels[row["judge"]]
    if math.isnan(row["value"]):
        return f"{label} rated no pair of them"
    known = f"interval {decimal(row['low'])} to {decimal(row['high'])}"
    return f"{decimal(row['value'])} from {label} ({row['why'] if math.isnan(row['low']) else known})"


def _failed(rows: pd.DataFrame) -> list[str]:
    return [GATE_NAMES[str(gate)] for gate in rows.loc[~rows["passed"], "gate"].unique()]


def _listing(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
