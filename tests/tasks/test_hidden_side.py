"""The hidden side of every task is in order; faults in its files are named."""

import shutil
from pathlib import Path

import pytest

from cis_study.errors import StudyError
from cis_study.sandbox.oracle import answer_cases
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.task_check import check_task
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
NAMES = sorted(path.parent.name for path in TASKS.glob("*/task.yaml"))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def side(name: str) -> HiddenSide:
    return load_hidden_side(TASKS / name)


def test_nothing_is_wrong_with_a_task_folder(name: str) -> None:
    """Reference, dialects and mutants against the hidden cases, and all that `check_tasks` asks for."""
    assert check_task(TASKS / name, workers=2).faults == ()


def test_expectations_never_travel_to_the_candidate(side: HiddenSide) -> None:
    for case in side.cases:
        for step in case.steps:
            assert "expect" not in step.inputs()


def test_an_empty_module_passes_nothing(side: HiddenSide) -> None:
    assert not any(case.outcome is CaseOutcome.PASSED for case in answers_of("", side))


@pytest.mark.parametrize(
    ("name", "find", "replace", "message"),
    [
        ("cases.yaml", "requirement: sequence", "requirement: squence", "squence"),
        ("cases.yaml", "id: one,", "id: zero,", "twice"),
        ("cases.yaml", "expect: {equals: 55}", "expect: {equal: 55}", "equal"),
        ("cases.yaml", "call: fibonacci, args: [10]", "call: fibonacci, clock: 3, args: [10]", "exactly one"),
        ("cases.yaml", "expect: {equals: 55}", "expect: {equals: 55, raises: ValueError}", "raises alone"),
        ("cases.yaml", "expect: {equals: 55}", "expect: {raises: Value Error}", "raises"),
        ("cases.yaml", "call: fibonacci, args: [10]", "new: fibonacci, as: x, args: [10]", "expected to raise"),
        ("mutants.yaml", "breaks: speed", "breaks: sped", "sped"),
        ("mutants.yaml", 'find: "_pair(n)[0]", replace: "_pair(n)[1]"', 'find: "absent", replace: "x"', "occurs 0"),
        ("scoring.yaml", "  speed:", "  velocity:", "velocity"),
        ("scoring.yaml", "structural: [recursion,", "structural: [recursive,", "recursive"),
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
