"""Scores of a study -> what the battery is given of each instrument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from cis_study.config import OwnInstrument
from cis_study.scoring.controls import Controls, on_ladder
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.score_table import score_table
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.missing import count_missing
from cis_study.validity.edited import edit_and_model, with_suites
from cis_study.validity.material import (
    AGAIN_COLUMNS,
    BATTLE_COLUMNS,
    CONTROL_COLUMNS,
    EDIT_COLUMNS,
    Material,
    ordered,
)

KEY = ["model", "task", "replicate"]
NO_PARAPHRASE = "there is no fixed set of paraphrases of rationales"
NEEDS_JUDGE = {
    "logomesh-stage2": "R, A, T and L are numbers of its judge, which read none of these submissions",
    "logomesh-tier3": "R, A, T and L are numbers of its judge, which read none of these submissions",
    "logomesh-head": "L is a number of its judge, and so is how far R, A and T may fall below what it computes; the"
    " judge read none of these submissions",
}
"""Why no published instrument can be computed where its judge did not rate."""


class Sources(NamedTuple):
    """Everything of a study that instruments are judged by."""

    scores: pd.DataFrame
    """Score tables of all contestants and instruments, as stored."""
    evidence: Sequence[Evidence]
    controls: Sequence[Evidence]
    edited: Sequence[Evidence]
    surface: pd.DataFrame
    planted: Controls


def study_material(entry: str | OwnInstrument, sources: Sources, design: StudyDesign, gate: float) -> Material:
    """What the battery is given of one instrument of the score tables.

    Args:
        gate: largest share of a cell that may be missing; where more is, nothing is tested.

    Raises:
        StudyError: an instrument of somebody else fails.
    """
    name = entry if isinstance(entry, str) else entry.name
    scores = sources.scores[sources.scores["instrument"] == name]
    missing = count_missing(scores, design)
    if (worst := float(missing["missing_share"].max())) > gate:
        return unrated(name, design, f"{worst:.0%} of a model x task cell is missing, and {gate:.0%} may be")
    present = scores[scores["CIS"].notna()]
    hidden = (present["hidden_passed"] / present["hidden_total"].where(present["hidden_total"] > 0)).astype(float)
    battles = present.assign(hidden=hidden).merge(sources.surface, on=KEY, how="left", validate="one_to_one")

    def score(evidence: Sequence[Evidence]) -> pd.DataFrame:
        return score_table(design.study, evidence, design.weights, [entry])

    return Material(
        instrument=name,
        design=design,
        battles=ordered(_plain(battles), design)[list(BATTLE_COLUMNS)],
        controls=_controls(score(sources.controls), sources.planted),
        edits=_edits(_plain(scores), score(with_suites(sources.edited, sources.evidence))),
        again=_again(_plain(scores), score(sources.evidence)),
        absent={"paraphrase": NO_PARAPHRASE},
    )


def unrated(name: str, design: StudyDesign, why: str) -> Material:
    """An instrument that has no score of anything here, and why."""
    columns = (BATTLE_COLUMNS, CONTROL_COLUMNS, EDIT_COLUMNS, AGAIN_COLUMNS)
    battles, controls, edits, again = (pd.DataFrame(columns=list(names), dtype=float) for names in columns)
    absent = dict.fromkeys(("battles", "controls", "edits", "again"), why)
    return Material(name, design, battles, controls, edits, again, absent)


def _plain(scores: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats and names as Python strings, so that nothing depends on how a file stores them."""
    numbers = [name for name in ("CIS", "R", "A", "T", "L") if name in scores]
    return scores.astype(dict.fromkeys(numbers, float) | {"model": object, "task": object, "replicate": int})


def _controls(scores: pd.DataFrame, planted: Controls) -> pd.DataFrame:
    rungs = {name: control.faults for name, control in planted.controls.items() if on_ladder(control)}
    named = _plain(scores).rename(columns={"model": "control", "replicate": "draw"})
    return named.assign(faults=named["control"].map(rungs))[list(CONTROL_COLUMNS)].reset_index(drop=True)


def _edits(before: pd.DataFrame, edited: pd.DataFrame) -> pd.DataFrame:
    names: list[tuple[str, str]] = [edit_and_model(str(name)) for name in edited["model"]]
    after = _plain(edited).assign(edit=[edit for edit, _ in names], model=[model for _, model in names])
    both = after.rename(columns={"CIS": "after"}).merge(
        before.rename(columns={"CIS": "before"})[[*KEY, "before"]], on=KEY, validate="many_to_one"
    )
    return both[list(EDIT_COLUMNS)]


def _again(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    again = _plain(second).rename(columns={"CIS": "second"})[[*KEY, "second"]]
    both = first.rename(columns={"CIS": "first"})[[*KEY, "first"]].merge(again, on=KEY, validate="one_to_one")
    return both[list(AGAIN_COLUMNS)]
