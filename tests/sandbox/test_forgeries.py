"""Wrong candidates that try to look right: each must get the score an honest wrong answer gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.sandbox.suite import run_suite
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

pytestmark = pytest.mark.usefixtures("backend")
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
    "leaves when it exits": "import atexit, os\natexit.register(os._exit, 0)\ndef fibonacci(n): return -1\n",
    "raises SystemExit when it exits": """
import atexit
def leave(): raise SystemExit(0)
atexit.register(leave)
def fibonacci(n): return -1
""",
    "replaces clock and test library": """
import time, unittest
time.time = time.monotonic = lambda: 0
unittest.TestCase.assertEqual = lambda *a, **k: None
def fibonacci(n): return -1
""",
    "plants files": """
import os
for name in ('conftest.py', 'sitecustomize.py', 'junit.xml', 'solution.py', 'x.pth'):
    try:
        with open(name, 'w') as stream: stream.write('import os; os._exit(0)')
    except OSError: pass
try: os.symlink('/dev/stdout', 'result')
except OSError: pass
def fibonacci(n): return -1
""",
    "calls itself a plugin": """
import os, sys
os.environ['PYTEST_PLUGINS'] = os.environ['PYTEST_ADDOPTS'] = '-p solution'
def pytest_runtest_makereport(item, call): return None
def fibonacci(n): return -1
""",
    "replaces the encoder": """
import sys
for module in list(sys.modules.values()):
    if hasattr(module, 'encode') and hasattr(module, 'play'):
        module.encode = lambda value, depth=0: ['int', '-0x7']
def fibonacci(n): return 1
""",
    "replaces the reporter": """
import sys
frame = sys._getframe()
while frame:
    for name in ('report', 'results'):
        if name in frame.f_locals and callable(frame.f_locals[name]):
            try: frame.f_locals[name]({'id': frame.f_locals['case']['id'], 'results': [{'value': ['bool', True]}]})
            except Exception: pass
    frame = frame.f_back
def fibonacci(n): return -1
""",
    "guesses the nonce": """
import json, os
for guess in range(200):
    line = json.dumps({'hello': '%016x' % guess, 'id': '%016x' % guess, 'results': [{'value': ['int', '-0x7']}]})
    try: os.write(50, line.encode() + b'\\n')
    except OSError: pass
def fibonacci(n): return -1
""",
    "answers lazily": "def fibonacci(n): return map(int, [n])\n",
    "is endless when shown": """
class Endless:
    def __repr__(self):
        while True: pass
    __str__ = __hash__ = __iter__ = __len__ = __int__ = __index__ = __repr__
def fibonacci(n): return Endless()
""",
    "too many digits to print": "def fibonacci(n): return 10 ** 6000\n",
    "speaks after the answer": """
import gc, json, os, threading
def speak(ids):
    while True:
        for name in ids:
            os.write(50, (json.dumps({'id': name, 'results': [{'value': ['int', '-0x7']}]}) + '\\n').encode())
def fibonacci(n):
    ids = [c['id'] for t in gc.get_objects() if isinstance(t, dict) and 'nonce' in t for c in t['cases']]
    if threading.active_count() == 1:
        threading.Thread(target=speak, args=(ids,), daemon=True).start()
    return -1
""",
    "answers twice from two processes": """
import os
def fibonacci(n):
    try: os.fork()
    except OSError: pass
    return -1
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
    "raises SystemExit when it exits": """
import atexit, os
atexit.register(os._exit, 0)
def test_a(): assert fibonacci(5) == 6
""",
    "changes its own code when it fails": """
def good(): pass
def test_a():
    test_a.__code__ = good.__code__
    assert fibonacci(5) == 6
""",
    "plants a conftest": """
import os
try:
    with open('conftest.py', 'w') as stream: stream.write('def pytest_runtest_makereport(): pass')
except OSError: pass
def test_a(): assert fibonacci(5) == 6
""",
}


@pytest.mark.parametrize("name", SUITES)
def test_forged_suite_is_not_sound(fibonacci: HiddenSide, name: str) -> None:
    suite = face_mutants(SUITES[name], fibonacci)
    assert not suite.sound
    assert suite.mutants == []


BLIND = {
    "reports by itself": """
import os
for fd in range(3, 60):
    try: os.write(fd, b'{"status": 0, "passed": 5, "failed": 0, "errors": 0, "skipped": 0}\\n')
    except OSError: pass
os._exit(0)
""",
    "patches the reports of pytest": """
import _pytest.reports
make = _pytest.reports.TestReport.from_item_and_call.__func__
def passing(cls, item, call):
    report = make(cls, item, call)
    report.outcome, report.longrepr = 'passed', None
    return report
_pytest.reports.TestReport.from_item_and_call = classmethod(passing)
def test_a(): assert fibonacci(5) == 6
""",
    "fills in the recorder": """
import gc
def test_a():
    for thing in gc.get_objects():
        if type(thing).__name__ == 'Recorder': thing.tests['x'] = 'passed'
""",
    "writes a result file": """
import os
for name in ('junit.xml', 'result.json'):
    try:
        with open(name, 'w') as stream: stream.write('<testsuite tests="5" failures="0"/>')
    except OSError: pass
def test_a(): pass
""",
}
"""Suites that report success by themselves, so they cannot see what they face."""
REMEMBERS = """
import fcntl, os, socket
def test_a():
    for folder in ('.', os.environ['TMPDIR'], '/tmp', '/dev/shm', '/var/tmp'):
        try: open(folder + '/cis-seen', 'x').close()
        except FileExistsError: raise AssertionError
        except OSError: pass
"""


@pytest.mark.parametrize("name", [*BLIND, "remembers earlier runs"])
def test_a_suite_that_forges_its_pass_kills_nothing(fibonacci: HiddenSide, name: str) -> None:
    tests = "from solution import *\n" + BLIND.get(name, REMEMBERS)
    mutant = "def fibonacci(n):\n    return 7\n"
    assert [run_suite(tests, program).red for program in (fibonacci.reference, mutant, mutant)] == [False] * 3


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
