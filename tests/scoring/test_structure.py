"""Structure measures: known answers of the locked linter, and a planted fault for each."""

from __future__ import annotations

import pytest

from cis_study.scoring.constants import SCALES
from cis_study.scoring.structure import structure

PLAIN = "def f(n):\n    return n + 1\n"


def test_known_answers() -> None:
    source = (
        "def f(n):\n    if n > 1 and n < 9:\n        for i in range(n):\n            if i:\n                return i\n"
        "    return 0\n\n\nclass C:\n    def g(self):\n        return 1\n"
    )
    assert structure(source) == {"complexity": 4, "statements": 2, "nesting": 3, "lint": 0}
    assert structure("") == dict.fromkeys(SCALES, 0)


@pytest.mark.parametrize(
    ("moved", "source"),
    [
        (
            "complexity",
            "def f(n):\n    return 1 if n else 2\n\n\ndef g(n):\n    if n:\n        return 1\n    return 2\n",
        ),
        ("statements", "def f(n):\n    n = n + 1\n    n = n * 2\n    return n\n"),
        ("nesting", "def f(n):\n    if n:\n        while n:\n            with n:\n                n = 0\n"),
        ("lint", "import os\n\n\ndef f(n):\n    return n + 1\n"),
        ("lint", "def f(n):\n    try:\n        return n\n    except:\n        return 1\n"),
        ("lint", "def f(n, seen=[]):\n    return n\n"),
        ("lint", "import os  # noqa\n\n\ndef f(n):\n    return n + 1\n"),
        ("lint", "# ruff: noqa\nimport os\n\n\ndef f(n):\n    return n + 1\n"),
    ],
)
def test_a_planted_fault_moves_its_measure(moved: str, source: str) -> None:
    plain, planted = structure(PLAIN), structure(source)
    assert plain is not None
    assert planted is not None
    assert planted[moved] > plain[moved]


def test_looks_do_not_count() -> None:
    tidy, untidy = structure("x = 1\n"), structure("x=1;\n\n\n\n\n" + "# " + "long " * 60 + "\n")
    assert tidy is not None
    assert untidy is not None
    assert untidy["complexity"] == 0


def test_every_measure_has_a_scale() -> None:
    assert set(structure(PLAIN) or {}) == set(SCALES)
