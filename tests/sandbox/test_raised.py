"""Expected exceptions: known answers, and candidates that would like to have raised one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cis_study.sandbox.oracle import answer_cases
from cis_study.scoring.comparison import CaseOutcome, judge
from cis_study.tasks.hidden import Case
from cis_study.yamlfile import validate

PASSED, WRONG, ERROR, TIMEOUT = CaseOutcome.PASSED, CaseOutcome.WRONG, CaseOutcome.ERROR, CaseOutcome.TIMEOUT
DUE = {"call": "f", "args": [1], "expect": {"raises": "ValueError"}}


def case(*steps: dict[str, Any]) -> Case:
    return validate(Case, {"id": "x", "requirement": "r", "steps": list(steps)}, "case")


def outcome(source: str, *steps: dict[str, Any]) -> tuple[CaseOutcome, str]:
    wanted = case(*steps)
    (answer,) = answer_cases(source, [[step.inputs() for step in wanted.steps]])
    return judge(wanted, answer)


THEN = {"call": "f", "args": [0], "expect": {"equals": "zero"}}
KNOWN = [
    ("if n: raise ValueError\n    return 'zero'", PASSED, ""),
    ("if n: raise ValueError\n    return 'nought'", WRONG, "step 2 returned"),
    ("raise ValueError", ERROR, "step 2 raised ValueError"),
    ("return 'zero'", WRONG, "step 1 did not raise ValueError"),
    ("if n: raise KeyError\n    return 'zero'", ERROR, "step 1 raised KeyError"),
    ("if n: int('x')\n    return 'zero'", PASSED, ""),
    ("if n: b'\\xff'.decode()\n    return 'zero'", ERROR, "step 1 raised UnicodeDecodeError"),
    ("if n: raise type('ValueError', (Exception,), {})\n    return 'zero'", PASSED, ""),
    ("if n: raise SystemExit\n    return 'zero'", ERROR, "step 1 raised SystemExit"),
    ("while n: pass\n    return 'zero'", TIMEOUT, "step 1"),
]


@pytest.mark.parametrize(("body", "expected", "reason"), KNOWN)
def test_an_exception_that_is_due_passes_and_the_case_goes_on(body: str, expected: CaseOutcome, reason: str) -> None:
    found, detail = outcome(f"def f(n):\n    {body}\n", DUE, THEN)
    assert found is expected
    assert detail.startswith(reason)


@pytest.mark.parametrize(
    ("body", "expected"),
    [("if size < 1: raise ValueError", PASSED), ("pass", WRONG), ("if size < 1: raise TypeError", ERROR)],
)
def test_a_construction_may_have_to_raise(body: str, expected: CaseOutcome) -> None:
    source = f"class Box:\n    def __init__(self, size):\n        {body}\n    def get(self): return 7\n"
    refused = {"new": "Box", "as": "none", "args": [0], "expect": {"raises": "ValueError"}}
    made = {"new": "Box", "as": "box", "args": [1]}
    assert outcome(source, refused, made, {"call": "box.get", "expect": {"equals": 7}})[0] is expected


def test_a_construction_that_raises_where_none_is_due_fails_the_case() -> None:
    source = "class Box:\n    def __init__(self): raise ValueError\n"
    assert outcome(source, {"new": "Box", "as": "box"}) == (ERROR, "step 1 raised ValueError")


def test_every_repetition_must_raise() -> None:
    always = "def f(n):\n    raise ValueError\n"
    once = "calls = []\ndef f(n):\n    calls.append(n)\n    if len(calls) == 1: raise ValueError\n"
    assert outcome(always, {**DUE, "repeat": 3})[0] is PASSED
    assert outcome(once, {**DUE, "repeat": 3})[0] is WRONG


def test_state_and_clock_go_on_after_an_exception() -> None:
    source = (
        "import time\nseen = []\ndef f(n):\n    seen.append(n)\n    raise ValueError\n"
        "def look():\n    return [len(seen), time.monotonic() % 10]\n"
    )
    look = {"call": "look", "expect": {"equals": [2, 5.0]}}
    assert outcome(source, DUE, {"clock": 5}, DUE, look) == (PASSED, "")


FORGERIES = {
    "returns an exception": "def f(n): return ValueError(n)\n",
    "returns the class": "def f(n): return ValueError\n",
    "returns a report": "def f(n): return {'raised': 'ValueError'}\n",
    "returns a name": "def f(n): return 'ValueError'\n",
    "raises when iterated": "def f(n):\n    raise ValueError\n    yield\n",
    "raises when awaited": "async def f(n): raise ValueError\n",
    "raises when imported": "raise ValueError\n",
    "raises when looked up": "def __getattr__(name): raise ValueError\n",
    "names a metaclass": """
class Meta(type):
    __name__ = 'ValueError'
class E(Exception, metaclass=Meta): pass
def f(n): raise E
""",
    "computes its name": """
class Meta(type):
    @property
    def __name__(cls): return 'ValueError'
class E(Exception, metaclass=Meta): pass
def f(n): raise E
""",
    "claims a class": """
class E(Exception):
    __class__ = ValueError
def f(n): raise E
""",
    "qualified name": """
class E(Exception): pass
E.__qualname__ = 'ValueError'
def f(n): raise E
""",
    "warns": "import warnings\ndef f(n): warnings.warn('ValueError')\n",
    "catches its own": "def f(n):\n    try: raise ValueError\n    except ValueError as e: return e\n",
    "is absent": "",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_who_did_not_raise_has_not_raised(name: str) -> None:
    assert outcome(FORGERIES[name], DUE)[0] in (WRONG, ERROR)


@pytest.mark.parametrize("raised", ["AttributeError", "NameError", "KeyError", "ImportError", "TypeError"])
def test_an_absent_name_is_no_exception_of_the_candidate(raised: str) -> None:
    for source in ("", "import absent_module\n", "f = undefined\n"):
        assert outcome(source, {**DUE, "expect": {"raises": raised}})[0] is ERROR


def test_an_answer_that_cannot_be_read_was_not_raised() -> None:
    source = (
        "import sys\ndef f(n):\n    nested = []\n    for _ in range(18): nested = [nested]\n"
        "    depth = 0\n    frame = sys._getframe()\n    while frame: depth, frame = depth + 1, frame.f_back\n"
        "    sys.setrecursionlimit(depth + 10)\n    return nested\n"
    )
    assert outcome(source, {**DUE, "expect": {"raises": "RecursionError"}})[0] is ERROR


def test_an_expected_exception_never_travels_to_the_candidate() -> None:
    refused = {"new": "Box", "as": "box", "args": [0], "expect": {"raises": "ValueError"}}
    steps = case(DUE, refused).steps
    assert "ValueError" not in json.dumps([step.inputs() for step in steps])
    plain = case({k: v for k, v in DUE.items() if k != "expect"}).steps[0]
    assert steps[0].inputs() == plain.inputs()
