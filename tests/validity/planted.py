"""PLANTED instruments on FAKE submissions: what each is worth is known, so it is known which claims it must fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fake_scores import fake_design, fake_settings

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.settings import AnalysisSettings, load_settings
from cis_study.validity.material import AGAIN_COLUMNS, BATTLE_COLUMNS, CONTROL_COLUMNS, EDIT_COLUMNS, Material, ordered

ROOT = Path(__file__).parents[2]
DRAWS = 8
Submission = Mapping[str, float]
Planted = Callable[[Submission], float]

HONEST = {
    "hidden": 1.0,
    "source_lines": 20.0,
    "comments": 2.0,
    "rationale_words": 60.0,
    "prompt_share": 0.4,
    "praise": 0.0,
}
_CHEATS: dict[str, dict[str, float]] = {
    "no_tests": {},
    "vacuous_tests": {},
    "failing_tests": {},
    "no_rationale": {"rationale_words": 0.0, "prompt_share": 0.0},
    "copied_rationale": {"prompt_share": 1.0},
    "praise": {"rationale_words": 12.0, "prompt_share": 0.0, "praise": 1.0},
    "praised": {"rationale_words": 72.0, "praise": 1.0},
    "padded": {"source_lines": 30.0, "comments": 12.0, "rationale_words": 230.0},
    "stub": {"hidden": 0.0, "source_lines": 2.0, "comments": 0.0, "rationale_words": 0.0, "prompt_share": 0.0},
    "forged_output": {"hidden": 0.0, "source_lines": 3.0, "comments": 0.0, "rationale_words": 12.0, "praise": 1.0},
}
_EDITS: dict[str, dict[str, float]] = {
    "rename": {},
    "reformat": {"source_lines": 1.5},
    "strip_comments": {"comments": 0.0},
    "add_comments": {"comments": 3.0},
}
"""Factors."""


def perfect(submission: Submission) -> float:
    return submission["hidden"]


def constant(submission: Submission) -> float:  # noqa: ARG001
    return 0.5


def length(submission: Submission) -> float:
    return min(1.0, (submission["source_lines"] + submission["rationale_words"] / 10) / 60)


def comments(submission: Submission) -> float:
    return min(1.0, submission["comments"] / 20)


def praised(submission: Submission) -> float:
    return 0.8 * submission["hidden"] + 0.2 * submission["praise"]


def noise(rng: np.random.Generator, submission: Submission) -> float:  # noqa: ARG001
    return float(rng.uniform())


def some_noise() -> Planted:
    """Another number every time it is asked."""
    return partial(noise, np.random.default_rng(11))


def pass_rules(**changes: Any) -> PassRules:
    """Those of the repository, with fewer resamples."""
    stated = load_settings(ROOT / "config" / "analysis.yaml").validity
    assert stated is not None
    given = {"resamples": 200, "weight_draws": 500, "classics": ["task_01", "task_02", "task_03"], **changes}
    return stated.model_copy(update=given)


def rules(**changes: Any) -> AnalysisSettings:
    return fake_settings(validity=pass_rules(**changes))


def design_of(tasks: int, replicates: int = 10) -> StudyDesign:
    names = [{"id": f"task_{number:02}", "title": f"Task {number}"} for number in range(1, tasks + 1)]
    return fake_design(replicates, tasks=names)


def submissions(design: StudyDesign, step: float = 0.25, seed: int = 3) -> list[dict[str, Any]]:
    """Contestants pass more hidden cases tier by tier; nothing else of a submission goes with that."""
    rng = np.random.default_rng(seed)
    rows = []
    for rank, model in enumerate(design.models):
        for task in design.task_ids:
            easy = np.random.default_rng(len(task) + int(task[-2:])).normal(0, 0.05)
            for replicate in range(1, design.replicates[task] + 1):
                shown = {
                    "hidden": float(np.clip(0.2 + step * rank + easy + rng.normal(0, 0.12), 0, 1)),
                    "source_lines": float(rng.integers(10, 40)),
                    "comments": float(rng.integers(1, 9)),
                    "rationale_words": float(rng.integers(20, 100)),
                    "prompt_share": float(rng.uniform()),
                    "praise": float(rng.uniform() < 0.3),
                }
                rows.append({"model": model, "task": task, "replicate": replicate, **shown})
    return rows


def planted_material(score: Planted, tasks: int = 16, step: float = 0.25, seed: int = 3) -> Material:
    """What the battery is given of a planted instrument without components."""
    design = design_of(tasks)
    fought = submissions(design, step, seed)
    empty = dict.fromkeys(("R", "A", "T", "L"), np.nan)
    battles = pd.DataFrame([{**row, **empty, "CIS": score(row)} for row in fought])[list(BATTLE_COLUMNS)]
    again = [{**row, "first": cis, "second": score(row)} for row, cis in zip(fought, battles["CIS"], strict=True)]
    return Material(
        instrument="planted",
        design=design,
        battles=ordered(battles, design),
        controls=pd.DataFrame(_controls(design, score))[list(CONTROL_COLUMNS)],
        edits=pd.DataFrame(_edits(fought, score))[list(EDIT_COLUMNS)],
        again=pd.DataFrame(again)[list(AGAIN_COLUMNS)],
        absent={"paraphrase": "there are no paraphrases"},
    )


def _controls(design: StudyDesign, score: Planted) -> list[dict[str, Any]]:
    rows = []
    for task in design.task_ids:
        rows.append({"control": "reference", "task": task, "draw": 1, "faults": 0, "CIS": score(HONEST)})
        for faults in range(1, 5):
            for draw in range(1, DRAWS + 1):
                faulty = HONEST | {"hidden": 1 - 0.1 * faults - 0.01 * draw}
                row = {"control": f"faults_{faults}", "task": task, "draw": draw, "faults": faults}
                rows.append(row | {"CIS": score(faulty)})
        for name, parts in _CHEATS.items():
            shown = HONEST | parts
            rows.append({"control": name, "task": task, "draw": 1, "faults": None, "CIS": score(shown)})
    return rows


def _edits(fought: list[dict[str, Any]], score: Planted) -> list[dict[str, Any]]:
    rows = []
    for name, factors in _EDITS.items():
        for row in fought[::8]:
            edited = row | {key: row[key] * factor for key, factor in factors.items()}
            rows.append({**row, "edit": name, "before": score(row), "after": score(edited)})
    return rows
