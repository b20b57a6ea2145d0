"""Cases written as tests mean the same as the cases: the oracle in the sandbox is the judge."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cis_study.sandbox.suite import explain_suite
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.tasks.hidden import apply, load_hidden_side
from cis_study.tasks.repairs import load_repairs
from cis_study.tasks.visible import as_tests, can_be_shown

TASKS = sorted((Path(__file__).parents[2] / "config/tasks").glob("*/task.yaml"))
MAX_FAILURES = 50
"""After which pytest is told to stop."""
MUTANTS = 4
"""Of each task, drawn by its name."""


@pytest.mark.parametrize("folder", [path.parent for path in TASKS], ids=lambda folder: folder.name)
def test_tests_and_cases_agree_on_the_reference_and_on_mutants(folder: Path) -> None:
    side, repairs = load_hidden_side(folder), load_repairs(folder)
    shown = [case for case in side.cases if can_be_shown(case)]
    assert len(shown) >= 0.8 * len(side.cases)
    tests = as_tests(shown, side.task.exports)
    ids = {case.id for case in shown}
    mutants = {mutant.id: mutant for mutant in side.mutants}
    drawn = random.Random(folder.name).sample(sorted(repairs.fails), MUTANTS)
    for program, fails in [
        (side.reference, set[str]()),
        *((apply(mutants[name], side.reference), set(repairs.fails[name])) for name in drawn),
    ]:
        run = explain_suite(tests, program)
        reported = {test.name.removeprefix("test_") for test in run.tests}
        failed = {test.name.removeprefix("test_") for test in run.tests if test.outcome != "passed"}
        assert failed == fails & reported
        assert reported == ids or len(failed) == MAX_FAILURES
    # The file of repairs is what the cases say today.
    answers = answers_of(apply(mutants[drawn[0]], side.reference), side)
    assert {case.id for case in answers if case.outcome is not CaseOutcome.PASSED} == set(repairs.fails[drawn[0]])
