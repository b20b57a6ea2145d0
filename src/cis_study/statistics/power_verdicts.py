"""Sentences that say, before there are data, which question the planned design can answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.pilot import Pilot
from cis_study.statistics.power_settings import BETWEEN, FIXED, RANDOM, WITHIN, GivenSpreads, Simulated, Spreads
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.verdicts import Verdict


def power_verdicts(table: pd.DataFrame, settings: AnalysisSettings) -> list[Verdict]:
    """One verdict per estimand, from the rows of the design as it is configured.

    Args:
        table: as of `power_table`.
    """
    return [_verdict(table, FIXED, WITHIN, settings), _verdict(table, RANDOM, BETWEEN, settings)]


def _verdict(table: pd.DataFrame, estimand: str, test: str, settings: AnalysisSettings) -> Verdict:
    question = f"power {estimand}"
    rows = table[(table["estimand"] == estimand) & (table["test"] == test)]
    if rows.empty:
        return Verdict(question, "not testable", "One contestant alone leaves nothing to compare.")
    own = rows[rows["configured"].astype(bool)].iloc[0]
    target, effect = settings.power.target, settings.minimum_effect
    misread = _misread(table) if estimand == RANDOM else ""
    if pd.isna(own["power"]):
        return Verdict(question, "not testable", f"A single task says nothing of others like it.{misread}")
    able = own["power"] >= target
    sentence = (
        f"{estimand.capitalize()} this design {'can' if able else 'cannot'} answer its question: a difference of"
        f" {effect:g} in CIS is found with power {own['power']:.3f} ± {own['power_se']:.3f} after Holm,"
        f" where {target:g} is wanted, and {_smallest(own, target)}."
    )
    remedy = "" if able else f" {_remedy(rows, own, target, effect)}"
    level = f" {_level(own, settings.alpha)}{misread}"
    return Verdict(question, "supported" if able else "not supported", sentence + remedy + level)


def _smallest(row: pd.Series[float], target: float) -> str:
    if pd.isna(row["detectable"]):
        return f"no difference at all is found with power {target:g}"
    return f"the smallest difference found with power {target:g} is {row['detectable']:.3f}"


def _remedy(rows: pd.DataFrame, own: pd.Series[float], target: float, effect: float) -> str:
    """What would help: more replicates where they can, else the smallest of the simulated designs that does."""
    said = ""
    endless = rows[(rows["tasks"] == own["tasks"]) & (rows["replicates"] == float("inf"))]
    if len(endless) and not endless["detectable"].iloc[0] <= effect:
        said = f"No number of replicates helps: with endless ones {_smallest(endless.iloc[0], target)}. "
    enough = rows[(rows["power"] >= target) & (rows["replicates"] < float("inf"))]
    if enough.empty:
        return f"{said}None of the simulated designs is large enough."
    best = enough.assign(battles=enough["tasks"] * enough["replicates"]).sort_values(["battles", "tasks"]).iloc[0]
    return (
        f"{said}The smallest of the simulated designs that can has {best['tasks']:.0f} tasks"
        f" with {best['replicates']:g} replicates."
    )


def _level(own: pd.Series[float], alpha: float) -> str:
    share = f"{100 * own['false_positive']:.1f} ± {100 * own['false_positive_se']:.1f} %"
    if own["false_positive"] - 3 * own["false_positive_se"] > alpha:
        return f"Its tests do not keep their level: {share} of studies of equal contestants find a difference."
    return f"Of studies of equal contestants, {share} find a difference."


def _misread(table: pd.DataFrame) -> str:
    rows = table[(table["estimand"] == RANDOM) & (table["test"] == WITHIN) & table["configured"].astype(bool)]
    own = rows.iloc[0]
    return (
        f" The tests within tasks, if they were read as a claim about such tasks, would find one in"
        f" {100 * own['false_positive']:.0f} ± {100 * own['false_positive_se']:.0f} %."
    )


def spreads_sentence(spreads: Spreads, pilot: Pilot | None, design: StudyDesign, settings: AnalysisSettings) -> str:
    """Where the simulated spreads come from, and what they have to do with the contestants of the study.

    Args:
        pilot: what they were estimated from; None where they were given.
    """
    task, model_task = f"task SD {spreads.task_sd:.3f}", f"contestant × task SD {spreads.model_task_sd:.3f}"
    residual = f"residual SD {spreads.residual_sd:.3f}"
    if pilot is None:
        source = spreads.source if isinstance(spreads, GivenSpreads) else "unknown"
        return f"Simulated with {residual}, {model_task}, {task}, as given in config/analysis.yaml (source: {source})."
    interval = f"{100 * (1 - settings.alpha):g} % interval {pilot.model_task_low:.3f} to {pilot.model_task_high:.3f}"
    known = len({*pilot.models} & {*design.models})
    relation = (
        "These are battles of this very study, so they say what a study of its size can find and plan nothing"
        if settings.power.pilot == design.study
        else f"Of the {len(design.models)} contestants of this study {known or 'none'} fought there"
        + ("" if known == len(design.models) else ", so the spreads are borrowed from others")
    )
    return (
        f"Simulated with {residual}, {model_task} ({interval}), {task}, estimated from {pilot.battles} battles of the"
        f" study {settings.power.pilot} ({len(pilot.models)} contestants, {pilot.tasks} tasks). {relation}."
    )


def power_summary(
    table: pd.DataFrame, spreads: Spreads, pilot: Pilot | None, design: StudyDesign, settings: AnalysisSettings
) -> dict[str, Any]:
    """What report, paper and the command line say of the simulation: `study, settings, spreads, origin, verdicts`.

    `settings` are those of `Simulated`.
    """
    used = Simulated(**settings.power.model_dump(), effect=settings.minimum_effect)
    return {
        "study": design.study,
        "settings": used.model_dump(),
        "spreads": spreads.model_dump(),
        "origin": spreads_sentence(spreads, pilot, design, settings),
        "verdicts": [verdict._asdict() for verdict in power_verdicts(table, settings)],
    }


def as_text(summary: Mapping[str, Any]) -> str:
    """The sentences, one a line; a question that the design cannot answer is a warning."""
    lines = [
        ("" if verdict["outcome"] == "supported" else "warning: ") + verdict["sentence"]
        for verdict in summary["verdicts"]
    ]
    return "\n".join([summary["origin"], *lines, ""])
