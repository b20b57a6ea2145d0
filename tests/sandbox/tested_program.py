"""The program that the suites of `test_program_*.py` test, and what every such suite is held against."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from plain_python import passes, suite

from cis_study.sandbox.suite import run_suite

PROGRAM = """
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

LIMIT = 3
calls = 0

class Missing(KeyError):
    def __init__(self, key, hint):
        super().__init__(key)
        self.hint = hint
    def __str__(self): return f"no {self.args[0]}, {self.hint}"

class Base:
    shared = []
    def hello(self): return "base"
    @property
    def size(self): return 7
    @staticmethod
    def twice(x): return 2 * x
    @classmethod
    def make(cls): return cls()

class Box(Base):
    def __init__(self, *items):
        self.items = list(items)
        self._hidden = {"a": [1]}
    def __len__(self): return len(self.items)
    def __contains__(self, x): return x in self.items
    def __iter__(self): return iter(self.items)
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.items[i] = v
    def __delitem__(self, i): del self.items[i]
    def __eq__(self, other): return isinstance(other, Box) and other.items == self.items
    def __repr__(self): return f"Box{self.items}"
    def __enter__(self): return self
    def __exit__(self, kind, error, _): self.seen = kind, str(error)
    def __call__(self, x): return x + 1
    def __add__(self, other): return Box(*self.items, *other)
    def add(self, x):
        self.items.append(x)
        return self
    def hold(self, items): self.items = items
    def fail(self, key): raise Missing(key, "sorry")

class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return hash(self.n)
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n

class Entry(NamedTuple):
    value: int
    until: float = 0.0

@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

class Color(Enum):
    RED = 1
    BLUE = 2

def same(x): return x
def sort(x): x.sort()
def increase(d):
    for key in d: d[key] += 1
def touch(d): d["k"].append(9); return d
def count(n):
    for i in range(n):
        got = yield i
        if got: yield got
def apply(f, *a, **k): return f(*a, **k)
def bump():
    global calls
    calls += 1
    return calls
def keys(d): return d.keys()
def get(d, k): return d[k]
def now(): return time.time()
def today(): return datetime.now()
def wait(s): time.sleep(s)
def fail(*a): raise ValueError(*a)
def leave(): raise SystemExit(3)
def deep(n): return n and 1 + deep(n - 1)
def takes(a, b=2, *, c=3): return a, b, c
"""


def as_in_plain_python(bodies: Mapping[str, str]) -> type:
    """Tests that every body, by its name, is green in the sandbox and also where suite and program are one process."""

    class AsInPlainPython:
        @pytest.mark.parametrize("name", bodies)
        @pytest.mark.usefixtures("backend")
        def test_a_suite_sees_what_plain_python_shows(self, name: str) -> None:
            assert run_suite(suite(bodies[name]), PROGRAM).green

        @pytest.mark.parametrize("name", bodies)
        def test_plain_python_shows_it(self, name: str, tmp_path: Path) -> None:
            assert passes(suite(bodies[name]), PROGRAM, tmp_path)

    return AsInPlainPython
