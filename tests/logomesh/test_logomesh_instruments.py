"""The LogoMesh formulas: the published numbers, known answers, and nothing made up for what is missing."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

from cis_study.scoring.logomesh.battles import read_stored_battles
from cis_study.scoring.logomesh.instruments import INSTRUMENTS, Recorded, rate
from cis_study.scoring.logomesh.rows import StoredBattle

PUBLISHED = Path(
    os.environ.get("LOGOMESH_BATTLES")
    or Path(__file__).parents[3] / "shared" / "data" / "logomesh_battles.jsonl.gz"
)  # fmt: skip
RECORDED: dict[str, Any] = {
    "R": 0.5, "A": 0.9, "T": 0.1, "L": 0.8, "critique": "Sound.", "breakdown": "Well.", "answered": True,
    "audit_valid": True, "audit_penalty": 0.0, "sandbox_passed": True, "red_multiplier": 0.75, "vulnerabilities": 1,
    "task_rationale_cosine": 0.6, "rationale_code_cosine": 0.7, "code_tests_cosine": 0.5, "task_code_cosine": 0.21,
    "rationale_characters": 50, "constraint_penalty": 0.4, "test_specificity": 0.8, "tests_passed": 3,
    "tests_failed": 1,
}  # fmt: skip


def cis(instrument: str, **changes: Any) -> float | None:
    return rate(instrument, Recorded(**RECORDED | changes)).cis


@pytest.fixture(scope="module")
def published() -> list[StoredBattle]:
    if not PUBLISHED.is_file():
        pytest.skip(
            f"THE PUBLISHED SCORES ARE NOT CHECKED: {PUBLISHED} is missing. The file is not ours to distribute; name "
            "a copy in LOGOMESH_BATTLES."
        )
    battles = read_stored_battles(PUBLISHED)
    assert all(isinstance(battle, StoredBattle) for battle in battles), battles
    return [battle for battle in battles if isinstance(battle, StoredBattle)]


@pytest.mark.parametrize(
    ("rows", "instrument", "judge_failures"),
    [
        (slice(0, 77), "logomesh-stage2", 31),
        (slice(77, 102), "logomesh-stage2", 9),
        (slice(102, 127), "logomesh-tier3", 0),
    ],
)
def test_every_published_score_is_reproduced(
    published: list[StoredBattle], rows: slice, instrument: str, judge_failures: int
) -> None:
    ratings = [(battle, rate(instrument, battle.recorded)) for battle in published[rows]]
    off = [battle.where for battle, r in ratings if r.arithmetic is None or abs(r.arithmetic - battle.cis) > 1e-6]
    assert off == []
    assert sum(r.cis is None for _, r in ratings) == judge_failures
    assert sum(battle.status == "judge_failure" for battle, _ in ratings) == judge_failures


def test_the_published_tiers_were_scored_by_different_formulas(published: list[StoredBattle]) -> None:
    for rows, instrument in ((slice(77, 102), "logomesh-tier3"), (slice(102, 127), "logomesh-stage2")):
        others = [(rate(instrument, battle.recorded).arithmetic, battle.cis) for battle in published[rows]]
        assert any(other is not None and abs(other - stored) > 1e-6 for other, stored in others)


@pytest.mark.parametrize(
    ("instrument", "changes", "expected"),
    [
        ("logomesh-stage2", {}, 0.62),
        ("logomesh-stage2", {"L": 0.3}, 0.42),
        ("logomesh-stage2", {"audit_valid": False, "audit_penalty": 0.04}, 0.62 * 0.96),
        ("logomesh-stage2", {"audit_penalty": 1.0}, 0.62),
        ("logomesh-stage2", {"sandbox_passed": False}, 0.5),
        ("logomesh-tier3", {"red_multiplier": 1.0}, 0.575),
        ("logomesh-tier3", {}, 0.575 * 0.75),
        ("logomesh-tier3", {"red_multiplier": 1.0, "audit_valid": False, "audit_penalty": 0.2}, 0.46),
        ("logomesh-tier3", {"red_multiplier": 1.0, "audit_valid": False, "audit_penalty": 0.05}, 0.575),
        ("logomesh-tier3", {"red_multiplier": 1.0, "audit_penalty": 1.0}, 0.575),
        ("logomesh-tier3", {"red_multiplier": 1.0, "sandbox_passed": False}, 0.45),
        ("logomesh-tier3", {"red_multiplier": 1.0, "sandbox_passed": False, "R": 1, "A": 1, "T": 1}, 0.5),
        # R .65 - .1, A as judged, T .7375 - .1, L; mean x .72 for the mismatch x .75 for the red agent
        ("logomesh-head", {}, (0.55 + 0.9 + 0.6375 + 0.8) / 4 * 0.72 * 0.75),
        ("logomesh-head", {"task_code_cosine": 0.35}, (0.55 + 0.9 + 0.6375 + 0.8) / 4 * 0.75),
        ("logomesh-head", {"rationale_characters": 5000}, (0.6 + 0.9 + 0.6375 + 0.8) / 4 * 0.72 * 0.75),
        ("logomesh-head", {"tests_passed": 0, "tests_failed": 0}, (0.55 + 0.9 + 0.3 + 0.8) / 4 * 0.72 * 0.75),
        ("logomesh-head", {"A": 0.1}, (0.55 + 0.52 + 0.6375 + 0.8) / 4 * 0.72 * 0.75),
        ("logomesh-head", {"A": 0.1, "vulnerabilities": 0}, (0.55 + 0.67 + 0.6375 + 0.8) / 4 * 0.72 * 0.75),
    ],
)
def test_known_answers(instrument: str, changes: dict[str, Any], expected: float) -> None:
    assert cis(instrument, **changes) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("instrument", "name"),
    [(name, key) for name, formula in INSTRUMENTS.items() for key in inspect.signature(formula).parameters],
)
def test_an_input_that_was_not_recorded_gives_no_score(instrument: str, name: str) -> None:
    rating = rate(instrument, Recorded(**RECORDED | {name: None}))
    assert (rating.cis, rating.components, rating.arithmetic) == (None, None, None)
    assert [(gap.kind, gap.what) for gap in rating.gaps] == [("not_recorded", name)]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize(
    ("changes", "kind", "ran"),
    [
        ({"L": 0.5, "critique": "Logic review timed out."}, "judge_failure", True),
        ({"L": 0.5, "critique": "Logic review failed: connection refused"}, "judge_failure", True),
        ({"L": 0.5, "critique": None}, "judge_failure", True),
        ({"R": 0, "A": 0, "T": 0, "breakdown": "Scoring failed due to error: x"}, "judge_failure", False),
        ({"R": 0, "A": 0, "T": 0, "breakdown": None}, "judge_failure", False),
        ({"answered": False}, "infra_failure", True),
    ],
)
def test_the_code_of_a_failure_is_no_score(instrument: str, changes: dict[str, Any], kind: str, ran: bool) -> None:
    rating = rate(instrument, Recorded(**RECORDED | changes))
    assert rating.cis is None
    assert {gap.kind for gap in rating.gaps} == {kind}
    assert (rating.arithmetic is not None) == ran


@pytest.mark.parametrize("changes", [{"L": 0.5}, {"R": 0, "A": 0, "T": 0}, {"L": 0.4, "critique": None}])
def test_a_real_judgement_that_looks_like_a_failure_counts(changes: dict[str, Any]) -> None:
    assert all(cis(name, **changes) is not None for name in INSTRUMENTS)
