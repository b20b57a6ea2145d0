"""The workspace: what tools do, what they refuse, and what tests tell."""

from __future__ import annotations

import pytest

from cis_study.agents.tools import ToolCall
from cis_study.agents.workspace import FILE_CHARACTERS, Done, Workspace
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import SuiteRun, explain_suite

DOUBLE = "def double(n):\n    return n * 2\n"
TESTS = "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"


def fake_run(*_: str) -> SuiteRun:
    raise AssertionError("nothing is run here")


def do(workspace: Workspace, tool: str, **arguments: object) -> Done:
    return workspace.carry_out(ToolCall(tool, arguments))


def test_files_are_written_listed_and_read() -> None:
    workspace = Workspace({"solution.py": "", "test_visible.py": TESTS}, fake_run)
    assert do(workspace, "read_file", path="solution.py").text == "(empty)"
    assert do(workspace, "write_file", path="solution.py", content=DOUBLE).ok
    assert do(workspace, "write_file", path="test_mine.py", content=TESTS).ok
    assert do(workspace, "read_file", path="solution.py").text == DOUBLE
    assert do(workspace, "list_files").text.splitlines() == [
        f"solution.py ({len(DOUBLE)} characters)",
        f"test_mine.py ({len(TESTS)} characters)",
        f"test_visible.py ({len(TESTS)} characters)",
    ]


@pytest.mark.parametrize(
    "path",
    ["../solution.py", "/etc/passwd", "conftest.py", "sub/test_a.py", "test_.py", "", "solution.py\n", "TEST_A.PY"],
)
def test_no_other_file_is_written(path: str) -> None:
    workspace = Workspace({}, fake_run)
    assert not do(workspace, "write_file", path=path, content="x").ok
    assert workspace.files == {}


def test_what_would_fill_the_disk_is_refused() -> None:
    workspace = Workspace({}, fake_run)
    assert not do(workspace, "write_file", path="solution.py", content="x" * (FILE_CHARACTERS + 1)).ok
    written = [do(workspace, "write_file", path=f"test_{number}.py", content="").ok for number in range(40)]
    assert sum(written) == len(workspace.files) < 40
    assert do(workspace, "write_file", path="test_0.py", content="x").ok


@pytest.mark.parametrize(
    "call", [ToolCall("rm", {}), ToolCall("read_file", {}), ToolCall("read_file", {"path": "missing.py"})]
)
def test_a_call_that_cannot_be_carried_out_says_why(call: ToolCall) -> None:
    done = Workspace({}, fake_run).carry_out(call)
    assert not done.ok
    assert done.text.startswith("Error: ")


def test_an_argument_too_many_is_ignored_and_told() -> None:
    told = do(Workspace({"solution.py": ""}, fake_run), "list_files", path="/", depth=1)
    assert told == Done("solution.py (0 characters)\n(list_files takes no depth, path: ignored.)", ok=True)


def test_without_a_module_nothing_is_run() -> None:
    assert not do(Workspace({"solution.py": " \n", "test_visible.py": TESTS}, fake_run), "run_tests").ok


@pytest.mark.parametrize(
    ("ended", "told"), [(Outcome.TIMEOUT, "timeout"), (Outcome.OK, "left before its end"), (Outcome.MEMORY, "memory")]
)
def test_a_run_without_a_report_is_told_as_such(ended: Outcome, told: str) -> None:
    done = do(
        Workspace({"solution.py": DOUBLE, "test_a.py": TESTS}, lambda *_: SuiteRun(ended, None, None)), "run_tests"
    )
    assert told in done.text
    assert done.tests == {"test_a.py": told}


def test_failures_are_explained_and_the_same_every_time() -> None:
    files = {
        "solution.py": "class Odd:\n    pass\n\n\ndef double(n):\n    return Odd() if n == 3 else n + 2\n",
        "test_a.py": TESTS + "\n\ndef test_three():\n    got = double(3)\n    assert got == 6, f'got {got!r}'\n",
        "test_b.py": "import nothing_of_the_kind\n",
        "test_c.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_later():\n    pass\n",
    }
    done = do(Workspace(files, explain_suite), "run_tests")
    assert done.tests == {
        "test_a.py::test_two": "passed",
        "test_a.py::test_three": "failed",
        "test_b.py::test_solution.py": "error",
        "test_c.py::test_later": "skipped",
    }
    assert "AssertionError: got" in done.text
    assert "No module named 'nothing_of_the_kind'" in done.text
    assert "0x..." in done.text or "Odd" in done.text
    assert do(Workspace(files, explain_suite), "run_tests") == done


def test_a_suite_that_forges_its_report_breaks_nothing() -> None:
    forged = "import os, sys\nos._exit(0)\n"
    done = do(Workspace({"solution.py": DOUBLE, "test_a.py": forged}, explain_suite), "run_tests")
    assert done.tests == {"test_a.py": "left before its end"}
