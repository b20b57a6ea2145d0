"""Nothing gets out, nothing is left behind, and how a program ends is told apart."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from escapes import ESCAPES, HIDDEN_BY_NAMESPACES, Host, excused, host

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.oracle import answer_cases
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits

pytestmark = pytest.mark.usefixtures("backend")
_MISTAKES = ("NameError", "SyntaxError", "TypeError", "AttributeError", "IndentationError")


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with host(tmp_path_factory.mktemp("host")) as found:
        yield found


@pytest.mark.parametrize("name", ESCAPES)
def test_escape_is_contained(backend: Backend, things: Host, name: str) -> None:
    escaped, run = things.attempt(backend, ESCAPES[name])
    assert escaped == excused(backend, name), run
    results = [result for report in run.reports for result in report.get("results", [])]
    assert run.outcome is not Outcome.SANDBOX_FAILURE, run
    assert results == [] or results[-1].get("raised") not in _MISTAKES, f"the attempt itself is broken: {run}"


@pytest.mark.parametrize("name", HIDDEN_BY_NAMESPACES)
def test_namespaces_hide_what_landlock_cannot(bubblewrap: None, things: Host, name: str) -> None:  # noqa: ARG001
    escaped, run = things.attempt(Bubblewrap(), HIDDEN_BY_NAMESPACES[name])
    assert not escaped, run


@pytest.mark.parametrize(
    "name", ["read /etc/passwd", "fork", "start a program", "create anonymous memory files", "see /proc"]
)
def test_a_plain_process_escapes(things: Host, name: str, tmp_path: Path) -> None:
    """The attempts can succeed."""
    source = things.source(ESCAPES[name]) + "attempt()\n"
    assert subprocess.run([sys.executable, "-c", source], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        ("while True: pass", {"timeout"}),
        (
            "x = 1\n    while True:\n        try:\n            while x: x += 1\n        except BaseException: x = 1",
            {"cpu_limit"},
        ),
        ("sum(range(10**12))", {"cpu_limit"}),
        ("os._exit(3)", {"crashed"}),
        ("os.kill(os.getpid(), 9)", {"killed"}),
        ("os.kill(os.getpid(), 11)", {"crashed"}),
        ("ctypes.string_at(0)", {"crashed"}),
        ("return 'x' * (90_000) ", {"ok"}),
    ],
)
def test_how_a_case_ends_is_told_apart(body: str, outcomes: set[str]) -> None:
    source = f"import os, ctypes\ndef attempt():\n    {body}\n"
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    ended = "timeout" if answer.results and "timeout" in answer.results[0] else answer.ended.value
    assert ended in outcomes


def test_a_case_that_kills_the_process_voids_no_other_case() -> None:
    source = "import os\ndef f(n):\n    if n == 2: os._exit(0)\n    return n\n"
    answers = answer_cases(source, [[{"call": "f", "args": [n], "repeat": 1}] for n in range(5)])
    assert [answer.ended is Outcome.OK for answer in answers] == [True, True, False, True, True]


def test_a_candidate_that_kills_every_process_is_given_up() -> None:
    source = "import os\ndef f(n):\n    os._exit(0)\n"
    answers = answer_cases(source, [[{"call": "f", "args": [n], "repeat": 1}] for n in range(9)])
    assert [answer.ended for answer in answers] == [Outcome.CRASHED] * 9


def test_too_much_output_is_cut_off() -> None:
    source = "def attempt():\n    return 'x' * 90_000\n"
    steps = [{"call": "attempt", "args": [], "repeat": 30}]
    (answer,) = answer_cases(source, [steps], Limits(output_bytes=1 << 20))
    assert answer.ended is Outcome.OUTPUT_LIMIT


def test_printing_without_end_reaches_nobody() -> None:
    source = "def attempt():\n    for _ in range(500): print('x' * 100_000)\n    return 1\n"
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    assert answer.results == ({"value": ["int", "0x1"]},)


def test_nothing_is_left_running() -> None:
    source = textwrap.dedent("""
        import threading, os, signal
        for number in range(1, 64):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        def attempt():
            for _ in range(4):
                threading.Thread(target=threading.Event().wait).start()
            threading.Event().wait()
    """)
    before = set(psutil.Process().children(recursive=True))
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]], Limits(wall_s=2.0))
    assert answer.ended is Outcome.TIMEOUT
    time.sleep(0.2)
    assert set(psutil.Process().children(recursive=True)) == before


def test_only_the_report_channel_is_open_inside() -> None:
    """A descriptor of bubblewrap that stayed open would let a candidate speak for it."""
    source = (
        "import os\ndef attempt():\n    found = []\n    for number in range(3, 128):\n"
        "        try:\n            os.fstat(number)\n            found.append(number)\n"
        "        except OSError:\n            pass\n    return found\n"
    )
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    assert answer.results[0]["value"] == ["list", [["int", hex(50)]]]
