"""The hidden side of every task: the reference passes, every planted defect is caught, faults are named."""

import shutil
from pathlib import Path

import pytest

from cis_study.errors import StudyError
from cis_study.sandbox.oracle import answer_cases
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.constraints import check_constraints
from cis_study.scoring.python_text import parse
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
NAMES = sorted(path.parent.name for path in TASKS.glob("*/task.yaml"))
DECIDED_BY_STRUCTURE = {"regex_only", "constant_time", "recursion", "imports"}


@pytest.fixture(params=NAMES)
def side(request: pytest.FixtureRequest) -> HiddenSide:
    return load_hidden_side(TASKS / request.param)


def failures(side: HiddenSide, source: str) -> list[str]:
    return [case.id for case in answers_of(source, side) if case.outcome is not CaseOutcome.PASSED]


def test_reference_and_its_dialects_pass_every_hidden_case(side: HiddenSide) -> None:
    for source in [side.reference, *(apply(dialect, side.reference) for dialect in side.dialects)]:
        assert failures(side, source) == []


def test_reference_keeps_every_constraint(side: HiddenSide) -> None:
    tree = parse(side.reference)
    assert tree is not None
    verdicts = check_constraints(tree, side.task.exports, side.constraints)
    assert [verdict for verdict in verdicts if not verdict.kept] == []


def test_hidden_cases_kill_every_mutant(side: HiddenSide) -> None:
    survivors = [mutant.id for mutant in side.mutants if not failures(side, apply(mutant, side.reference))]
    assert survivors == []


def test_mutant_is_caught_by_a_case_of_the_requirement_it_breaks(side: HiddenSide) -> None:
    by_id = {case.id: case.requirement for case in side.cases}
    for mutant in side.mutants:
        caught_by = {by_id[name] for name in failures(side, apply(mutant, side.reference))}
        assert mutant.breaks in caught_by, mutant.id


def test_banks_are_large_enough_and_cover_every_requirement(side: HiddenSide) -> None:
    assert len(side.cases) >= 10
    assert len(side.mutants) >= 8
    requirements = {requirement.id for requirement in side.task.requirements}
    assert requirements - {case.requirement for case in side.cases} <= DECIDED_BY_STRUCTURE


def test_expectations_never_travel_to_the_candidate(side: HiddenSide) -> None:
    for case in side.cases:
        for step in case.steps:
            assert "expect" not in step.inputs()


def test_an_empty_module_passes_nothing(side: HiddenSide) -> None:
    assert len(failures(side, "")) == len(side.cases)


@pytest.mark.parametrize(
    ("name", "find", "replace", "message"),
    [
        ("cases.yaml", "requirement: sequence", "requirement: squence", "squence"),
        ("cases.yaml", "id: one,", "id: zero,", "twice"),
        ("cases.yaml", "expect: {equals: 55}", "expect: {equal: 55}", "equal"),
        ("cases.yaml", "call: fibonacci, args: [10]", "call: fibonacci, clock: 3, args: [10]", "exactly one"),
        ("mutants.yaml", "breaks: speed", "breaks: sped", "sped"),
        ("mutants.yaml", 'find: "_pair(n)[0]", replace: "_pair(n)[1]"', 'find: "absent", replace: "x"', "occurs 0"),
        ("scoring.yaml", "  speed:", "  velocity:", "velocity"),
    ],
)
def test_faults_in_the_files_are_named(tmp_path: Path, name: str, find: str, replace: str, message: str) -> None:
    folder = tmp_path / "fibonacci"
    shutil.copytree(TASKS / "fibonacci", folder)
    path = folder / name
    text = path.read_text()
    assert find in text
    path.write_text(text.replace(find, replace, 1))
    with pytest.raises(StudyError, match=message):
        load_hidden_side(folder)


def test_the_limiter_is_tested_without_waiting() -> None:
    steps = [
        {"clock": 5.0},
        {"call": "now", "args": [], "repeat": 2},
        {"call": "wait", "args": [100], "repeat": 1},
    ]
    source = (
        "import time, datetime\nfrom time import monotonic as m, sleep\nfrom datetime import datetime as d\n"
        "start = time.time(), m(), time.perf_counter_ns(), d.now()\n"
        "def now():\n"
        "    return [time.time() - start[0], m() - start[1], time.perf_counter_ns() - start[2],\n"
        "            (d.now() - start[3]).total_seconds()]\n"
        "def wait(s):\n    sleep(s)\n    return now()\n"
    )
    (answer,) = answer_cases(source, [steps])
    at_five = [
        "list",
        [["float", (5.0).hex()], ["float", (5.0).hex()], ["int", hex(5 * 10**9)], ["float", (5.0).hex()]],
    ]
    assert answer.results[0]["value"] == answer.results[1]["value"] == at_five
    assert answer.results[2]["value"][1][0] == ["float", (105.0).hex()]
