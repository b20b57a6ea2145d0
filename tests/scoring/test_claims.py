"""Claims are held against the code: false ones are found, true and absent ones are not."""

from __future__ import annotations

import pytest

from cis_study.scoring.claims import CLAIMS, contradictions
from cis_study.scoring.evidence import ConstraintCheck
from cis_study.scoring.python_text import parse

PURE = "def f(n):\n    return n"
LOOP = "def f(n):\n    for i in range(n): pass"
IMPORT = "import re\ndef f(n):\n    return re.escape(n)"
STATE = "class C:\n    def put(self, k):\n        self.k = k"
LOCKED = "import threading\nclass C:\n    def __init__(self):\n        self.lock = threading.Lock()"


def false_claims(sentence: str, source: str, *broken: str) -> list[str]:
    tree = parse(source)
    assert tree is not None
    checks = [ConstraintCheck(rule=rule, kept=False, findings=[], observed=[]) for rule in broken]
    return [found.claim for found in contradictions([sentence], tree, checks)]


FALSE = [
    ("Both methods run in O(1).", PURE, ["constant_time"], "constant time"),
    ("Access takes constant time.", PURE, ["constant_time"], "constant time"),
    ("The function is recursive.", PURE, ["recursive"], "recursion"),
    ("It calls itself.", PURE, ["recursive"], "recursion"),
    ("It works without any loops.", LOOP, ["no_loops"], "no loops"),
    ("There are no loops.", LOOP, ["no_loops"], "no loops"),
    ("A for loop adds the numbers.", PURE, [], "loops"),
    ("It iteratively builds the result.", PURE, [], "loops"),
    ("There are no imports.", IMPORT, [], "no imports"),
    ("Only the standard library is used.", IMPORT, ["standard_library"], "standard library"),
    ("The class is thread-safe.", STATE, [], "thread safety"),
]


@pytest.mark.parametrize(("sentence", "source", "broken", "claim"), FALSE)
def test_a_false_claim_is_found(sentence: str, source: str, broken: list[str], claim: str) -> None:
    assert false_claims(sentence, source, *broken) == [claim]


def test_every_kind_of_claim_is_planted() -> None:
    assert {claim for *_, claim in FALSE} == {claim.name for claim in CLAIMS}


@pytest.mark.parametrize(
    ("sentence", "source", "broken"),
    [
        ("Both methods run in O(1).", PURE, []),
        ("get is O(1), but put is O(n).", PURE, ["constant_time"]),
        ("This is not O(1).", PURE, ["constant_time"]),
        ("It is not recursive.", PURE, ["recursive"]),
        ("It avoids recursion.", PURE, ["recursive"]),
        ("A for loop adds the numbers.", LOOP, []),
        ("It works without for loops.", PURE, []),
        ("It uses recursion instead of a while loop.", PURE, []),
        ("It does not use any for or while loops.", PURE, []),
        ("There are no imports.", PURE, []),
        ("There are no imports of os or sys.", IMPORT, []),
        ("It has no external imports.", IMPORT, []),
        ("The class is thread-safe.", LOCKED, []),
        ("The function is thread-safe.", PURE, []),
        ("The class isn't thread-safe.", STATE, []),
        ("To make it thread-safe, add a lock.", STATE, []),
    ],
)
def test_what_is_true_or_not_claimed_costs_nothing(sentence: str, source: str, broken: list[str]) -> None:
    assert false_claims(sentence, source, *broken) == []


def test_a_kind_of_claim_counts_once() -> None:
    tree = parse(IMPORT)
    assert tree is not None
    assert len(contradictions(["There are no imports.", "Again: no imports."], tree, [])) == 1
