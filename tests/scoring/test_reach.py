"""How far tests reach: the lines and branches of a correct solution that they go through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cis_study.sandbox.suite import run_suite
from cis_study.scoring.branches import count_branches
from cis_study.scoring.evidence import Coverage
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.tasks.hidden import load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
SIGN = """def sign(n):
    if n < 0:
        return -1
    for _ in range(n):
        return 1
    return 0
"""


@pytest.mark.parametrize(
    ("arguments", "lines", "branches"),
    [((), 1, 0), ((-1,), 3, 1), ((0,), 4, 2), ((1,), 4, 2), ((-1, 0), 5, 3), ((-1, 0, 1), 6, 4)],
)
def test_lines_and_branches_are_counted(arguments: tuple[int, ...], lines: int, branches: int) -> None:
    run = run_suite(f"from solution import *\ndef test_a():\n    list(map(sign, {arguments}))\n", SIGN, measure=True)
    assert run.green
    assert run.arcs is not None
    expected = Coverage(lines=6, lines_covered=lines, branches=4, branches_covered=branches)
    assert count_branches(SIGN, run.arcs) == expected


@pytest.mark.parametrize("task", ["email_validator", "fibonacci", "lru_cache"])
def test_the_counts_are_those_of_coverage_on_an_ordinary_module(task: str, tmp_path: Path) -> None:
    hidden, tests = load_hidden_side(TASKS / task), (TASKS / task / "control_suite.py").read_text()
    (tmp_path / "solution.py").write_text(hidden.reference)
    (tmp_path / "test_solution.py").write_text(tests)
    measure = [sys.executable, "-m", "coverage", "run", "--branch", "--include", "*solution.py", "-m", "pytest", "-q"]
    for command in ([*measure, "-n", "0"], [sys.executable, "-m", "coverage", "json", "--include", "solution.py"]):
        subprocess.run(command, cwd=tmp_path, env=os.environ, check=True, capture_output=True)
    totals = json.loads((tmp_path / "coverage.json").read_text())["totals"]
    run = run_suite(tests, hidden.reference, measure=True)
    assert run.arcs is not None
    assert count_branches(hidden.reference, run.arcs).model_dump() == {
        "lines": totals["num_statements"],
        "lines_covered": totals["covered_lines"],
        "branches": totals["num_branches"],
        "branches_covered": totals["covered_branches"],
    }


def test_an_unmeasured_run_says_nothing() -> None:
    assert run_suite("from solution import *\ndef test_a(): pass\n", SIGN).arcs is None


def test_a_sound_suite_is_measured_and_an_unsound_one_is_not() -> None:
    hidden = load_hidden_side(TASKS / "fibonacci", generated=False)
    one = face_mutants("def test_a():\n    assert fibonacci(0) == 0\n", hidden)
    assert one.coverage is not None
    assert 0 < one.coverage.branches_covered < one.coverage.branches
    assert 0 < one.coverage.lines_covered < one.coverage.lines
    assert face_mutants("def test_a():\n    assert fibonacci(0) == 1\n", hidden).coverage is None
