"""The choices an analyst of two runs has, and the scores of each battle under them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from cis_study.reanalysis.kinds import STAND_IN
from cis_study.reanalysis.table import COMPONENTS, OUR_INSTRUMENT
from cis_study.scoring.logomesh.instruments import Sum, stage2, tier3

OWN = "each its own"
FORMULAS: Mapping[str, Callable[..., Sum]] = {"logomesh-stage2": stage2, "logomesh-tier3": tier3}
"""Formulas whose inputs LogoMesh stored; those of `head` it did not."""
CHANGED_PROMPT = "email_validator"
"""The only task whose prompt differs between the code states S2 and T3."""
LEVELS: Mapping[str, tuple[str, ...]] = {
    "score": (OWN, *FORMULAS, OUR_INSTRUMENT),
    "invalid source": ("penalty as stored", "no penalty", "score 0"),
    "failed review": ("L = 0.5 kept", "battle dropped", "L left out"),
    "task weights": ("as drawn", "equal", "pooled"),
    "tasks": ("all", "same prompt"),
}
"""Choice -> levels; the first of each is what was published.

`L left out` takes the mean of R, A and T in its place, which weighs the three as before among themselves. `score 0` is
what the code of Stage 2 did to a source that does not parse, where that of Tier 3 took 20 %. `pooled` weighs a task by
its battles in both runs together.
"""


class Specification(NamedTuple):
    """One level of every choice, in the order of `LEVELS`."""

    score: str
    invalid: str
    review: str
    weights: str
    tasks: str


def specifications(pair: pd.DataFrame, own: Mapping[str, str]) -> list[Specification]:
    """All combinations that differ for the battles of two runs.

    A choice about failed reviews is none where there are none, and so on; our own instrument reads neither audit nor
    review.

    Args:
        own: formula of each run, empty where none reproduces it.
    """
    known = all(own.values()) and len(set(own.values())) > 1
    scores = [name for name in LEVELS["score"] if name != OWN or known]
    invalid = _levels("invalid source", bool((pair["audit_valid"] == False).fillna(False).any()))  # noqa: E712
    review = _levels("failed review", bool(pair["kind"].isin(STAND_IN).any()))
    tasks = _levels("tasks", bool((pair["task"] == CHANGED_PROMPT).any() and pair["task"].nunique() > 1))
    return [
        Specification(score, audit, judged, weights, subset)
        for score in scores
        for audit in (invalid if score != OUR_INSTRUMENT else ("",))
        for judged in (review if score != OUR_INSTRUMENT else ("",))
        for weights in LEVELS["task weights"]
        for subset in tasks
    ]


def scored(pair: pd.DataFrame, specification: Specification, own: Mapping[str, str]) -> pd.Series:
    """Score of each battle of two runs; null where the specification gives it none."""
    if specification.score == OUR_INSTRUMENT:
        values = pair[OUR_INSTRUMENT]
    else:
        values = pd.Series([_rated(row, specification, own) for row in pair.to_dict(orient="records")], pair.index)
    values = values.astype("Float64")
    return values.where(pair["task"] != CHANGED_PROMPT) if specification.tasks == "same prompt" else values


def _rated(row: Mapping[Any, Any], specification: Specification, own: Mapping[str, str]) -> float | None:
    inputs = {name: row[name] for name in (*COMPONENTS, "audit_valid", "audit_penalty", "sandbox_passed")}
    name = own[row["run"]] if specification.score == OWN else specification.score
    if name == "logomesh-tier3":
        inputs["red_multiplier"] = row["red_multiplier"]
    failed = row["kind"] in STAND_IN
    if any(map(pd.isna, inputs.values())) or (failed and specification.review == "battle dropped"):
        return None
    if failed and specification.review == "L left out":
        inputs["L"] = sum(inputs[name] for name in ("R", "A", "T")) / 3
    if specification.invalid == "no penalty":
        inputs["audit_valid"] = True
    if specification.invalid == "score 0":
        inputs["audit_penalty"] = 1.0
    return FORMULAS[name](**inputs).cis


def _levels(choice: str, is_open: bool) -> tuple[str, ...]:
    return LEVELS[choice] if is_open else LEVELS[choice][:1]
