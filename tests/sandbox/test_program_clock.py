"""The clock that a suite patches or sleeps on is the clock of the program it tests."""

from __future__ import annotations

import pytest
from plain_python import suite
from tested_program import PROGRAM, as_in_plain_python

from cis_study.sandbox.suite import run_suite

BODIES = {
    "patched clocks": """
import time
from unittest.mock import patch
from datetime import datetime
start = now()
with patch("time.time", side_effect=[1, 2, 3]):
    assert [now(), now(), now()] == [1, 2, 3]
with patch("solution.time") as clock:
    clock.time.return_value = 9
    assert now() == 9
with patch("solution.time.time", lambda: 4):
    assert now() == 4
with patch("solution.datetime") as clock:
    clock.now.return_value = datetime(2020, 1, 1)
    assert today() == datetime(2020, 1, 1)
class Fake(datetime):
    @classmethod
    def now(cls, tz=None): return cls(2019, 1, 1)
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(solution, "datetime", Fake)
    assert today() == datetime(2019, 1, 1)
    patch.setattr("solution.time.time", lambda: 3)
    assert now() == 3
assert now() >= start and today().year >= 2023
moment = datetime(2020, 1, 2)
seen = []
with pytest.MonkeyPatch.context() as patch:
    patch.setattr("datetime.datetime", None)
    assert same(moment) == moment
    patch.setattr(time, "sleep", seen.append)
    wait(1000)
assert seen == [1000]""",
}
SLEEPS = """
import time
start = now()
time.sleep(5)
assert now() == time.time() == start + 5
wait(1000)
assert time.time() == now() == start + 1005
def nap(): time.sleep(7)
apply(nap)
assert now() == start + 1012
"""


TestAsInPlainPython = as_in_plain_python(BODIES)


@pytest.mark.usefixtures("backend")
def test_sleeping_on_either_side_advances_one_clock() -> None:
    assert run_suite(suite(SLEEPS), PROGRAM).green
