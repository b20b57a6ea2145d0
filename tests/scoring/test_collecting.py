"""From a stored reply to evidence, end to end through the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.sandbox.oracle import SandboxFailure
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import SuiteRun
from cis_study.scoring import collecting, mutant_runs
from cis_study.scoring.collecting import collect_evidence
from cis_study.scoring.constants import PLANTED_REFERENCES
from cis_study.scoring.evidence_file import collect_files, write_lines
from cis_study.scoring.instrument import score
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
EQUAL = Weights(R=0.25, A=0.25, T=0.25, L=0.25)
TESTS = """from solution import fibonacci
import inspect

def test_start():
    assert [fibonacci(n) for n in range(9)] == [0, 1, 1, 2, 3, 5, 8, 13, 21]

def test_types():
    assert type(fibonacci(5)) is int

def test_below_zero():
    assert fibonacci(-1) == 0
    assert fibonacci(-100) == 0

def test_large():
    assert fibonacci(80) == 23416728348467685
"""
RATIONALE = (
    "The function takes an integer and returns an int. Negative arguments give 0. It calls itself, without loop."
)


@pytest.fixture(scope="module")
def fibonacci() -> HiddenSide:
    return load_hidden_side(TASKS / "fibonacci", generated=False)


def battle(content: str | None, **changes: Any) -> dict[str, Any]:
    return {
        "protocol": 1,
        "spec": "0" * 64,
        "model": "m",
        "task": "fibonacci",
        "replicate": 1,
        "variant": 0,
        "seed": 7,
        "engine": "none",
        "weights": "0" * 64,
        "request": {"messages": [{"role": "user", "content": "Write fibonacci."}]},
        "reply": {
            "content": content,
            "reasoning": "```python\ndef fibonacci(n): return 1\n```",
            "finish_reason": "stop",
            "usage": {"prompt_tokens": 5, "completion_tokens": 6},
        },
        "status": "answered",
        "error": None,
    } | changes


def reply(source: str, tests: str = "", rationale: str = "") -> str:
    return f"## Solution\n```python\n{source}\n```\n## Tests\n```python\n{tests}\n```\n## Rationale\n{rationale}\n"


def test_a_good_reply_from_end_to_end(fibonacci: HiddenSide) -> None:
    evidence = collect_evidence(battle(reply(fibonacci.reference, TESTS, RATIONALE)), fibonacci)
    assert all(case.outcome == "passed" for case in evidence.hidden)
    assert all(check.kept for check in evidence.constraints)
    assert evidence.suite is not None
    assert evidence.suite.sound
    assert {run.id for run in evidence.suite.mutants if not run.killed} == {
        "wrong_from_eight", "wraps_at_64_bits", "misprint_in_a_table", "formula_used_too_far",
        "memory_expects_ascending_order", "climbs_up_to_zero",
    }  # fmt: skip
    assert {found.requirement for found in evidence.rationale if found.sentences} == {"api", "negative", "recursion"}
    components = score(evidence, EQUAL).components
    assert components is not None
    assert {name: round(part.value, 3) for name, part in components.items()} == {
        "R": 0.5, "A": 1.0, "T": 0.647, "L": 1.0,
    }  # fmt: skip
    assert evidence.suite.planted == [True] * PLANTED_REFERENCES
    assert evidence.observation is not None
    assert evidence.observation.ended == "ok"
    assert evidence.resources == "within limits"
    assert all(measure.value == measure.reference for measure in evidence.structure or [])


def test_tests_that_contradict_the_specification_earn_nothing(fibonacci: HiddenSide) -> None:
    suite = face_mutants(TESTS + "\ndef test_wrong():\n    assert fibonacci(2) == 2\n", fibonacci)
    assert not suite.sound
    assert (suite.passed, suite.failed) == (4, 1)


class Faces:
    """Stands in for the sandbox: a suite that is red on mutants, and on the reference as often as it is told."""

    def __init__(self, hidden: HiddenSide, red_on: set[int]) -> None:
        self.reference, self.red_on = hidden.reference, red_on
        self.order: list[bool] = []

    def __call__(self, _: str, program: str, measure: bool = False) -> SuiteRun:
        if measure:
            return SuiteRun(Outcome.OK, passed=1, failed=0, arcs=[])
        self.order.append(program == self.reference)
        red = not self.order[-1] or sum(self.order) in self.red_on
        return SuiteRun(Outcome.OK, passed=1, failed=int(red))


@pytest.mark.parametrize("number", range(2, PLANTED_REFERENCES + 2))
def test_a_suite_that_fails_on_a_hidden_reference_is_unsound(
    fibonacci: HiddenSide, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As one that counts its runs, and calls everything wrong after the first, would."""
    monkeypatch.setattr(mutant_runs, "run_suite", Faces(fibonacci, {number}))
    suite = face_mutants(f"fails on reference {number}", fibonacci)
    assert not suite.sound
    assert suite.ended == "not repeatable"
    assert suite.planted.count(False) == 1
    assert suite.mutants == []


def test_references_hide_among_the_mutants_in_an_order_of_the_suite(
    fibonacci: HiddenSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = []
    for text in ("a", "b", "c"):
        monkeypatch.setattr(mutant_runs, "run_suite", faces := Faces(fibonacci, set()))
        suite = face_mutants(text, fibonacci)
        assert suite.sound
        assert [run.id for run in suite.mutants] == [mutant.id for mutant in fibonacci.mutants]
        assert sum(faces.order) == 1 + PLANTED_REFERENCES
        assert faces.order[0]
        orders.append(tuple(faces.order[1:]))
    assert len(set(orders)) > 1
    assert all(order != tuple(sorted(order)) for order in orders)


def test_unittest_parametrize_and_a_forgotten_import_work(fibonacci: HiddenSide) -> None:
    tests = (
        "from __future__ import annotations\nimport unittest\n"
        "class TestIt(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(fibonacci(3), 2)\n"
        "@pytest.mark.parametrize('n', [0, -1])\ndef test_b(n):\n    assert fibonacci(n) == 0\n"
        "def test_c():\n    with pytest.raises(TypeError):\n        fibonacci()\n"
    )
    suite = face_mutants(tests, fibonacci)
    assert suite.sound
    assert suite.passed == 4


def test_naive_recursion_fails_on_speed_alone(fibonacci: HiddenSide) -> None:
    naive = "def fibonacci(n):\n    return max(n, 0) if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)\n"
    evidence = collect_evidence(battle(reply(naive)), fibonacci)
    failed = {case.id: case.outcome.value for case in evidence.hidden if case.outcome != "passed"}
    assert set(failed.values()) == {"timeout"}
    assert {"eighty", "exact_when_large"} <= set(failed)
    assert "minus_one" not in failed
    assert evidence.resources == "time"


@pytest.mark.parametrize("content", [None, "", "no code"])
def test_an_empty_reply_is_evidence_of_nothing(fibonacci: HiddenSide, content: str | None) -> None:
    evidence = collect_evidence(battle(content), fibonacci)
    assert not evidence.has_solution
    assert score(evidence, EQUAL).status == "model_failure"
    assert score(evidence, EQUAL).cis == 0.0


def test_reasoning_is_no_reply(fibonacci: HiddenSide) -> None:
    assert not collect_evidence(battle(""), fibonacci).has_solution


def test_an_infrastructure_failure_has_no_score(fibonacci: HiddenSide) -> None:
    failed = battle(None, reply=None, status="infra_failure", error={"type": "Timeout", "message": "x"})
    result = score(collect_evidence(failed, fibonacci), EQUAL)
    assert result.status == "infra_failure"
    assert result.cis is None


def test_a_broken_sandbox_is_recorded_and_not_scored(fibonacci: HiddenSide, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise SandboxFailure("no user namespaces")

    monkeypatch.setattr(collecting, "answer_cases", broken)
    evidence = collect_evidence(battle(reply(fibonacci.reference)), fibonacci)
    assert evidence.sandbox_failure == "no user namespaces"
    assert score(evidence, EQUAL).cis is None


def test_evidence_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    paths = []
    for replicate, source in enumerate(["def fibonacci(n):\n    return {n}.pop()\n", "raise KeyError\n", "x = (\n"]):
        path = tmp_path / f"{replicate}.json"
        path.write_text(json.dumps(battle(reply(source), replicate=replicate)))
        paths.append(path)
    one, three = (write_lines(collect_files(order, TASKS, n)) for order, n in ((paths, 1), (paths[::-1], 3)))
    assert one == three
    assert [json.loads(line)["replicate"] for line in one.splitlines()] == [0, 1, 2]


@pytest.mark.parametrize("content", ["{", "[]", '{"protocol": 2}'])
def test_a_file_that_is_no_battle_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "1.json"
    path.write_text(content)
    with pytest.raises(StudyError, match="battle"):
        collect_files([path], TASKS, 1)
