"""FAKE statistics of judges. Nothing here was measured."""

from __future__ import annotations

from typing import Any

import pandas as pd
from fake_ratings import judged_design

from cis_study.statistics.agreement import columns
from cis_study.statistics.calibration import COLUMNS
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.judges import JudgeAnalysis

LABELS = ("SmolLM2 135M", "Qwen2.5-Coder 0.5B", "Devstral-Small-2 24B")
NAN = float("nan")


def fake_judged_design(judges: int = 2) -> StudyDesign:
    """The fake design with a panel whose labels are as long as real ones."""
    design = judged_design(judges=[f"judge-{number}" for number in range(judges)])
    named = [judge.model_copy(update={"label": LABELS[n]}) for n, judge in enumerate(design.judges)]
    return design.model_copy(update={"judges": named})


def fake_judge_analysis(design: StudyDesign) -> JudgeAnalysis:
    """The first judge passed, the others failed; two human raters."""
    names = [judge.name for judge in design.judges]
    standing = {name: "left out" if place else "in the panel" for place, name in enumerate(names)}
    ladder = [
        (name, faults, 4, mean := 1 - 0.2 * faults / (place + 1), mean - 0.1, min(mean + 0.1, 1.0))
        for place, name in enumerate(names)
        for faults in range(5)
    ]
    calibration = [
        (name, gate, part, value - 0.3 * place, 0.4, 0.9, "at least", 0.3, 20, not place, "")
        for place, name in enumerate(names)
        for gate, part, value in (("rank", "L", 0.8), ("rank", "overall", 0.7), ("each_defect", "false_claims", 0.9))
    ]
    calibration += [(name, "false_alarms", "", NAN, NAN, NAN, "at most", 0.34, 0, False, "none") for name in names[1:]]
    pairs = [(name, "CIS") for name in ("panel", "human raters", *names, "rater-1", "rater-2")]
    agreement = [
        _pair(first, second, component, 0.8 - 0.4 * (standing.get(first) == "left out"), standing.get(first, ""))
        for first, second in [*pairs, ("rater-1", "rater-2")]
        for component in ("overall", "R", "A", "T", "L")
    ]
    sentences = {
        "judges": "1 of 2 judges passed.",
        "agreement of the panel": "The panel of judges agrees with CIS.",
        "agreement of human raters": "The human raters agree with CIS.",
        "self-preference": "Nobody praised its kin.",
    }
    summary = {
        "panel": names[:1],
        "gate": 0.7,
        "planned": 0.8,
        "planned_pairs": 75.0,
        "asked": 300,
        "missing": 3,
        "largest_missing_share": 0.25,
        "verdicts": [{"question": q, "outcome": "supported", "sentence": text} for q, text in sentences.items()],
    }
    return JudgeAnalysis(
        judge_calibration=pd.DataFrame(calibration, columns=COLUMNS),
        judge_ladder=pd.DataFrame(ladder, columns=["judge", "faults", "tasks", "mean", "low", "high"]),
        judge_agreement=pd.DataFrame(agreement, columns=columns()),
        judge_missing=pd.DataFrame(columns=["judge", "author", "task", "n_asked", "n_missing", "missing_share"]),
        self_preference=pd.DataFrame(columns=["judge", "rating", "n", "value", "low", "high", "why"]),
        judge_summary=summary,
    )


def _pair(first: str, second: str, component: str, r: float, standing: str) -> dict[str, Any]:
    row: dict[str, Any] = {"first": first, "second": second, "component": component, "n": 72, "clusters": 12, "r": r}
    row |= {"r_low": r - 0.1, "r_high": r + 0.1, "z_low": r - 0.05, "z_high": r + 0.05, "needed": 75.0}
    for name in ("mae", "kappa", "icc"):
        row |= {name: 0.6, f"{name}_low": 0.5, f"{name}_high": 0.7}
    return row | {"outcome": "not decided", "r_if_0": NAN, "r_if_1": r, "standing": standing}
