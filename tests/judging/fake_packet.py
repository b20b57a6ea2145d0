"""FAKE exhibits with FAKE scores, and the packet drawn from them. Nothing here was written by a model."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from cis_study.judging.exhibit import Exhibit, Slot, slot_of
from cis_study.judging.rubric import load_rubric

RUBRIC = load_rubric(Path(__file__).parents[2] / "config/judging/rubric.yaml")
AUTHORS = ("smollm2-135m", "qwen2.5-coder-0.5b", "mistral-7b-v0.3")


def fake_exhibit(author: str, task: str, replicate: int, **changes: Any) -> Exhibit:
    number = random.Random(f"{author}{task}{replicate}").randrange(10**9)
    fields = {
        "author": author,
        "task": task,
        "replicate": replicate,
        "condition": "plain",
        "requirements": f"Write the function asked for in {task}.\n\n1. It returns an integer.",
        "source": f"def solve(n):\n    return n * {number}\n",
        "tests": f"def test_solve():\n    assert solve(1) == {number}\n",
        "rationale": f"It multiplies by {number}.",
    }
    return Exhibit.model_validate(fields | changes)


def fake_exhibits(replicates: int = 20) -> list[Exhibit]:
    return [
        fake_exhibit(author, task, replicate)
        for author in AUTHORS
        for task in ("alpha", "beta")
        for replicate in range(1, replicates + 1)
    ]


def fake_cis(exhibits: list[Exhibit], seed: int = 1) -> dict[Slot, float]:
    """Scores that rise with the place of the author."""
    rng = random.Random(seed)
    return {slot_of(one): min(1.0, rng.uniform(0, 0.5) + 0.25 * AUTHORS.index(one.author)) for one in exhibits}
