"""What the manuscript says about judges and human raters: what was found, or that nobody judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cis_study.statistics.design import StudyDesign
from cis_study.tables.rounding import NO_NUMBER, number, percent

NOBODY = "No judge model and no human rater was asked in this study."
QUESTIONS = {
    "judges": "judge_calibration",
    "agreement of the panel": "panel_agreement",
    "agreement of human raters": "rater_agreement",
    "self-preference": "self_preference",
}
"""Question of a verdict -> macro that holds its sentence."""


def judge_numbers(summary: Mapping[str, Any] | None, design: StudyDesign) -> dict[str, Any]:
    """Macros about judges; `judges` (bool) says whether there are any, and without them every text says so.

    Args:
        summary: of `JudgeAnalysis`; None where nobody judged.
    """
    if summary is None:
        names = (
            "judge_labels",
            "judgements",
            "judgements_missing",
            "judge_cell_missing",
            "judge_gate",
            "judge_planned",
        )
        return {"judges": False, **dict.fromkeys((*names, "judge_planned_pairs", *QUESTIONS.values()), NOBODY)}
    share = summary["largest_missing_share"]
    return {
        "judges": True,
        "judge_labels": ", ".join(judge.label for judge in design.judges),
        "judgements": str(summary["asked"]),
        "judgements_missing": str(summary["missing"]),
        "judge_cell_missing": NO_NUMBER if share is None else percent(share),
        "judge_gate": number(summary["gate"], 2),
        "judge_planned": number(summary["planned"], 2),
        "judge_planned_pairs": number(summary["planned_pairs"], 0),
        **{QUESTIONS[verdict["question"]]: verdict["sentence"] for verdict in summary["verdicts"]},
    }
