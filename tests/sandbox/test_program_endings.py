"""A program that runs wild or cannot be loaded fails its suite, and ends as it would in one process with it."""

from __future__ import annotations

import pytest
from plain_python import suite

from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import run_suite


@pytest.mark.parametrize(
    ("body", "ended", "red"),
    [
        ("sum(range(10**12))", Outcome.CPU_LIMIT, True),
        ("return bytearray(3 << 30)", Outcome.CRASHED, True),
        ("x = []\n    while True: x.append('y' * 10_000_000)", Outcome.CRASHED, True),
        ("return f()", Outcome.CRASHED, True),
        ("os.kill(os.getpid(), 9)", Outcome.KILLED, True),
        ("raise SystemExit(0)", Outcome.CRASHED, True),
        ("ctypes.string_at(0)", Outcome.CRASHED, False),
        ("os._exit(0)", Outcome.CRASHED, False),
    ],
)
@pytest.mark.usefixtures("backend")
def test_a_program_that_runs_wild_ends_as_in_the_process_of_its_suite(body: str, ended: Outcome, red: bool) -> None:
    run = run_suite(suite("assert f() == 1"), f"import ctypes, os\ndef f():\n    {body}\n")
    assert (run.ended, run.red, run.green) == (ended, red, False)


@pytest.mark.parametrize("source", ["x = (", "raise KeyError(1)", "import nothing"])
@pytest.mark.usefixtures("backend")
def test_a_program_that_cannot_be_loaded_fails_its_tests(source: str) -> None:
    assert run_suite("from solution import *\ndef test_a(): pass\n", source).red
    errors = "(SyntaxError, KeyError, ImportError)"
    caught = f"import pytest\ndef test_a():\n    with pytest.raises({errors}):\n        import solution\n"
    assert run_suite(caught, source).green
