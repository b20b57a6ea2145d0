"""The numbers that were promised beforehand, held against the tiers' mean CIS."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells, Estimate, combination
from cis_study.statistics.registered import Order, Range, Step
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.verdicts import Outcome, decimal

SOURCES = ("request", "original")
_SENTENCES: dict[Outcome, str] = {
    "supported": "{What} {meets}: {value}.",
    "contradicted": "{What} {misses}: {value}.",
    "not supported": "Whether {what} {meets} is not decided: {value}.",
    "not testable": "Whether {what} {meets} cannot be tested: {why}.",
}


class _Gate(NamedTuple):
    name: str
    meets: str
    misses: str
    steps: Sequence[Estimate]
    """What must lie within the bounds, one by one; empty where a tier has no contestant."""
    low: float
    high: float


def gate_table(cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per gate: `source, gate, counted, value, low, high, met, outcome, sentence`.

    A tier's mean is that of its contestants, tasks weighing the same. `met` is the rule of the first study, the
    estimate within the bounds; `outcome` asks the whole interval: supported within them, contradicted outside of them.
    The order of tiers has no value: every step from tier to tier must lie above 0. `met` is null and the outcome not
    testable where a tier has no contestant; without intervals it is not testable either.
    """
    rows = []
    for source in SOURCES:
        for gate in getattr(settings.expectations, source):
            held = _estimated(gate, cells, design, settings)
            outcome = _outcome(held)
            value = held.steps[0] if len(held.steps) == 1 and not isinstance(gate, Order) else Estimate(*[np.nan] * 3)
            met = float(all(_within(step.value, held) for step in held.steps)) if held.steps else np.nan
            sentence = _SENTENCES[outcome].format(
                What=held.name[0].upper() + held.name[1:],
                what=held.name,
                meets=held.meets,
                misses=held.misses,
                value=", ".join(map(_text, held.steps)),
                why="a cell holds a single battle" if held.steps else "the study lacks a tier",
            )
            rows.append((source, f"{held.name} {held.meets}", int(gate.counted), *value, met, outcome, sentence))
    columns = ["source", "gate", "counted", "value", "low", "high", "met", "outcome", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _estimated(gate: Range | Step | Order, cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> _Gate:
    def step(lower: str | None, higher: str) -> Estimate:
        weights = _weights(design, higher, 1.0) | ({} if lower is None else _weights(design, lower, -1.0))
        return combination(cells, design, weights, settings.family.outcome, settings.alpha)

    def steps(*found: tuple[str | None, str]) -> list[Estimate]:
        wanted = {tier for pair in found for tier in pair if tier is not None}
        return [step(*pair) for pair in found] if wanted <= set(design.tiers) else []

    match gate:
        case Order():
            name = f"mean CIS from tier to tier ({' < '.join(gate.order)})"
            # Above 0, as no float is smaller that is.
            bounds = (np.nextafter(0.0, 1.0), np.inf)
            return _Gate(name, "rises", "does not rise", steps(*pairwise(gate.order)), *bounds)
        case Step():
            open_end = gate.at_most >= 1
            span = f"{gate.at_least:g} or more" if open_end else f"{gate.at_least:g} to {gate.at_most:g}"
            name = f"the step in mean CIS from the {gate.lower} to the {gate.higher} tier"
            found = steps((gate.lower, gate.higher))
        case Range():
            span, name = f"{gate.at_least:g} to {gate.at_most:g}", f"the mean CIS of the {gate.tier} tier"
            found = steps((None, gate.tier))
    return _Gate(name, f"is {span}", f"is not {span}", found, gate.at_least, gate.at_most)


def _weights(design: StudyDesign, tier: str, total: float) -> dict[str, float]:
    members = [contestant.name for contestant in design.contestants if contestant.tier == tier]
    return {name: total / len(members) for name in members}


def _outcome(gate: _Gate) -> Outcome:
    if not gate.steps or not all(np.isfinite(step.low) for step in gate.steps):
        return "not testable"
    if all(_within(step.low, gate) and _within(step.high, gate) for step in gate.steps):
        return "supported"
    if any(step.high < gate.low or step.low > gate.high for step in gate.steps):
        return "contradicted"
    return "not supported"


def _text(step: Estimate) -> str:
    return f"{decimal(step.value, 3)} [{decimal(step.low, 3)}, {decimal(step.high, 3)}]"


def _within(value: float, gate: _Gate) -> bool:
    return gate.low <= value <= gate.high
