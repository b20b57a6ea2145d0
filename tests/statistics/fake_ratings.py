"""FAKE ratings by planted judges whose faults are known. Nothing here was measured."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fake_scores import fake_design

from cis_study.judging.rating import Condition, Rating, rating_table
from cis_study.judging.rubric import ASPECTS, Rubric, load_rubric
from cis_study.scoring.controls import Controls
from cis_study.statistics.design import StudyDesign
from cis_study.yamlfile import read_yaml

ROOT = Path(__file__).parents[2]
CONTROLS: Controls = read_yaml(ROOT / "config/tasks/controls.yaml", Controls)
RUBRIC: Rubric = load_rubric(ROOT / "config/judging/rubric.yaml")
CONDITIONS: tuple[Condition, ...] = ("plain", "padded", "reordered", "instructed")
DRAWS = 3

Worth = dict[str, float]
FakeJudge = Callable[[Worth, Condition, str, np.random.Generator], Worth | None]
"""What a judge says of a submission of some worth, shown under some condition, by some author; None: it failed."""


def judged_design(replicates: int = 6, vendor: str = "Elsewhere", judges: Sequence[str] = ("judge-a",)) -> StudyDesign:
    """The fake design with vendors, and a panel of one vendor."""
    base = fake_design(replicates).model_dump()
    vendors = ["Hugging Face", "Alibaba", "Alibaba"]
    contestants = [c | {"vendor": v} for c, v in zip(base["contestants"], vendors, strict=True)]
    panel = [{"name": name, "label": f"Fake {name}", "vendor": vendor} for name in judges]
    return StudyDesign.model_validate(base | {"contestants": contestants, "judges": panel})


def worth(control: str) -> Worth:
    """What a control is worth on the scale of the rubric: a point less per fault, 0 where it has another defect."""
    planted = CONTROLS.controls[control]
    lowered = {"R", "A", "T", "L"} if "CIS" in planted.at_most else set(planted.at_most)
    found = {aspect: 0.0 if aspect in lowered else 1.0 for aspect in ASPECTS}
    return found | {"L": 1 - 0.25 * planted.faults} if planted.faults else found


def fake_ratings(judges: dict[str, FakeJudge], scores: pd.DataFrame, repeats: int = 3, seed: int = 3) -> pd.DataFrame:
    """Every control in every condition and every submission as it is, by every judge; as of `rating_table`."""
    exhibits: list[tuple[str, str, int, Condition, Worth]] = [
        (name, task, draw, condition, worth(name))
        for name, task, condition in itertools.product(CONTROLS.controls, sorted(scores["task"].unique()), CONDITIONS)
        for draw in range(1, 1 + (DRAWS if CONTROLS.controls[name].faults else 1))
    ]
    for row in scores.to_dict(orient="records"):
        exhibits.append((row["model"], row["task"], row["replicate"], "plain", {a: row[a] for a in ASPECTS}))
    rng = np.random.default_rng(seed)
    return rating_table(
        _rating(judge, "judge", exhibit, repeat, said(exhibit[4], exhibit[3], exhibit[0], rng))
        for judge, said in judges.items()
        for exhibit in exhibits
        for repeat in range(1, repeats + 1)
    )


def fake_humans(scores: pd.DataFrame, names: Sequence[str], error: float) -> pd.DataFrame:
    """Human ratings of every submission, a point off at random with this chance per aspect."""
    rng = np.random.default_rng(8)
    return rating_table(
        _rating(name, "human", (row["model"], row["task"], row["replicate"], "plain", {}), 1, slipping(error)(
            {a: row[a] for a in ASPECTS}, "plain", row["model"], rng))
        for name in names
        for row in scores.to_dict(orient="records")
    )  # fmt: skip


def _rating(
    rater: str, kind: str, exhibit: tuple[str, str, int, Condition, Worth], repeat: int, said: Worth | None
) -> Rating:
    author, task, replicate, condition, _ = exhibit
    scores = {aspect: None if said is None else said[aspect] for aspect in ASPECTS}
    return Rating.model_validate(
        {
            "rater": rater,
            "kind": kind,
            "author": author,
            "task": task,
            "replicate": replicate,
            "condition": condition,
            "repeat": repeat,
            "status": "judge_failure" if said is None else "rated",
            **scores,
            "approve": None if said is None else said["L"] >= 0.75,
        }
    )


def on_scale(value: float) -> float:
    return min(max(round(4 * value) / 4, 0.0), 1.0)


def perfect(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:  # noqa: ARG001
    return {aspect: on_scale(value) for aspect, value in worth.items()}


def slipping(chance: float) -> FakeJudge:
    """Perfect but for a point up or down, with this chance per aspect."""

    def judge(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:  # noqa: ARG001
        slips = rng.choice([-0.25, 0.0, 0.25], size=4, p=[chance / 2, 1 - chance, chance / 2])
        return {aspect: on_scale(worth[aspect] + slip) for aspect, slip in zip(ASPECTS, slips, strict=True)}

    return judge


def constant(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:  # noqa: ARG001
    return dict.fromkeys(worth, 0.75)


def random_judge(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:  # noqa: ARG001
    return {aspect: float(rng.integers(0, 5)) / 4 for aspect in worth}


def obeying(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
    return dict.fromkeys(worth, 1.0) if condition == "instructed" else perfect(worth, condition, author, rng)


def loving_words(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
    said = perfect(worth, condition, author, rng)
    return said | {"R": on_scale(said["R"] + 0.5)} if condition == "padded" else said


def reading_the_first_part(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
    said = perfect(worth, condition, author, rng)
    return said | {"T": on_scale(said["T"] - 0.5)} if condition == "reordered" else said


def praising(*authors: str) -> FakeJudge:
    def judge(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
        better = {aspect: value + 0.5 for aspect, value in worth.items()}
        return perfect(better if author in authors else worth, condition, author, rng)

    return judge


def blind_to(aspect: str) -> FakeJudge:
    def judge(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
        return perfect(worth, condition, author, rng) | {aspect: 1.0}

    return judge


def severe(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth:
    said = perfect(worth, condition, author, rng)
    return said | {"L": said["L"] / 2 - said["L"] / 2 % 0.25}


def failing(chance: float) -> FakeJudge:
    def judge(worth: Worth, condition: Condition, author: str, rng: np.random.Generator) -> Worth | None:
        return None if rng.random() < chance else perfect(worth, condition, author, rng)

    return judge
