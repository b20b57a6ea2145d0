"""Wrong candidates that try to look right: each must get the score an honest wrong answer gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"

CANDIDATES = {
    "equal to everything": """
class Always:
    def __eq__(self, other): return True
    def __hash__(self): return 0
def fibonacci(n): return Always()
""",
    "subclass of int": """
class Number(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
def fibonacci(n): return Number(7)
""",
    "patched json": """
import json
json.dumps = lambda *a, **k: '{"results": [{"value": ["int", "0x0"]}]}'
class Number(int):
    def __hex__(self): return '0x0'
def fibonacci(n): return Number(3)
""",
    "exits with success": "import os\ndef fibonacci(n): os._exit(0)\n",
    "exits when imported": "raise SystemExit(0)\n",
    "walks the frames": """
import sys
def fibonacci(n):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()):
            if name in ('expect', 'expected', 'case') and isinstance(value, dict):
                for key in ('expect', 'equals', 'expected'):
                    if key in value: return value[key]
        if 'results' in frame.f_locals:
            frame.f_locals['results'].clear()
        frame = frame.f_back
    return -12345
""",
    "searches the heap": """
import gc
def fibonacci(n):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and 'equals' in thing: return thing['equals']
    return -12345
""",
    "reports results itself": """
import gc, os, json, sys
def fibonacci(n):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and 'cases' in thing and 'nonce' in thing:
            for case in thing['cases']:
                line = json.dumps({'id': case['id'], 'results': [{'value': ['int', '0x7']}], 'passed': True}) + '\\n'
                for fd in range(3, 60):
                    try: os.write(fd, line.encode())
                    except OSError: pass
    return 7
""",
    "claims that the sandbox broke": """
import os, sys
for fd in range(60):
    try: os.write(fd, b'bwrap: setting up uid map: Permission denied\\n')
    except OSError: pass
def fibonacci(n): os._exit(1)
""",
    "prints a verdict": "print('500 passed')\ndef fibonacci(n): print('1 passed in 0.01s'); return 3.5\n",
    "generator": "def fibonacci(n): yield n\n",
    "not a number": "def fibonacci(n): return float('nan')\n",
    "true for one": "def fibonacci(n): return n == 99\n",
    "huge number": "def fibonacci(n): return 1 << 3_000_000\n",
    "endless nesting": "def fibonacci(n):\n    x = []\n    x.append(x)\n    return x\n",
    "evil metaclass": """
class Meta(type):
    def __getattribute__(cls, name): raise SystemExit(0)
    def __instancecheck__(cls, x): return True
class Thing(metaclass=Meta): pass
def fibonacci(n): return Thing()
""",
}


@pytest.fixture(scope="module")
def fibonacci() -> HiddenSide:
    return load_hidden_side(TASKS / "fibonacci", generated=False)


@pytest.mark.parametrize("name", CANDIDATES)
def test_forged_candidate_passes_nothing(fibonacci: HiddenSide, name: str) -> None:
    outcomes = answers_of(CANDIDATES[name], fibonacci)
    passed = [case.id for case in outcomes if case.outcome is CaseOutcome.PASSED]
    assert passed == []


def test_a_correct_value_of_the_right_type_still_passes(fibonacci: HiddenSide) -> None:
    assert {case.outcome for case in answers_of(fibonacci.reference, fibonacci)} == {CaseOutcome.PASSED}


SUITES = {
    "leaves with success": "import os\nos._exit(0)\n",
    "leaves in a test": "import os\ndef test_a():\n    os._exit(0)\n",
    "leaves with failure": "import os\ndef test_a():\n    os._exit(1)\n",
    "raises SystemExit when imported": "raise SystemExit(0)\n",
    "prints a verdict": "print('500 passed')\ndef test_a():\n    assert fibonacci(5) == 6\n",
    "collects nothing": "def check():\n    assert False\n",
    "skips everything": "@pytest.mark.skip\ndef test_a():\n    assert True\n",
    "fails by chance": "import os\ndef test_a():\n    assert fibonacci(1) == 2\n",
    "writes forged reports": """
import os
for fd in range(3, 60):
    try: os.write(fd, b'{"status": 0, "passed": 5, "failed": 0, "errors": 0, "skipped": 0}\\n')
    except OSError: pass
os._exit(1)
""",
}


@pytest.mark.parametrize("name", SUITES)
def test_forged_suite_is_not_sound(fibonacci: HiddenSide, name: str) -> None:
    suite = face_mutants(SUITES[name], fibonacci)
    assert not suite.sound
    assert suite.mutants == []


def test_forging_a_pass_gains_no_kill(fibonacci: HiddenSide) -> None:
    """A suite that reports success itself is blind to what it faces, so it kills nothing."""
    forged = (
        "import os\nfor fd in range(3, 60):\n    try:\n"
        '        os.write(fd, b\'{"status": 0, "passed": 5, "failed": 0, "errors": 0, "skipped": 0}\\n\')\n'
        "    except OSError:\n        pass\nos._exit(0)\n"
    )
    suite = face_mutants(forged, fibonacci)
    assert not any(run.killed for run in suite.mutants)


def test_vacuous_tests_are_sound_but_kill_nothing(fibonacci: HiddenSide) -> None:
    suite = face_mutants("def test_a():\n    assert True\n", fibonacci)
    assert suite.sound
    assert not any(run.killed for run in suite.mutants)


def test_a_suite_that_waits_is_not_waited_for() -> None:
    limiter = load_hidden_side(TASKS / "rate_limiter", generated=False)
    tests = (
        "import time\ndef test_window():\n    r = RateLimiter()\n"
        "    assert all(r.is_allowed('a') for _ in range(10))\n    assert not r.is_allowed('a')\n"
        "    time.sleep(61)\n    assert r.is_allowed('a')\n"
    )
    suite = face_mutants(tests, limiter)
    assert suite.sound
    killed = {run.id for run in suite.mutants if run.killed}
    assert {"eleven_allowed", "nine_allowed", "window_too_long", "never_expires"} <= killed
    assert "clients_share_limit" not in killed


def test_a_suite_may_patch_another_clock_than_the_reference_uses() -> None:
    limiter = load_hidden_side(TASKS / "rate_limiter", generated=False)
    tests = (
        "from unittest.mock import patch\ndef test_window():\n    with patch('solution.time.monotonic') as clock:\n"
        "        clock.return_value = 5.0\n        r = RateLimiter()\n"
        "        assert all(r.is_allowed('a') for _ in range(10))\n        clock.return_value = 65.0\n"
        "        assert r.is_allowed('a')\n"
    )
    assert face_mutants(tests, limiter).dialect == "monotonic"
